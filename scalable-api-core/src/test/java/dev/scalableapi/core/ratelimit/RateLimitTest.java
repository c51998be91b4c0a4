package dev.scalableapi.core.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void burstIsAWindowsPermitsUnlessSet() {
        assertThat(RateLimit.of(100, SECOND)).isEqualTo(new RateLimit(100, SECOND, 100));
        assertThat(RateLimit.of(100, SECOND).withBurst(5)).isEqualTo(new RateLimit(100, SECOND, 5));
    }

    @Test
    void intervalIsRoundedUp() {
        assertThat(RateLimit.of(3, Duration.ofNanos(10)).intervalNanos()).isEqualTo(4);
        assertThat(RateLimit.of(5, Duration.ofNanos(10)).intervalNanos()).isEqualTo(2);
        assertThat(RateLimit.of(3, Duration.ofNanos(10)).interval()).isEqualTo(Duration.ofNanos(4));
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> RateLimit.of(0, SECOND));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RateLimit.of(1, SECOND).withBurst(0));
        assertThatIllegalArgumentException().isThrownBy(() -> RateLimit.of(1, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> RateLimit.of(1, Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> RateLimit.of(1, Duration.ofDays(20_000)));
        assertThatIllegalArgumentException().isThrownBy(() -> RateLimit.of(2, Duration.ofNanos(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RateLimit.of(1, SECOND).withBurst(Long.MAX_VALUE));
    }
}
