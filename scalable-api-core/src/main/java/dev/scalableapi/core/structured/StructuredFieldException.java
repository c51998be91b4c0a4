package dev.scalableapi.core.structured;

import java.io.Serial;

/** A field value is not of the form that its reader expects; as a whole, it is to be ignored or refused. Has no stack trace. */
public final class StructuredFieldException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** In characters from the beginning. */
    private final int offset;

    StructuredFieldException(String expected, int offset) {
        super(expected + " at offset " + offset, null, false, false);
        this.offset = offset;
    }

    /** {@return where, in characters from the beginning} */
    public int offset() {
        return offset;
    }
}
