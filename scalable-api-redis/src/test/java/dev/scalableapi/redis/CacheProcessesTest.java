package dev.scalableapi.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.testkit.TestRun;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One load for two JVMs on one Redis; {@link CacheProcessesSystemTest} has their failures. */
class CacheProcessesTest {
    @Test
    void coldKeyIsLoadedOnceForAllThreadsOfTwoProcesses() {
        String namespace = TestRedis.namespace();
        String prefix = TestRedis.namespace();
        Duration lease = Duration.ofSeconds(3);
        try (TestRedis redis = TestRedis.started();
                SharedDatabase database = new SharedDatabase(redis.url(), prefix);
                ChildProcess one = ChildProcess.started(redis, namespace, prefix, lease);
                ChildProcess other = ChildProcess.started(redis, namespace, prefix, lease)) {
            one.awaitReady();
            other.awaitReady();
            database.set("k", "v");
            database.loadsTake(Duration.ofMillis(100));
            CompletableFuture<String> first = one.read("k", 50);
            CompletableFuture<String> second = other.read("k", 50);

            assertThat(done(first)).isEqualTo("{v=50}");
            assertThat(done(second)).isEqualTo("{v=50}");
            assertThat(database.loads("k")).hasSize(1);
        }
    }

    private static String done(CompletableFuture<String> answer) {
        return answer.orTimeout(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }
}
