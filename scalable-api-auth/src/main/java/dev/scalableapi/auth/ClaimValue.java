package dev.scalableapi.auth;

import java.io.IOException;
import java.util.List;

/**
 * The value of a claim, at which a reader stands. Each method reads it as of one type, and fails if it is of another.
 */
interface ClaimValue {
    /** The end of the year 9999: every later instant is a mistake, and many break what computes with them. */
    long LAST_SECOND = 253_402_300_799L;

    /** A text that is not blank. */
    String text() throws IOException, RejectionException;

    /** A text, perhaps an empty one, as an issuer may write for no scope. */
    String anyText() throws IOException, RejectionException;

    boolean isArray();

    /** An array of texts that are not blank. */
    List<String> texts() throws IOException, RejectionException;

    /** A NumericDate (RFC 7519 section 2); a fraction of a second is cut off. */
    long seconds() throws IOException, RejectionException;

    /** What RFC 7800 section 3.1 describes. */
    Confirmation confirmation() throws IOException, RejectionException;

    /** Any value, which need not be looked at. */
    void skip() throws IOException, RejectionException;
}
