package dev.scalableapi.auth.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PullDelayTest {
    private final PullDelay second = new PullDelay(Duration.ofSeconds(1));

    @Test
    void delayIsTheIntervalOrUpToAQuarterLess() {
        assertThat(second.after(0, 0)).isEqualTo(Duration.ofSeconds(1));
        assertThat(second.after(0, 1)).isEqualTo(Duration.ofMillis(750));
    }

    @Test
    void delayDoublesWithEachFailureUpToFiveSeconds() {
        assertThat(second.after(1, 0)).isEqualTo(Duration.ofSeconds(2));
        assertThat(second.after(2, 0)).isEqualTo(Duration.ofSeconds(4));
        assertThat(second.after(3, 0)).isEqualTo(Duration.ofSeconds(5));
        assertThat(second.after(Integer.MAX_VALUE, 0)).isEqualTo(Duration.ofSeconds(5));
        assertThat(new PullDelay(Duration.ofMillis(50)).after(100, 0)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void longIntervalIsNotShortenedByFailures() {
        assertThat(new PullDelay(Duration.ofMinutes(1)).after(0, 0)).isEqualTo(Duration.ofMinutes(1));
        assertThat(new PullDelay(Duration.ofMinutes(1)).after(9, 0)).isEqualTo(Duration.ofMinutes(1));
    }
}
