package dev.scalableapi.testkit;

import java.util.Random;

/**
 * The seed of everything random in a test run: the order of classes and methods, and the input of tests. It is the system
 * property {@code test.seed}; without the property each JVM draws a seed and prints it, so that a run can be repeated.
 */
public final class TestSeed {
    /** The system property. */
    public static final String PROPERTY = "test.seed";

    private static final long VALUE = Long.getLong(PROPERTY, System.nanoTime());

    private TestSeed() {}

    /** {@return the seed of this JVM} */
    public static long value() {
        return VALUE;
    }

    /** {@return a new generator; each one that is asked for generates the same numbers} */
    public static Random random() {
        return new Random(VALUE);
    }
}
