package dev.scalableapi.core.fields;

import com.fasterxml.jackson.databind.SerializerProvider;
import org.jspecify.annotations.Nullable;

/**
 * Where a serialization stands in its mask: outside, or at a selection. One per call of a writer, so used by one thread.
 * The writer's attribute is the mask, which all its calls share; the first look replaces it by a cursor for this call.
 */
final class Cursor {
    static final Object KEY = new Object();

    private final FieldMask mask;
    private @Nullable Selection selection;

    private Cursor(FieldMask mask) {
        this.mask = mask;
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
        return cursor == null ? Selection.ALL : cursor.at(value);
    }

    private Selection at(Object value) {
        if (selection != null) {
            return selection;
        }
        return mask.type().isInstance(value) ? mask.selection() : Selection.ALL;
    }

    /** Writes a member if it is wanted. */
    <X extends Exception> Outcome write(Object owner, String name, Write<X> write) throws X {
        Selection outer = selection;
        boolean outside = outer == null && !mask.type().isInstance(owner);
        Selection member = outside ? null : at(owner).member(name);
        if (member == null && !outside) {
            return Outcome.LEFT_OUT;
        }
        selection = member;
        try {
            write.run();
        } finally {
            selection = outer;
        }
        return Outcome.WRITTEN;
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
