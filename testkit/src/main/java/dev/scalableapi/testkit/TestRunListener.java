package dev.scalableapi.testkit;

import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Prepares every JVM that runs tests: prints its seed, and makes Awaitility patient enough for a busy machine. */
public final class TestRunListener implements LauncherSessionListener {
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        System.out.printf("Seed of this run: -D%s=%d repeats it%n", TestSeed.PROPERTY, TestSeed.value());
        Awaitility.setDefaultTimeout(TestRun.PATIENCE);
    }
}
