package dev.scalableapi.testkit;

import java.time.Duration;

/** What holds for all tests. */
public final class TestRun {
    /** How long a test waits for what must happen. It is no limit that a test checks: one that passes waits less. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private TestRun() {}
}
