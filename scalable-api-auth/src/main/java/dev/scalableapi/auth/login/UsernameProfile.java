package dev.scalableapi.auth.login;

import java.util.Optional;

/**
 * Maps every spelling of a username to the one form in which names are compared, counted and stored. Two names are the same
 * if their prepared forms are equal. A prepared form is mapped to itself. Implementations are immutable and thread-safe, do
 * not block, and do not throw.
 */
@FunctionalInterface
public interface UsernameProfile {
    /**
     * {@return the profile UsernameCaseMapped of PRECIS (RFC 8265 section 3.3), with the restriction level Highly
     * Restrictive of UTS 39 (section 5.2)}
     *
     * <p>PRECIS maps full-width and half-width characters to their usual forms, upper case to lower case, and composes
     * characters (NFC). It rejects spaces, symbols, and characters that are invisible, control the direction of text, are
     * compatibility variants, or are not assigned in the JVM's version of Unicode. The zero-width joiners and the other
     * characters that RFC 8264 allows in some contexts only are rejected in all.
     *
     * <p>UTS 39 then rejects names of mixed scripts, such as Latin and Cyrillic, but accepts Latin together with Japanese,
     * Chinese or Korean. It also rejects digits of several decimal systems, and a combining mark that is repeated. A name of
     * one script that looks like a name of another script is accepted.
     *
     * <p>A name has 1 to 256 UTF-16 characters, before and after the preparation.
     *
     * @throws IllegalStateException if {@code rocks.xmpp:precis} or {@code com.ibm.icu:icu4j} is not on the class path or
     *     module path; both are optional dependencies
     */
    static UsernameProfile precis() {
        return OptionalLibrary.require(
                PrecisUsernameProfile::new, "UsernameProfile.precis()", "rocks.xmpp:precis and com.ibm.icu:icu4j");
    }

    /**
     * {@return the prepared form; empty if the text cannot be a username}
     *
     * @param username any text
     */
    Optional<String> prepare(String username);
}
