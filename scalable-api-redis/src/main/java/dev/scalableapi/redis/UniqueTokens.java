package dev.scalableapi.redis;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Texts of 16 characters (12 bytes in base64url), none of which comes twice: a counter that starts at random and is mixed
 * by a bijection, so that it returns after 2<sup>64</sup>, and 32 random bits that tell one process from another. They
 * can be guessed. Thread-safe and lock-free.
 */
final class UniqueTokens {
    static final int LENGTH = 16;

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    private final AtomicLong counter;
    private final int process;

    private UniqueTokens(long start, int process) {
        this.counter = new AtomicLong(start);
        this.process = process;
    }

    static UniqueTokens create() {
        SecureRandom random = new SecureRandom();
        return new UniqueTokens(random.nextLong(), random.nextInt());
    }

    String next() {
        long mixed = mix(counter.getAndAdd(GOLDEN));
        return encoder.encodeToString(
                ByteBuffer.allocate(12).putLong(mixed).putInt(process).array());
    }

    /** SplitMix64's finaliser (Steele, Lea, Flood, <i>Fast Splittable Pseudorandom Number Generators</i>, 2014). */
    private static long mix(long counted) {
        long z = (counted ^ (counted >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
