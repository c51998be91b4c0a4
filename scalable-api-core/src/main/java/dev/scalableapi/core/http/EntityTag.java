package dev.scalableapi.core.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;

/**
 * The validator that tells one state of a representation from another (RFC 9110 section 8.8.3). Immutable.
 *
 * @param strength whether equal tags mean equal bytes, or only equal meaning
 * @param opaque what stands between the quotes: visible ASCII without the double quote, or octets above 127
 */
public record EntityTag(Strength strength, String opaque) {
    /** So much of the hash makes 24 letters, and wants 2^72 attempts for a collision. */
    private static final int HASH_BYTES = 18;

    /** What equal tags promise. */
    public enum Strength {
        /** The same bytes. */
        STRONG,
        /** The same meaning. */
        WEAK
    }

    /**
     * Checks the opaque part.
     *
     * @param strength whether equal tags mean equal bytes, or only equal meaning
     * @param opaque what stands between the quotes
     * @throws IllegalArgumentException if it holds a character that a tag cannot have, such as a blank
     */
    public EntityTag {
        if (!isOpaque(opaque)) {
            throw new IllegalArgumentException("An entity tag holds no blanks, quotes or control characters");
        }
        Objects.requireNonNull(strength, "strength");
    }

    private static boolean isOpaque(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!HttpGrammar.isEntityTagCharacter(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * {@return a strong tag}
     *
     * @param opaque such as the version of a row
     * @throws IllegalArgumentException if it holds a character that a tag cannot have
     */
    public static EntityTag strong(String opaque) {
        return new EntityTag(Strength.STRONG, opaque);
    }

    /**
     * {@return a weak tag}
     *
     * @param opaque such as the version of a row
     * @throws IllegalArgumentException if it holds a character that a tag cannot have
     */
    public static EntityTag weak(String opaque) {
        return new EntityTag(Strength.WEAK, opaque);
    }

    /**
     * {@return the strong tag of these bytes} It is the first 144 bits of their SHA-256, which JVMs compute with the
     * processor's own instructions: not even who chooses the content can make two that share a tag. It has no dash, so that
     * none ends in a suffix of {@link CompressionFilter}.
     *
     * @param content the representation, before any content coding
     */
    public static EntityTag of(byte[] content) {
        byte[] hash = sha256().digest(content);
        return strong(Base64.getEncoder().encodeToString(Arrays.copyOf(hash, HASH_BYTES)));
    }

    /**
     * {@return the strong tag of a version} It costs no hash, and tells a write's {@code If-Match} which row is meant. Only
     * for a resource that has one representation for each of its versions: where fields, pages or languages can be asked
     * for, say so in {@link #strong}.
     *
     * @param version as the database counts it
     */
    public static EntityTag ofVersion(long version) {
        return strong(Long.toString(version));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /**
     * {@return the tag that an {@code ETag} field holds; empty if it is malformed}
     *
     * @param text a field value
     */
    public static Optional<EntityTag> parse(String text) {
        EntityTagCursor cursor = new EntityTagCursor(text);
        return cursor.takeOnly() ? Optional.of(cursor.tag()) : Optional.empty();
    }

    /**
     * {@return whether both are strong and the same (the strong comparison of section 8.8.3.2): fit for
     * {@code If-Match}}
     *
     * @param other another tag
     */
    public boolean matchesStrongly(EntityTag other) {
        return strength == Strength.STRONG && equals(other);
    }

    /**
     * {@return whether the opaque parts are the same (the weak comparison of section 8.8.3.2): fit for
     * {@code If-None-Match}}
     *
     * @param other another tag
     */
    public boolean matchesWeakly(EntityTag other) {
        return opaque.equals(other.opaque);
    }

    /** {@return the tag as it stands in a field} */
    @Override
    public String toString() {
        return (strength == Strength.WEAK ? "W/\"" : "\"") + opaque + '"';
    }
}
