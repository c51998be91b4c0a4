package dev.scalableapi.core.fields;

import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A selection in one call of a writer, with what was found out in that call: which properties of a class are wanted here.
 * So a list of a hundred beans asks once for each name. Ends with its call, and is used by one thread.
 */
final class Place {
    private final Selection selection;
    private final Map<String, Place> members = new HashMap<>();
    private final IdentityHashMap<JsonSerializer<?>, Step[]> steps = new IdentityHashMap<>(2);

    Place(Selection selection) {
        this.selection = selection;
    }

    Selection selection() {
        return selection;
    }

    /** Where the member stands; null when it is not wanted. */
    @Nullable Place member(String name) {
        if (selection.isAll()) {
            return this;
        }
        Place known = members.get(name);
        return known == null ? newMember(name) : known;
    }

    private @Nullable Place newMember(String name) {
        Selection wanted = selection.member(name);
        if (wanted == null) {
            return null;
        }
        Place member = new Place(wanted);
        members.put(name, member);
        return member;
    }

    /**
     * The wanted ones of a serializer's properties.
     *
     * @param serializer has the same properties in all of a call
     */
    Step[] steps(JsonSerializer<?> serializer, @Nullable BeanPropertyWriter[] properties) {
        Step[] known = steps.get(serializer);
        if (known != null) {
            return known;
        }
        Step[] found = steps(properties);
        steps.put(serializer, found);
        return found;
    }

    private Step[] steps(@Nullable BeanPropertyWriter[] properties) {
        List<Step> found = new ArrayList<>();
        for (BeanPropertyWriter property : properties) {
            if (property instanceof MaskedProperty masked && !masked.isUnwrapping()) {
                Place member = member(masked.getName());
                if (member != null) {
                    found.add(new Step(masked.unmasked(), member));
                }
            } else if (property != null) {
                // It knows itself what is wanted here.
                found.add(new Step(property, this));
            }
        }
        return found.toArray(Step[]::new);
    }

    /**
     * A property to write.
     *
     * @param property its writer
     * @param place where its value stands
     */
    record Step(BeanPropertyWriter property, Place place) {}
}
