package dev.scalableapi.auth.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.auth.audit.AuthEvent;
import dev.scalableapi.auth.refresh.RefreshResult.Reason;
import dev.scalableapi.testkit.TestSeed;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What the service does itself; what it does with its store is in the contract of the stores. */
class RefreshTokenServiceTest {
    private static final RefreshGrant ALICE =
            new RefreshGrant("alice", Optional.empty(), Optional.empty(), Set.of("orders:read"));
    private static final int MUTATIONS = 20_000;

    private final RecordingStore store = new RecordingStore(RefreshTokenStore.inMemory(100, Clock.systemUTC()));
    private final byte[] key = key(1);
    private final List<AuthEvent> events = new ArrayList<>();
    private final RefreshTokenService service = RefreshTokenService.builder(store, RefreshTokenKeys.of(key))
            .listener(events::add)
            .build();

    @Test
    void inventedOldGenerationReachesNoStoreAndEndsNoFamily() {
        IssuedRefreshToken token = now(service.issue(ALICE));
        for (int i = 0; i < 3; i++) {
            token = refreshed(token.value());
        }
        String[] parts = token.value().split("\\.", -1);
        String invented = parts[0] + ".0." + parts[2] + "." + parts[3];
        int before = store.calls.get();

        assertRefused(invented, Reason.FOREIGN);
        now(service.revoke(invented));
        assertThat(store.calls).hasValue(before);
        refreshed(token.value());
        assertThat(events).isEmpty();
    }

    @Test
    void tokenOfAnotherKeyReachesNoStore() {
        RefreshTokenService other =
                RefreshTokenService.builder(store, RefreshTokenKeys.generate()).build();
        String token = now(service.issue(ALICE)).value();
        int before = store.calls.get();

        assertThat(now(other.refresh(token))).isEqualTo(new RefreshResult.Refused(Reason.FOREIGN));
        now(other.revoke(token));
        assertThat(store.calls).hasValue(before);
    }

    @Test
    void onlyTheOneSpellingOfATokenIsAccepted() {
        String token = now(service.issue(ALICE)).value();
        int before = store.calls.get();
        String[] parts = token.split("\\.", -1);

        for (String other : List.of(
                "",
                ".",
                "...",
                token + "=",
                token + "\n",
                " " + token,
                token.replace(".0.", ".00."),
                token.replace(".0.", ".+0."),
                token.replace(".0.", ".-0."),
                token.replace(".0.", "."),
                token.replace(".0.", ".\u0660."),
                token.replace(".0.", ".1000000000000000."),
                token + "." + parts[3],
                token.substring(0, token.length() - 1),
                "x".repeat(10_000_000),
                token + "A".repeat(1_000))) {
            assertRefused(other, Reason.MALFORMED);
        }
        for (int part : new int[] {0, 2, 3}) {
            String[] spelled = parts.clone();
            spelled[part] = otherSpelling(parts[part]);
            assertRefused(String.join(".", spelled), Reason.FOREIGN);
        }
        assertRefused(token.replace(".0.", ".999999999999999."), Reason.FOREIGN);
        assertThat(store.calls).hasValue(before);
        refreshed(token);
    }

    /** The same bytes to a lenient decoder: the last character has bits that it ignores. */
    private static String otherSpelling(String base64) {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        char last = base64.charAt(base64.length() - 1);
        return base64.substring(0, base64.length() - 1) + alphabet.charAt(alphabet.indexOf(last) + 1);
    }

    @Test
    void damagedTokensAreRefused() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        String token = now(service.issue(ALICE)).value();
        int before = store.calls.get();
        for (int i = 0; i < MUTATIONS; i++) {
            String damaged = damage(token, random);
            if (!damaged.equals(token)) {
                RefreshResult result = refresh(damaged, seed, i);
                assertThat(result).as("seed %d, mutation %d", seed, i).isInstanceOf(RefreshResult.Refused.class);
            }
        }
        assertThat(store.calls).as("seed %d", seed).hasValue(before);
        refreshed(token);
    }

    private RefreshResult refresh(String damaged, long seed, int mutation) {
        try {
            return now(service.refresh(damaged));
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed + ", mutation " + mutation, e);
        }
    }

    private static String damage(String token, Random random) {
        StringBuilder damaged = new StringBuilder(token);
        for (int times = 1 + random.nextInt(3); times > 0 && !damaged.isEmpty(); times--) {
            int at = random.nextInt(damaged.length());
            switch (random.nextInt(7)) {
                case 0 -> damaged.setCharAt(at, (char) (damaged.charAt(at) ^ 1 << random.nextInt(7)));
                case 1 -> damaged.deleteCharAt(at);
                case 2 -> damaged.insert(at, (char) random.nextInt(0x180));
                case 3 -> damaged.insert(at, '.');
                case 4 -> damaged.setLength(at);
                case 5 -> damaged.insert(Math.min(damaged.length(), 23), (char) ('0' + random.nextInt(10)));
                default -> damaged.append(token, token.length() / 2, token.length());
            }
        }
        return damaged.toString();
    }

    @Test
    void storeThatFailsMakesTheStageFailAndIsNoReuse() {
        String token = now(service.issue(ALICE)).value();
        RuntimeException down = new IllegalStateException("down");
        store.failure = Optional.of(down);

        assertFailsBy(service.refresh(token), down);
        assertFailsBy(service.revoke(token), down);
        assertFailsBy(service.issue(ALICE), down);
        assertThat(events).isEmpty();
        store.failure = Optional.empty();
        refreshed(token);
    }

    @Test
    void whatTheStoreRefusesIsRefusedForTheSameReason() {
        String token = now(service.issue(ALICE)).value();
        for (Rotation.Cause cause : Rotation.Cause.values()) {
            store.rotation = Optional.of(new Rotation.Refused(cause));
            assertRefused(token, Reason.valueOf(cause.name()));
        }
        assertThat(events).isEmpty();
    }

    @Test
    void grantThatIsNotOursFailsTheStageWithoutBeingShown() {
        String token = now(service.issue(ALICE)).value();
        for (String grant : List.of(
                "",
                "1",
                "2\nalice\n\n\nx",
                "1\nalice\n\n\nx\n",
                "1\nalice\n\n\nx x",
                "1\nalice\n\n\nb a",
                "1\n\n\n\nx",
                "1\nalice\n\n\n\"",
                "1\nalice\n\n\n" + "x".repeat(9_000),
                "{\"@class\":\"alice\"}")) {
            store.rotation =
                    Optional.of(new Rotation.Rotated(0, grant, Clock.systemUTC().instant()));
            assertThat(service.refresh(token).toCompletableFuture())
                    .isCompletedExceptionally()
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .withMessageNotContaining("alice");
        }
    }

    @Test
    void listenerThatThrowsChangesNoResult() {
        RefreshTokenService loud = RefreshTokenService.builder(store, RefreshTokenKeys.of(key))
                .grace(Duration.ZERO)
                .listener(event -> {
                    throw new IllegalStateException("listener");
                })
                .build();
        String token = now(loud.issue(ALICE)).value();
        now(loud.refresh(token));

        assertThat(now(loud.refresh(token))).isEqualTo(new RefreshResult.Refused(Reason.REUSED));
        now(loud.revokeFamily(now(loud.issue(ALICE)).family()));
    }

    @Test
    void logoutWithWhatIsNoTokenOrFamilyHasNoEffect() {
        now(service.revoke("no token"));
        now(service.revokeFamily("no family"));
        now(service.revokeFamily("x".repeat(1_000_000)));
        assertThat(store.calls).hasValue(0);

        now(service.revokeFamily("x".repeat(22)));
        assertThat(store.calls).hasValue(1);
        assertThat(events).isEmpty();
    }

    @Test
    void logoutByTheFamilyAloneEndsIt() {
        IssuedRefreshToken token = now(service.issue(ALICE));
        now(service.revokeFamily(token.family()));

        assertRefused(token.value(), Reason.REVOKED);
        assertThat(events).containsExactly(new AuthEvent.FamilyRevoked(token.family()));
    }

    @Test
    void successorDependsOnKeyFamilyGenerationAndSecret() {
        RefreshTokenKey one = RefreshTokenKey.of(key(1));
        RefreshToken token = RefreshToken.first(new SecureRandom());
        RefreshToken other = RefreshToken.first(new SecureRandom());
        String successor = one.successorOf(token).secret();

        assertThat(List.of(
                        RefreshTokenKey.of(key(2)).successorOf(token).secret(),
                        one.successorOf(new RefreshToken(other.family(), 0, token.secret()))
                                .secret(),
                        one.successorOf(new RefreshToken(token.family(), 1, token.secret()))
                                .secret(),
                        one.successorOf(new RefreshToken(token.family(), 0, other.secret()))
                                .secret()))
                .doesNotContain(successor)
                .doesNotHaveDuplicates();
        assertThat(one.successorOf(token).secret()).isEqualTo(successor);
        assertThat(one.successorOf(token).generation()).isOne();
        assertThat(one.write(one.successorOf(token))).doesNotContain(token.secret());
    }

    @Test
    void textsOfValuesHoldNoSecret() {
        IssuedRefreshToken token = now(service.issue(ALICE));
        RefreshToken.Presented presented = Objects.requireNonNull(RefreshToken.parse(token.value()));

        assertThat(token.toString()).contains(token.family()).doesNotContain(token.value());
        assertThat(presented.toString()).doesNotContain(presented.token().secret());
        assertThat(now(service.refresh(token.value())).toString()).doesNotContain(token.family() + ".1.");
        assertThat(RefreshTokenKeys.of(key, key(2))).hasToString("RefreshTokenKeys[2]");
        assertThat(RefreshTokenKey.of(key)).hasToString("RefreshTokenKey");
        assertThat(presented.token().toString()).contains(token.family());
    }

    @Test
    void keysAreCheckedAndCopied() {
        byte[] mine = key(7);
        RefreshTokenKeys keys = RefreshTokenKeys.of(mine);
        String token = now(RefreshTokenService.builder(store, keys).build().issue(ALICE))
                .value();
        mine[0]++;
        assertThat(now(RefreshTokenService.builder(store, keys).build().refresh(token)))
                .isInstanceOf(RefreshResult.Refreshed.class);

        assertThatIllegalArgumentException().isThrownBy(() -> RefreshTokenKeys.of(new byte[31]));
        assertThatIllegalArgumentException().isThrownBy(() -> RefreshTokenKeys.of(new byte[1_025]));
        assertThatIllegalArgumentException().isThrownBy(() -> RefreshTokenKeys.of(key(1), new byte[31]));
        assertThatIllegalArgumentException().isThrownBy(() -> RefreshTokenKeys.of(key(1), key(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RefreshTokenKeys.of(key(1), key(2), key(3), key(4), key(5)));
        assertThat(RefreshTokenKeys.of(key(1), key(2), key(3), key(4))).hasToString("RefreshTokenKeys[4]");
    }

    @Test
    void settingsOutsideTheirBoundsAreRefused() {
        RefreshTokenService.Builder builder = RefreshTokenService.builder(store, RefreshTokenKeys.of(key));
        builder.grace(Duration.ZERO).grace(Duration.ofMinutes(1)).idleLifetime(Duration.ofMillis(1));
        builder.familyLifetime(Duration.ofDays(3_650));

        assertThatIllegalArgumentException().isThrownBy(() -> builder.grace(Duration.ofMillis(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.grace(Duration.ofSeconds(61)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.idleLifetime(Duration.ZERO))
                .withMessageContaining("idleLifetime");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.familyLifetime(Duration.ofDays(3_651)))
                .withMessageContaining("familyLifetime");
    }

    private static byte[] key(int number) {
        return String.format(Locale.ROOT, "key %028d", number).getBytes(StandardCharsets.US_ASCII);
    }

    private IssuedRefreshToken refreshed(String token) {
        RefreshResult result = now(service.refresh(token));
        assertThat(result).isInstanceOf(RefreshResult.Refreshed.class);
        return ((RefreshResult.Refreshed) result).token();
    }

    private void assertRefused(String token, Reason reason) {
        assertThat(now(service.refresh(token))).isEqualTo(new RefreshResult.Refused(reason));
    }

    private static void assertFailsBy(CompletionStage<?> stage, Throwable failure) {
        assertThat(stage.toCompletableFuture())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingRootCause()
                .isSameAs(failure);
    }

    private static <T> T now(CompletionStage<T> stage) {
        assertThat(stage.toCompletableFuture()).isDone();
        return stage.toCompletableFuture().join();
    }
}
