package dev.scalableapi.auth.login;

/**
 * Hashes passwords for storage and verifies them, slowly on purpose: each call of {@link #hash} and {@link #verify}
 * computes for some hundred milliseconds. Call it on a bounded executor, never on a thread that serves other requests,
 * and limit how often an account and an address may try: {@link PasswordLogin} does all of it.
 *
 * <p>A password has 1 to 1,024 UTF-16 characters, well-formed Unicode without NUL; how long it must be for your users is
 * your policy. Its forms that differ only in Unicode composition are the same password (NFC, RFC 8265 section 4.2).
 * Implementations are immutable and thread-safe; no exception of theirs holds a password or a hash.
 *
 * <p>A login takes the same time whether the name exists or not, if it verifies against the decoy where there is no
 * account:
 *
 * <pre>{@code hasher.verify(password, account.map(Account::passwordHash).orElse(decoy))}</pre>
 */
public interface PasswordHasher {
    /**
     * {@return a hasher with PBKDF2-HMAC-SHA256 (RFC 8018 section 5.2) at 600,000 iterations, a salt of 16 random bytes
     * and a hash of 32} Its format is {@code $pbkdf2-sha256$i=600000$salt$hash}, in base64 without padding.
     */
    static PasswordHasher pbkdf2() {
        return new Pbkdf2PasswordHasher(Pbkdf2PasswordHasher.ITERATIONS);
    }

    /**
     * {@return a hasher that prepares passwords by the profile OpaqueString of PRECIS (RFC 8265 section 4.2) before another
     * hasher sees them} Every space becomes an ASCII space, and characters are composed (NFC), so that a password has one
     * hash whatever the keyboard sends. {@link #hash} rejects control characters, invisible characters and characters that
     * are not assigned in the JVM's version of Unicode.
     *
     * <p>{@link #verify} accepts the password as it was typed, too. Hashes from before passwords were prepared so remain
     * valid, also those of a password that {@link #hash} rejects now.
     *
     * @param hasher of the prepared passwords
     * @throws IllegalStateException if {@code rocks.xmpp:precis} is not on the class path or module path; it is an optional
     *     dependency
     */
    static PasswordHasher opaqueString(PasswordHasher hasher) {
        return OptionalLibrary.require(
                () -> new OpaqueStringHasher(hasher), "PasswordHasher.opaqueString", "rocks.xmpp:precis");
    }

    /**
     * {@return a string to store, which describes itself: method, cost, salt and hash} It differs from call to call.
     *
     * @param password what the user chose
     * @throws IllegalArgumentException if it is not a password as described above
     */
    String hash(String password);

    /**
     * {@return whether the password is the one that was hashed} Compares in constant time. False for what is not a
     * password as described above.
     *
     * @param password what the client sent
     * @param stored what {@link #hash} or {@link #decoy} gave, also with an earlier cost
     * @throws IllegalArgumentException if the stored string is none of those
     */
    boolean verify(String password, String stored);

    /**
     * {@return whether to hash the password anew, at the next login that succeeds, because the stored string is not what
     * this hasher would make}
     *
     * @param stored any string
     */
    boolean needsRehash(String stored);

    /** {@return a string to verify against that no password matches, at the cost of a new hash; make it once} */
    String decoy();
}
