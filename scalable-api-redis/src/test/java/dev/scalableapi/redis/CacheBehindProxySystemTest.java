package dev.scalableapi.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

/** With a limit three times the one that is documented: this machine may have much else to do. */
class CacheBehindProxySystemTest extends CacheBehindProxyTest {
    @Override
    void checkAge(Duration age) {
        assertThat(age).isLessThan(HEARTBEAT.multipliedBy(3));
    }
}
