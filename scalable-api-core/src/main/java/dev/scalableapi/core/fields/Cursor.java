package dev.scalableapi.core.fields;

import com.fasterxml.jackson.databind.SerializerProvider;
import org.jspecify.annotations.Nullable;

/**
 * Where a serialization stands in its mask: outside, or at a place. One per call of a writer, so used by one thread.
 * The writer's attribute is the mask, which all its calls share; the first look replaces it by a cursor for this call.
 */
final class Cursor {
    static final Object KEY = new Object();

    private final Class<?> type;
    private final Place root;
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

    /** Writes a value whose members stand among its owner's. */
    <X extends Exception> void writeUnwrapped(Object owner, Write<X> write) throws X {
        writeAt(at(owner), write);
    }

    private <X extends Exception> void writeAt(@Nullable Place next, Write<X> write) throws X {
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
