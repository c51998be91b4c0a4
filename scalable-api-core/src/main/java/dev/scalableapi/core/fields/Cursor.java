package dev.scalableapi.core.fields;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a serialization stands in its mask: outside, or at a place. One per call of a writer, so used by one thread.
 * The writer's attribute is the mask, which all its calls share; the first look replaces it by a cursor for this call.
 */
final class Cursor {
    static final Object KEY = new Object();

    private final Class<?> type;
    private final Place root;
    private final IdentityHashMap<BeanPropertyWriter, UnwrappedMembers> unwrapped = new IdentityHashMap<>(1);
    private @Nullable Place place;

    private Cursor(FieldMask mask) {
        type = mask.type();
        root = new Place(mask.selection());
    }

    static @Nullable Cursor of(SerializerProvider provider) {
        Object attribute = provider.getAttribute(KEY);
        if (attribute instanceof FieldMask mask) {
            Cursor cursor = new Cursor(mask);
            provider.setAttribute(KEY, cursor);
            return cursor;
        }
        return (Cursor) attribute;
    }

    /** What is wanted of a value that is about to be written; all of it outside of the mask. */
    static Selection selection(SerializerProvider provider, Object value) {
        Cursor cursor = of(provider);
        Place place = cursor == null ? null : cursor.at(value);
        return place == null ? Selection.ALL : place.selection();
    }

    /** The place that the value has; null outside of the mask. */
    @Nullable Place at(Object value) {
        if (place != null) {
            return place;
        }
        return type.isInstance(value) ? root : null;
    }

    /** What an unwrapped property adds to its owner. The same in all of a call, as its view and its filters are. */
    UnwrappedMembers unwrapped(BeanPropertyWriter property, SerializerProvider provider) throws JsonMappingException {
        UnwrappedMembers known = unwrapped.get(property);
        if (known != null) {
            return known;
        }
        UnwrappedMembers found = UnwrappedMembers.of(property, provider);
        unwrapped.put(property, found);
        return found;
    }

    /** Goes to a place, for as long as something there is written. */
    @Nullable Place moveTo(@Nullable Place next) {
        Place before = place;
        place = next;
        return before;
    }

    /** Writes a member if it is wanted. */
    <X extends Exception> Outcome write(Object owner, String name, Write<X> write) throws X {
        Place here = at(owner);
        Place member = here == null ? null : here.member(name);
        if (here != null && member == null) {
            return Outcome.LEFT_OUT;
        }
        writeAt(member, write);
        return Outcome.WRITTEN;
    }

    /** Writes what stands at a place; null is outside of the mask. */
    <X extends Exception> void writeAt(@Nullable Place next, Write<X> write) throws X {
        Place before = moveTo(next);
        try {
            write.run();
        } finally {
            moveTo(before);
        }
    }

    enum Outcome {
        WRITTEN,
        LEFT_OUT
    }

    @FunctionalInterface
    interface Write<X extends Exception> {
        void run() throws X;
    }
}
