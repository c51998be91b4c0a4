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
        Selection selection = cursor == null ? null : cursor.at(value);
        return selection == null ? Selection.ALL : selection;
    }

    /** The selection that governs the value; null outside of the mask. */
    private @Nullable Selection at(Object value) {
        if (selection != null) {
            return selection;
        }
        return mask.type().isInstance(value) ? mask.selection() : null;
    }

    /** Writes a member if it is wanted. */
    <X extends Exception> Outcome write(Object owner, String name, Write<X> write) throws X {
        Selection here = at(owner);
        Selection member = here == null ? null : here.member(name);
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

    private <X extends Exception> void writeAt(@Nullable Selection place, Write<X> write) throws X {
        Selection outer = selection;
        selection = place;
        try {
            write.run();
        } finally {
            selection = outer;
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
