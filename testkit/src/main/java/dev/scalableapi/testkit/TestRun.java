package dev.scalableapi.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Prepares every JVM that runs tests: prints its seed, and makes Awaitility patient enough for a busy machine. */
public final class TestRun implements LauncherSessionListener {
    /** How long a test waits for what must happen. A test that passes does not wait that long. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        System.out.printf("Seed of this run: -D%s=%d repeats it%n", TestSeed.PROPERTY, TestSeed.value());
        Awaitility.setDefaultTimeout(PATIENCE);
    }
}
