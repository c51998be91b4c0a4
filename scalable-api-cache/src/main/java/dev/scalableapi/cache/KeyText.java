package dev.scalableapi.cache;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;

/** Joins texts so that no two sequences of them give one: each is led by its length. Not thread-safe. */
final class KeyText {
    private static final int HASH_BYTES = 24;

    private final StringBuilder joined = new StringBuilder(128);

    KeyText text(String text) {
        joined.append(text.length()).append(':').append(text);
        return this;
    }

    KeyText maybe(Optional<String> text) {
        return text.isPresent() ? text(text.get()) : count(-1);
    }

    /** How many of something follow. */
    KeyText count(int count) {
        joined.append(count).append('*');
        return this;
    }

    KeyText all(Collection<String> texts) {
        count(texts.size());
        texts.forEach(this::text);
        return this;
    }

    /** The same for equal sets. */
    KeyText set(Collection<String> texts) {
        return all(new TreeSet<>(texts));
    }

    @Override
    public String toString() {
        return joined.toString();
    }

    /** A short text for a long one, of letters that any store takes, and that tells nothing of it. */
    static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, HASH_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
