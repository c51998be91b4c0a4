package dev.scalableapi.core.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scalableapi.contract.idempotency.IdempotencyStoreContract;
import dev.scalableapi.core.ManualClock;
import dev.scalableapi.core.http.ApiException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class InMemoryIdempotencyStoreTest extends IdempotencyStoreContract {
    private final ManualClock clock = new ManualClock();
    private final IdempotencyStore store = IdempotencyStore.inMemory(20, clock);

    @Override
    protected List<IdempotencyStore> stores() {
        return List.of(store);
    }

    @Override
    protected void pass(String key, Duration time) {
        clock.advance(time);
    }

    @Test
    void timesAreExact() {
        FencingToken token = start("a");
        clock.advance(LEASE.minusNanos(1));
        assertThat(begin("a", "f")).isEqualTo(new Claim.InProgress(Duration.ofNanos(1)));
        complete(token);
        clock.advance(RETENTION.minusNanos(1));
        assertThat(begin("a", "f")).isEqualTo(new Claim.Completed(CREATED));
        clock.advance(Duration.ofNanos(1));

        assertThat(begin("a", "f")).isInstanceOf(Claim.Started.class);
    }

    @Test
    void fullStoreRefusesNewKeysUntilOneEnds() {
        complete(start("a"));
        for (int i = 1; i < 20; i++) {
            start("b" + i);
        }

        assertThatThrownBy(() -> begin("c", "f"))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(ApiException.class);
        assertThat(begin("a", "f")).isEqualTo(new Claim.Completed(CREATED));
        clock.advance(LEASE);
        assertThat(begin("c", "f")).isInstanceOf(Claim.Started.class);
    }

    @Test
    void timesBeyondAllInstantsAreFine() {
        Duration ever = Duration.ofSeconds(Long.MAX_VALUE);
        FencingToken token = ((Claim.Started) done(store.begin("a", "f", ever))).token();

        assertThat(done(store.complete(token, CREATED, ever))).isTrue();
        assertThat(begin("a", "f")).isEqualTo(new Claim.Completed(CREATED));
    }

    @Test
    void storeOfNothingIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> IdempotencyStore.inMemory(0, Clock.systemUTC()));
    }

    @Test
    void tokenDoesNotShowTheKey() {
        assertThat(start("secret").toString()).isEqualTo("FencingToken[number=1]");
    }
}
