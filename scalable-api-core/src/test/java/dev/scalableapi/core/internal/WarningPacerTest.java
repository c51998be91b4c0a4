package dev.scalableapi.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WarningPacerTest {
    @Test
    void warningIsDueAtOnceAndThenOnceAMinute() {
        AtomicLong time = new AtomicLong(Long.MAX_VALUE - 5);
        WarningPacer pacer = WarningPacer.create(time::get);

        assertThat(pacer.isDue()).isTrue();
        assertThat(pacer.isDue()).isFalse();
        time.addAndGet(Duration.ofMinutes(1).toNanos() - 1);
        assertThat(pacer.isDue()).isFalse();
        time.addAndGet(1);
        assertThat(pacer.isDue()).isTrue();
    }

    @Test
    void systemsClockWorksToo() {
        assertThat(WarningPacer.create().isDue()).isTrue();
    }
}
