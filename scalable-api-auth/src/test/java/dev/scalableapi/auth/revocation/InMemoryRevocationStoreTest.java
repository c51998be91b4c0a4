package dev.scalableapi.auth.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.auth.ManualClock;
import dev.scalableapi.auth.revocation.Revocation.OfToken;
import dev.scalableapi.core.http.ApiException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What is its own; the contract of all stores stands beside the one in Redis. */
class InMemoryRevocationStoreTest {
    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final RevocationStore store = RevocationStore.inMemory(2, clock);

    @Test
    void fullStoreRefusesMoreUntilSomethingHasEnded() {
        add("a", 10);
        add("b", 20);
        assertThat(store.add(token("c", 30)).toCompletableFuture())
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(ApiException.class);

        clock.advance(Duration.ofSeconds(10));
        add("c", 30);
    }

    @Test
    void positionOutlivesTheEntryThatItWasTakenFrom() {
        add("a", 10);
        String cursor = page(RevocationStore.START).cursor();
        clock.advance(Duration.ofSeconds(10));
        Revocation added = token("b", 20);
        add("b", 20);

        assertThat(page(cursor).revocations()).containsExactly(added);
        assertThat(page(RevocationStore.START).revocations()).containsExactly(added);
    }

    @Test
    void positionOfAnotherStoreIsLost() {
        assertThat(store.since("7", 1).toCompletableFuture()).isCompletedWithValue(new RevocationDelta.PositionLost());
    }

    @Test
    void boundMustBePositive() {
        assertThatIllegalArgumentException().isThrownBy(() -> RevocationStore.inMemory(0, clock));
    }

    private void add(String id, int seconds) {
        assertThat(store.add(token(id, seconds)).toCompletableFuture()).isCompleted();
    }

    private Revocation token(String id, int seconds) {
        return new OfToken(id, clock.instant().plusSeconds(seconds));
    }

    private RevocationDelta.Page page(String cursor) {
        return (RevocationDelta.Page)
                store.since(cursor, 10).toCompletableFuture().join();
    }
}
