package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.auth.audit.AuthEvent;
import dev.scalableapi.auth.refresh.IssuedRefreshToken;
import dev.scalableapi.auth.refresh.RefreshGrant;
import dev.scalableapi.auth.refresh.RefreshResult;
import dev.scalableapi.auth.refresh.RefreshResult.Reason;
import dev.scalableapi.auth.refresh.RefreshTokenKeys;
import dev.scalableapi.auth.refresh.RefreshTokenService;
import dev.scalableapi.auth.refresh.RefreshTokenStore;
import dev.scalableapi.auth.refresh.RefreshTokenStore.NewFamily;
import dev.scalableapi.auth.refresh.RefreshTokenStore.TokenUse;
import dev.scalableapi.auth.refresh.Rotation;
import dev.scalableapi.auth.refresh.Rotation.Cause;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What every {@link RefreshTokenStore} does, alone and under the service. */
abstract class RefreshTokenStoreContract {
    static final RefreshGrant ALICE = new RefreshGrant(
            "alice \u00e4\ud83d\ude00", Optional.of("acme"), Optional.of("web"), Set.of("orders:read", "orders:write"));

    static final Duration GRACE = Duration.ofMinutes(1);
    private static final Duration MILLI = Duration.ofMillis(1);
    private static final Duration IDLE = Duration.ofDays(14);
    private static final Duration LIFETIME = Duration.ofDays(90);

    final RefreshTokenKeys keys = RefreshTokenKeys.generate();
    final Queue<AuthEvent> events = new ConcurrentLinkedQueue<>();

    abstract RefreshTokenStore store();

    /** Lets time pass for a family. */
    abstract void pass(String family, Duration time);

    /** The time by which the store decides. */
    abstract Instant now();

    /** All that the store holds, as text. */
    abstract String dump() throws Exception;

    final RefreshTokenService service() {
        return builder().build();
    }

    private RefreshTokenService.Builder builder() {
        return RefreshTokenService.builder(store(), keys).grace(GRACE).listener(events::add);
    }

    @Test
    void tokensAreExchangedOneAfterAnother() {
        IssuedRefreshToken token = done(service().issue(ALICE));
        String family = token.family();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            assertThat(seen.add(token.value())).isTrue();
            assertThat(token.value()).hasSizeLessThan(128).startsWith(family + "." + i + ".");
            RefreshResult.Refreshed next = refreshed(token);
            assertThat(next.grant()).isEqualTo(ALICE);
            assertThat(next.token().family()).isEqualTo(family);
            token = next.token();
        }
        assertThat(events).isEmpty();
    }

    @Test
    void hundredUsesAtOneTimeGetTheSameSuccessor() throws Exception {
        for (int round = 0; round < 5; round++) {
            IssuedRefreshToken token = done(service().issue(ALICE));

            List<RefreshResult> results = together(100, () -> refresh(token));

            assertThat(results).allSatisfy(result -> assertThat(result).isInstanceOf(RefreshResult.Refreshed.class));
            assertThat(new HashSet<>(results)).hasSize(1);
            IssuedRefreshToken successor = ((RefreshResult.Refreshed) results.get(0)).token();
            assertThat(successor.value()).startsWith(token.family() + ".1.");
            refreshed(successor);
        }
        assertThat(events).isEmpty();
    }

    @Test
    void useWithinTheGraceGetsTheSameSuccessorAndChangesNothing() throws Exception {
        IssuedRefreshToken first = done(service().issue(ALICE));
        RefreshResult successor = refresh(first);
        pass(first.family(), GRACE.dividedBy(2));
        String before = dump();

        assertThat(value(refresh(first))).isEqualTo(value(successor));
        assertThat(dump()).isEqualTo(before);
        refreshed(((RefreshResult.Refreshed) successor).token());
        assertThat(events).isEmpty();
    }

    @Test
    void reuseAfterTheGraceRevokesTheFamilyAndIsToldOnce() {
        IssuedRefreshToken first = done(service().issue(ALICE));
        IssuedRefreshToken second = refreshed(first).token();
        pass(first.family(), GRACE);

        assertRefused(first, Reason.REUSED);
        assertRefused(second, Reason.REUSED);
        assertRefused(first, Reason.REUSED);
        assertThat(events).containsExactly(new AuthEvent.RefreshTokenReused(first.family(), ALICE.subject()));
    }

    @Test
    void fiftyReusesAtOneTimeAreToldOnce() throws Exception {
        IssuedRefreshToken first = done(service().issue(ALICE));
        IssuedRefreshToken second = refreshed(first).token();
        pass(first.family(), GRACE);

        List<RefreshResult> results = together(50, () -> refresh(first));

        assertThat(results).containsOnly(new RefreshResult.Refused(Reason.REUSED));
        assertThat(events).containsExactly(new AuthEvent.RefreshTokenReused(first.family(), ALICE.subject()));
        assertRefused(second, Reason.REUSED);
    }

    @Test
    void graceEndsWhenTheSuccessorIsUsed() {
        IssuedRefreshToken first = done(service().issue(ALICE));
        IssuedRefreshToken second = refreshed(first).token();
        IssuedRefreshToken third = refreshed(second).token();
        assertThat(value(refresh(second))).isEqualTo(third.value());

        assertRefused(first, Reason.REUSED);
        assertRefused(third, Reason.REUSED);
        assertThat(events).hasSize(1);
    }

    @Test
    void withoutGraceTheSecondUseIsReuse() {
        RefreshTokenService strict = builder().grace(Duration.ZERO).build();
        IssuedRefreshToken first = done(strict.issue(ALICE));
        assertThat(done(strict.refresh(first.value()))).isInstanceOf(RefreshResult.Refreshed.class);

        assertThat(done(strict.refresh(first.value()))).isEqualTo(new RefreshResult.Refused(Reason.REUSED));
        assertThat(events).hasSize(1);
    }

    @Test
    void tokenThatIsNotUsedExpires() {
        IssuedRefreshToken token = done(service().issue(ALICE));
        assertThat(token.expiresAt()).isBetween(now().plus(IDLE).minusSeconds(60), now().plus(IDLE));
        pass(token.family(), IDLE);

        assertRefused(token, Reason.UNKNOWN);
        assertThat(events).isEmpty();
    }

    @Test
    void familyEndsHoweverMuchItIsUsed() {
        IssuedRefreshToken token = done(service().issue(ALICE));
        for (int days = 0; days < 80; days += 10) {
            pass(token.family(), Duration.ofDays(10));
            token = refreshed(token).token();
        }
        assertThat(token.expiresAt())
                .isBetween(
                        now().plus(Duration.ofDays(10)).minusSeconds(60),
                        now().plus(Duration.ofDays(10)).plusSeconds(60));
        pass(token.family(), Duration.ofDays(10));

        assertRefused(token, Reason.UNKNOWN);
    }

    @Test
    void revokedFamilyIsRefusedWithoutAnAlarm() {
        IssuedRefreshToken first = done(service().issue(ALICE));
        IssuedRefreshToken second = refreshed(first).token();
        IssuedRefreshToken other = done(service().issue(ALICE));
        done(service().revoke(first.value()));
        done(service().revoke(second.value()));
        done(service().revokeFamily(first.family()));
        pass(first.family(), GRACE);

        assertRefused(first, Reason.REVOKED);
        assertRefused(second, Reason.REVOKED);
        assertThat(events).containsExactly(new AuthEvent.FamilyRevoked(first.family()));
        refreshed(other);
    }

    @Test
    void familyThatIsNotThereIsRevokedByNobody() {
        assertThat(done(store().revoke(id()))).isFalse();
        IssuedRefreshToken token = done(service().issue(ALICE));
        done(service().revokeFamily(token.family()));

        assertThat(done(store().revoke(token.family()))).isFalse();
        assertThat(events).hasSize(1);
    }

    @Test
    void revocationIsNotUndoneByUsesAtTheSameTime() throws Exception {
        IssuedRefreshToken token = done(service().issue(ALICE));

        together(20, () -> {
            refresh(token);
            return done(store().revoke(token.family()));
        });

        assertRefused(token, Reason.REVOKED);
        assertThat(events).isEmpty();
    }

    @Test
    void serviceThatStartsAnewGoesOn() {
        IssuedRefreshToken first = done(service().issue(ALICE));
        IssuedRefreshToken second = refreshed(first).token();

        RefreshTokenService restarted = builder().build();
        assertThat(value(done(restarted.refresh(first.value())))).isEqualTo(second.value());
        assertThat(done(restarted.refresh(second.value()))).isInstanceOf(RefreshResult.Refreshed.class);
    }

    @Test
    void changeOfTheKeyDoesNotBreakTheGrace() {
        byte[] old = bytes('o');
        byte[] fresh = bytes('n');
        RefreshTokenService before = RefreshTokenService.builder(store(), RefreshTokenKeys.of(old, fresh))
                .grace(GRACE)
                .build();
        RefreshTokenService after = RefreshTokenService.builder(store(), RefreshTokenKeys.of(fresh, old))
                .grace(GRACE)
                .build();
        IssuedRefreshToken first = done(before.issue(ALICE));

        String byOld = value(done(before.refresh(first.value())));
        assertThat(value(done(after.refresh(first.value())))).isEqualTo(byOld);
        String byNew = value(done(after.refresh(byOld)));
        assertThat(value(done(before.refresh(byOld)))).isEqualTo(byNew);

        RefreshTokenService alone =
                RefreshTokenService.builder(store(), RefreshTokenKeys.of(fresh)).build();
        assertThat(done(alone.refresh(byOld))).isEqualTo(new RefreshResult.Refused(Reason.FOREIGN));
        assertThat(done(alone.refresh(byNew))).isInstanceOf(RefreshResult.Refreshed.class);
    }

    @Test
    void storeHoldsNoTokenAndNoSecret() throws Exception {
        IssuedRefreshToken token = done(service().issue(ALICE));
        List<IssuedRefreshToken> tokens = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            tokens.add(token);
            token = refreshed(token).token();
        }
        tokens.add(token);

        String dump = dump();
        assertThat(dump).contains(token.family(), ALICE.subject());
        assertThat(tokens).allSatisfy(one -> {
            String[] parts = one.value().split("\\.", -1);
            assertThat(dump).doesNotContain(one.value(), parts[2], parts[3]);
        });
    }

    @Test
    void generationAboveTheStoresIsLost() {
        NewFamily family = created();

        assertThat(rotate(family, 1, "h1", "h2")).isEqualTo(new Rotation.Refused(Cause.LOST));
        assertThat(rotate(family, 0, "h0", "h1")).isEqualTo(new Rotation.Refused(Cause.UNKNOWN));
    }

    @Test
    void anotherHashOfTheCurrentOrThePreviousGenerationIsLost() {
        NewFamily one = created();
        assertThat(rotate(one, 0, "other", "h1")).isEqualTo(new Rotation.Refused(Cause.LOST));
        assertThat(rotate(one, 0, "h0", "h1")).isEqualTo(new Rotation.Refused(Cause.UNKNOWN));

        NewFamily two = created();
        assertThat(rotate(two, 0, "h0", "h1")).isInstanceOf(Rotation.Rotated.class);
        assertThat(rotate(two, 0, "other", "h1")).isEqualTo(new Rotation.Refused(Cause.LOST));
        assertThat(rotate(two, 1, "h1", "h2")).isEqualTo(new Rotation.Refused(Cause.UNKNOWN));
    }

    @Test
    void repeatedUseGetsTheSuccessorThatIsCurrentWhereverItStands() {
        NewFamily family = created();
        assertThat(rotate(family, 0, "h0", "a", "b")).isEqualTo(new Rotation.Rotated(0, "grant", expiry(family)));

        assertThat(rotate(family, 0, "h0", "x", "y", "a")).isEqualTo(new Rotation.Rotated(2, "grant", expiry(family)));
        assertThat(rotate(family, 0, "h0", "b", "c")).isEqualTo(new Rotation.Refused(Cause.LOST));
        assertThat(rotate(family, 1, "a", "z")).isInstanceOf(Rotation.Rotated.class);
    }

    @Test
    void onlyTheCallThatRevokesTheFamilyLearnsOfIt() {
        NewFamily one = created();
        rotate(one, 0, "h0", "h1");
        pass(one.id(), GRACE);

        assertThat(rotate(one, 0, "h0", "h1")).isEqualTo(new Rotation.Reused("grant"));
        assertThat(rotate(one, 0, "h0", "h1")).isEqualTo(new Rotation.Refused(Cause.REUSED));
        assertThat(rotate(one, 1, "h1", "h2")).isEqualTo(new Rotation.Refused(Cause.REUSED));
    }

    @Test
    void clockThatWasSetBackIsNoReuse() {
        NewFamily family = created();
        rotate(family, 0, "h0", "h1");
        pass(family.id(), Duration.ofHours(-1));

        assertThat(rotate(family, 0, "h0", "h1")).isInstanceOf(Rotation.Rotated.class);
    }

    @Test
    void tombstoneEndsWithItsTime() {
        NewFamily family = created();
        assertThat(done(store().revoke(family.id()))).isTrue();
        pass(family.id(), IDLE.minusDays(1));
        assertThat(rotate(family, 0, "h0", "h1")).isEqualTo(new Rotation.Refused(Cause.REVOKED));
        pass(family.id(), Duration.ofDays(1));

        assertThat(rotate(family, 0, "h0", "h1")).isEqualTo(new Rotation.Refused(Cause.UNKNOWN));
    }

    @Test
    void greatGenerationsAreCounted() {
        NewFamily family = created();
        for (int i = 0; i < 300; i++) {
            assertThat(rotate(family, i, "h" + i, "h" + (i + 1))).isInstanceOf(Rotation.Rotated.class);
        }
        assertThat(rotate(family, 999_999_999_999_999L, "h", "i")).isEqualTo(new Rotation.Refused(Cause.LOST));
    }

    @Test
    void shortestLifetimesWork() {
        NewFamily family = new NewFamily(id(), "h0", "grant", MILLI, LIFETIME);
        done(store().create(family));
        pass(family.id(), MILLI);

        assertThat(rotate(family, 0, "h0", "h1")).isEqualTo(new Rotation.Refused(Cause.UNKNOWN));
    }

    private NewFamily created() {
        NewFamily family = new NewFamily(id(), "h0", "grant", IDLE, LIFETIME);
        done(store().create(family));
        return family;
    }

    /** What the store says of the family's current token. */
    abstract Instant expiry(NewFamily family);

    private Rotation rotate(NewFamily family, long generation, String hash, String... successors) {
        return done(store().rotate(new TokenUse(family.id(), generation, hash, List.of(successors), GRACE, IDLE)));
    }

    private static String id() {
        return UUID.randomUUID().toString().substring(0, 22);
    }

    RefreshResult refresh(IssuedRefreshToken token) {
        return done(service().refresh(token.value()));
    }

    RefreshResult.Refreshed refreshed(IssuedRefreshToken token) {
        RefreshResult result = refresh(token);
        assertThat(result).isInstanceOf(RefreshResult.Refreshed.class);
        return (RefreshResult.Refreshed) result;
    }

    void assertRefused(IssuedRefreshToken token, Reason reason) {
        assertThat(refresh(token)).isEqualTo(new RefreshResult.Refused(reason));
    }

    private static String value(RefreshResult result) {
        assertThat(result).isInstanceOf(RefreshResult.Refreshed.class);
        return ((RefreshResult.Refreshed) result).token().value();
    }

    private static byte[] bytes(char c) {
        return String.valueOf(c).repeat(32).getBytes(StandardCharsets.US_ASCII);
    }

    /** Does one thing on many threads, which wait for each other before it. */
    private static <T> List<T> together(int threads, Supplier<T> work) throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<T>> pending = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                pending.add(pool.submit(() -> {
                    barrier.await();
                    return work.get();
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> one : pending) {
                results.add(one.get());
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }
}
