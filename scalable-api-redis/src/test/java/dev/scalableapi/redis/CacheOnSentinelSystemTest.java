package dev.scalableapi.redis;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who follows a master's changes follows those of its successor. */
class CacheOnSentinelSystemTest {
    private SentinelRedis redis;

    @BeforeEach
    void start(@TempDir Path directory) {
        redis = SentinelRedis.started(directory);
    }

    @AfterEach
    void stop() {
        redis.close();
    }

    @Test
    void changesAreTrackedBeforeAndAfterTheDeathOfTheMaster() {
        try (CachePair pair = CachePair.on(TestRedis.namespace(), redis::connect, settings -> settings)) {
            pair.assertThatChangesAreTold();
            redis.master().kill();
            redis.awaitFailover();

            pair.assertThatChangesAreTold();
        }
    }

    /** The former master keeps the connection that goes to it, until it is asked by the Sentinel to become a replica. */
    @Test
    void changesAreTrackedAfterTheMasterHungAndCameBackAsAReplica() {
        try (CachePair pair = CachePair.on(TestRedis.namespace(), redis::connect, settings -> settings)) {
            pair.assertThatChangesAreTold();
            redis.master().pause();
            redis.awaitFailover();
            redis.master().resume();
            redis.awaitDemotion();

            pair.assertThatChangesAreTold();
        }
    }

    @Test
    void changesAreTrackedWhileTheFormerMasterHangs() {
        try (CachePair pair = CachePair.on(
                TestRedis.namespace(), redis::connect, settings -> settings.heartbeatTimeout(Duration.ofSeconds(1)))) {
            redis.master().pause();
            redis.awaitFailover();

            pair.assertThatChangesAreTold();
        }
    }
}
