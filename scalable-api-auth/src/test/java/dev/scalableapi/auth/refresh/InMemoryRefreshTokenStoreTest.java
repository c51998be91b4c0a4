package dev.scalableapi.auth.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.auth.refresh.RefreshTokenStore.NewFamily;
import dev.scalableapi.auth.refresh.RefreshTokenStore.TokenUse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class InMemoryRefreshTokenStoreTest {
    private static final Rotation UNKNOWN = new Rotation.Refused(Rotation.Cause.UNKNOWN);

    private final Clock clock = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
    private final RefreshTokenStore store = RefreshTokenStore.inMemory(2, clock);

    @Test
    void whenItIsFullTheFamilyThatEndsSoonestMakesRoom() {
        create("a", Duration.ofDays(1));
        create("b", Duration.ofHours(1));
        create("c", Duration.ofMinutes(1));

        assertThat(use("b", 0)).isEqualTo(UNKNOWN);
        assertThat(use("a", 0)).isInstanceOf(Rotation.Rotated.class);
        assertThat(use("c", 0)).isInstanceOf(Rotation.Rotated.class);
    }

    @Test
    void useKeepsAFamilyFromMakingRoom() {
        create("a", Duration.ofHours(1));
        create("b", Duration.ofHours(2));
        use("a", 0);
        create("c", Duration.ofHours(2));

        assertThat(use("b", 0)).isEqualTo(UNKNOWN);
        assertThat(use("a", 1)).isInstanceOf(Rotation.Rotated.class);
    }

    @Test
    void storeWithoutRoomIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> RefreshTokenStore.inMemory(0, clock));
    }

    @Test
    void useOffersOneToFourSuccessors() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TokenUse("a", 0, "h", List.of(), Duration.ZERO, Duration.ofDays(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new TokenUse("a", 0, "h", Collections.nCopies(5, "s"), Duration.ZERO, Duration.ofDays(1)));
    }

    private void create(String id, Duration idle) {
        assertThat(store.create(new NewFamily(id, "h0", "grant", idle, Duration.ofDays(90)))
                        .toCompletableFuture())
                .isCompletedWithValue(clock.instant().plus(idle));
    }

    private Rotation use(String id, int generation) {
        return store.rotate(new TokenUse(
                        id,
                        generation,
                        "h" + generation,
                        List.of("h" + (generation + 1)),
                        Duration.ZERO,
                        Duration.ofDays(7)))
                .toCompletableFuture()
                .join();
    }
}
