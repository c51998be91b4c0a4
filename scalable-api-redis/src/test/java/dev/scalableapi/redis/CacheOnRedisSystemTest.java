package dev.scalableapi.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

/** With limits three times those that are documented: this machine may have much else to do. */
class CacheOnRedisSystemTest extends CacheOnRedisTest {
    private static final Duration HEARTBEAT = Duration.ofSeconds(2);
    private static final Duration STORE_TIMEOUT = Duration.ofMillis(250);

    @Override
    void checkAge(Duration age) {
        assertThat(age).isLessThan(HEARTBEAT.multipliedBy(3));
    }

    /** Two reads, of which each may wait for the store once. */
    @Override
    void checkRead(Duration longest) {
        assertThat(longest).isLessThan(STORE_TIMEOUT.multipliedBy(2 * 3));
    }
}
