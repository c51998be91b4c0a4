package dev.scalableapi.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The SHA-256 of a credential, in whose place it is kept. */
record CredentialHash(long a, long b, long c, long d) {
    static CredentialHash of(String credential) {
        ByteBuffer hash = ByteBuffer.wrap(sha256(credential));
        return new CredentialHash(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
    }

    static byte[] sha256(String credential) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(credential.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256", e);
        }
    }

    /** Nothing of the credential. */
    @Override
    public String toString() {
        return "CredentialHash";
    }
}
