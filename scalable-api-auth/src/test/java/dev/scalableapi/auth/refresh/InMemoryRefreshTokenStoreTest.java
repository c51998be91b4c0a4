package dev.scalableapi.auth.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.auth.ManualClock;
import dev.scalableapi.auth.refresh.RefreshTokenStore.NewFamily;
import dev.scalableapi.auth.refresh.RefreshTokenStore.TokenUse;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class InMemoryRefreshTokenStoreTest {
    private static final Rotation UNKNOWN = new Rotation.Refused(Rotation.Cause.UNKNOWN);

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
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
    void familyWhoseTimeIsOverMakesRoomBeforeAnyOther() {
        create("a", DAY);
        create("b", Duration.ofHours(1));
        clock.advance(Duration.ofHours(1));
        create("c", DAY);

        assertThat(use("b", 0)).isEqualTo(UNKNOWN);
        assertThat(use("a", 0)).isInstanceOf(Rotation.Rotated.class);
    }

    @Test
    void graceEndsToTheNanosecond() {
        create("a", DAY);
        Rotation rotated = use("a", 0);
        clock.advance(GRACE.minusNanos(1));
        assertThat(use("a", 0)).isEqualTo(rotated);
        clock.advance(Duration.ofNanos(1));

        assertThat(use("a", 0)).isEqualTo(new Rotation.Reused("grant"));
        assertThat(use("a", 0)).isEqualTo(new Rotation.Refused(Rotation.Cause.REUSED));
        assertThat(use("a", 1)).isEqualTo(new Rotation.Refused(Rotation.Cause.REUSED));
        assertThat(revoke("a")).isFalse();
    }

    @Test
    void olderThanThePreviousTokenIsReuseAtOnce() {
        create("a", DAY);
        use("a", 0);
        use("a", 1);

        assertThat(use("a", 0)).isEqualTo(new Rotation.Reused("grant"));
    }

    @Test
    void clockThatWasSetBackDoesNotEndTheGrace() {
        create("a", DAY);
        Rotation rotated = use("a", 0);
        clock.advance(Duration.ofHours(-1));

        assertThat(use("a", 0)).isEqualTo(rotated);
    }

    @Test
    void tokenThatContradictsTheStoreEndsTheFamilyWithoutAnAlarm() {
        for (TokenUse use : List.of(use("a", 2, "h2"), use("a", 1, "other"), use("a", 0, "other"))) {
            create("a", DAY);
            use("a", 0);
            assertThat(rotate(use)).isEqualTo(new Rotation.Refused(Rotation.Cause.LOST));
            assertThat(use("a", 1)).isEqualTo(UNKNOWN);
        }
    }

    @Test
    void successorThatNoKeyMakesIsLostWhileTheFamilyLives() {
        create("a", DAY);
        use("a", 0);
        TokenUse byOtherKeys = new TokenUse("a", 0, "h0", List.of("x", "y"), GRACE, DAY);

        assertThat(rotate(byOtherKeys)).isEqualTo(new Rotation.Refused(Rotation.Cause.LOST));
        assertThat(use("a", 1)).isInstanceOf(Rotation.Rotated.class);
    }

    @Test
    void familyIsRevokedOnce() {
        create("a", DAY);
        assertThat(revoke("a")).isTrue();

        assertThat(revoke("a")).isFalse();
        assertThat(revoke("b")).isFalse();
        assertThat(use("a", 0)).isEqualTo(new Rotation.Refused(Rotation.Cause.REVOKED));
    }

    @Test
    void familyEndsHoweverMuchItIsUsed() {
        create("a", DAY);
        for (int i = 0; i < 15; i++) {
            assertThat(use("a", i)).isInstanceOf(Rotation.Rotated.class);
            clock.advance(Duration.ofDays(6));
        }

        assertThat(use("a", 15)).isEqualTo(UNKNOWN);
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
        return rotate(use(id, generation, "h" + generation));
    }

    private static TokenUse use(String id, int generation, String hash) {
        return new TokenUse(id, generation, hash, List.of("h" + (generation + 1)), GRACE, Duration.ofDays(7));
    }

    private Rotation rotate(TokenUse use) {
        return store.rotate(use).toCompletableFuture().join();
    }

    private boolean revoke(String id) {
        return store.revoke(id).toCompletableFuture().join();
    }
}
