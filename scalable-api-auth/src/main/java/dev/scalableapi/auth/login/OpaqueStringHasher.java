package dev.scalableapi.auth.login;

import java.util.Optional;
import rocks.xmpp.precis.PrecisProfile;
import rocks.xmpp.precis.PrecisProfiles;

/** Prepares passwords for another hasher. */
final class OpaqueStringHasher implements PasswordHasher {
    private static final int MAX_PASSWORD = 1024;

    private final PrecisProfile precis = PrecisProfiles.OPAQUE_STRING;
    private final PasswordHasher hasher;

    OpaqueStringHasher(PasswordHasher hasher) {
        this.hasher = hasher;
    }

    @Override
    public String hash(String password) {
        return hasher.hash(prepared(password)
                .orElseThrow(
                        () -> new IllegalArgumentException("A password must have 1 to 1024 characters without control,"
                                + " invisible or unassigned characters")));
    }

    /**
     * A hash from before passwords were prepared is of the password as it was typed. Both forms are always verified, so
     * that the time depends on the client's text only.
     */
    @Override
    public boolean verify(String password, String stored) {
        String prepared = prepared(password).orElse(password);
        boolean isTyped = hasher.verify(password, stored);
        if (prepared.equals(password)) {
            return isTyped;
        }
        boolean isPrepared = hasher.verify(prepared, stored);
        return isTyped || isPrepared;
    }

    /** Drops the exception, because its message names characters of the password. */
    private Optional<String> prepared(String password) {
        if (password.length() > MAX_PASSWORD) {
            return Optional.empty();
        }
        try {
            return Optional.of(precis.enforce(password));
        } catch (IllegalArgumentException rejected) {
            return Optional.empty();
        }
    }

    @Override
    public boolean needsRehash(String stored) {
        return hasher.needsRehash(stored);
    }

    @Override
    public String decoy() {
        return hasher.decoy();
    }

    @Override
    public String toString() {
        return "PasswordHasher[OpaqueString, " + hasher + "]";
    }
}
