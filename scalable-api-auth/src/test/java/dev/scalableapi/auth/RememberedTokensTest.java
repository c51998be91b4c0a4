package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.auth.Verification.Reason;
import dev.scalableapi.auth.audit.AuthEvent;
import dev.scalableapi.auth.revocation.Revocation;
import dev.scalableapi.auth.revocation.RevocationChecker;
import dev.scalableapi.auth.revocation.RevocationStore;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A token that was accepted once is still looked at each time; and what is looked at is counted. */
class RememberedTokensTest {
    private static final String CONFIRMED = ",\"cnf\":{\"jkt\":\"thumb\"}";

    private final ManualClock clock = new ManualClock(Fixtures.NOW);
    private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
    private final OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
            .setMeterProvider(
                    SdkMeterProvider.builder().registerMetricReader(metrics).build())
            .build();
    private final List<AuthEvent> events = new ArrayList<>();
    private final AccessTokenVerifier verifier = builder().build();
    private final String token =
            Fixtures.issuer(Fixtures.EC).issue(Fixtures.ALICE).value();

    private AccessTokenVerifier.Builder builder() {
        return Fixtures.builder(Fixtures.EC)
                .clock(clock)
                .openTelemetry(telemetry)
                .listener(events::add);
    }

    @Test
    void secondLookGivesTheSameResultWithoutCryptography() {
        Verification first = verifier.verify(token);
        assertThat(verifier.verify(new String(token.toCharArray()))).isSameAs(first);
        assertThat(counts()).containsExactly(Map.entry("verified/false", 1L), Map.entry("verified/true", 1L));
    }

    @Test
    void withoutMemoryEachIsReadAnew() {
        AccessTokenVerifier forgetful = builder().cachedTokens(0).build();
        assertThat(forgetful.verify(token)).isNotSameAs(forgetful.verify(token)).isEqualTo(verifier.verify(token));
        assertThat(counts()).containsExactly(Map.entry("verified/false", 3L));
    }

    @Test
    void cachedVerificationAcceptsOnlyTokensInTheCache() {
        assertThat(verifier.verifyCached(token, confirmation -> false)).isEmpty();
        Verification verified = verifier.verify(token);
        assertThat(verifier.verifyCached(token, confirmation -> false))
                .hasValueSatisfying(cached -> assertThat(cached).isSameAs(verified));
        assertThat(builder().cachedTokens(0).build().verifyCached(token, confirmation -> true))
                .isEmpty();
        clock.advance(Duration.ofSeconds(330));
        assertThat(verifier.verifyCached(token, confirmation -> false)).isEmpty();
        assertThat(counts()).containsExactly(Map.entry("verified/false", 1L), Map.entry("verified/true", 1L));
        assertThat(events).isEmpty();
    }

    @Test
    void cachedVerificationChecksRevocationAndProof() {
        String bound = Fixtures.token(Fixtures.EC, Fixtures.header(Fixtures.EC), Fixtures.claims(CONFIRMED));
        try (RevocationChecker checker = RevocationChecker.failOpen(RevocationStore.inMemory(10, clock))
                .clock(clock)
                .build()) {
            AccessTokenVerifier checking = builder().revocations(checker).build();
            assertThat(checking.verify(bound, confirmation -> true)).isInstanceOf(Verification.Verified.class);
            assertThat(checking.verifyCached(bound, confirmation -> false)).isEmpty();
            assertThat(checking.verifyCached(bound, confirmation -> true)).isPresent();
            checker.revoke(new Revocation.OfToken("id-1", Fixtures.NOW.plusSeconds(300)));
            assertThat(checking.verifyCached(bound, confirmation -> true)).isEmpty();
        }
    }

    @Test
    void rememberedTokenExpires() {
        assertThat(verifier.verify(token)).isInstanceOf(Verification.Verified.class);
        clock.advance(Duration.ofSeconds(329));
        assertThat(verifier.verify(token)).isInstanceOf(Verification.Verified.class);
        clock.advance(Duration.ofSeconds(1));
        assertThat(verifier.verify(token)).isEqualTo(new Verification.Rejected(Reason.EXPIRED));
    }

    @Test
    void rejectionsAreNotRemembered() {
        String early = Fixtures.token(
                Fixtures.EC,
                Fixtures.header(Fixtures.EC),
                Fixtures.claims(",\"nbf\":" + (Fixtures.NOW.getEpochSecond() + 60)));
        assertThat(verifier.verify(early)).isEqualTo(new Verification.Rejected(Reason.NOT_YET_VALID));
        clock.advance(Duration.ofSeconds(30));
        assertThat(verifier.verify(early)).isInstanceOf(Verification.Verified.class);
    }

    @Test
    void rememberedTokenIsRefusedOnceItIsRevoked() {
        RevocationStore store = RevocationStore.inMemory(10, clock);
        try (RevocationChecker checker =
                RevocationChecker.failOpen(store).clock(clock).build()) {
            AccessTokenVerifier checking = builder().revocations(checker).build();
            var verified = (Verification.Verified) checking.verify(token);
            assertThat(checking.verify(token)).isSameAs(verified);

            checker.revoke(new Revocation.OfToken(verified.tokenId(), verified.expiresAt()));
            assertThat(checking.verify(token)).isEqualTo(new Verification.Rejected(Reason.REVOKED));

            String other = Fixtures.issuer(Fixtures.EC).issue(Fixtures.ALICE).value();
            assertThat(checking.verify(other)).isInstanceOf(Verification.Verified.class);
            checker.revoke(new Revocation.OfSubject("alice", Fixtures.NOW, verified.expiresAt()));
            assertThat(checking.verify(other)).isEqualTo(new Verification.Rejected(Reason.REVOKED));
        }
    }

    @Test
    void whereRevocationCantBeToldTheChoiceDecides() {
        RevocationStore down = new RevocationStore() {
            @Override
            public java.util.concurrent.CompletionStage<Void> add(Revocation revocation) {
                return java.util.concurrent.CompletableFuture.failedFuture(new IllegalStateException("down"));
            }

            @Override
            public java.util.concurrent.CompletionStage<dev.scalableapi.auth.revocation.RevocationDelta> since(
                    String cursor, int limit) {
                return java.util.concurrent.CompletableFuture.failedFuture(new IllegalStateException("down"));
            }

            @Override
            public Duration retention() {
                return Duration.ofDays(2);
            }
        };
        try (RevocationChecker open =
                        RevocationChecker.failOpen(down).clock(clock).build();
                RevocationChecker closed = RevocationChecker.failClosed(down, Duration.ofSeconds(30))
                        .clock(clock)
                        .build()) {
            assertThat(builder().revocations(open).build().verify(token)).isInstanceOf(Verification.Verified.class);
            assertThat(builder().revocations(closed).build().verify(token))
                    .isEqualTo(new Verification.Rejected(Reason.REVOCATION_UNKNOWN));
        }
    }

    @Test
    void boundTokenNeedsItsProofEachTime() {
        String bound = Fixtures.token(Fixtures.EC, Fixtures.header(Fixtures.EC), Fixtures.claims(CONFIRMED));
        AtomicInteger asked = new AtomicInteger();
        for (int times = 1; times <= 2; times++) {
            assertThat(verifier.verify(bound)).isEqualTo(new Verification.Rejected(Reason.PROOF_REQUIRED));
            assertThat(verifier.verify(bound, confirmation -> {
                        asked.incrementAndGet();
                        return confirmation.equals(new Confirmation("jkt", "thumb"));
                    }))
                    .isInstanceOf(Verification.Verified.class);
            assertThat(asked).hasValue(times);
        }
    }

    @Test
    void bindingThatNobodyKnowsIsStillOne() {
        for (String binding : List.of(
                "{}",
                "{\"jwk\":{\"kty\":\"EC\"}}",
                "{\"jkt\":\"a\",\"kid\":\"b\"}",
                "{\"jkt\":7}",
                "{\"a\":[{\"b\":{}}]}")) {
            String bound =
                    Fixtures.token(Fixtures.EC, Fixtures.header(Fixtures.EC), Fixtures.claims(",\"cnf\":" + binding));
            assertThat(verifier.verify(bound)).isEqualTo(new Verification.Rejected(Reason.PROOF_REQUIRED));
            assertThat(verifier.verify(
                            bound, confirmation -> !confirmation.method().isEmpty()))
                    .isEqualTo(new Verification.Rejected(Reason.PROOF_REQUIRED));
        }
        for (String malformed : List.of("null", "\"x\"", "[]", "7")) {
            String bound =
                    Fixtures.token(Fixtures.EC, Fixtures.header(Fixtures.EC), Fixtures.claims(",\"cnf\":" + malformed));
            assertThat(verifier.verify(bound)).isEqualTo(new Verification.Rejected(Reason.MALFORMED));
        }
    }

    @Test
    void rejectionsAreCountedByReasonAndToldWithoutTheToken() {
        verifier.verify("x");
        verifier.verify(token.substring(0, token.length() - 8) + "AAAAAAAA");
        assertThat(counts()).containsOnly(Map.entry("rejected/malformed", 1L), Map.entry("rejected/bad_signature", 1L));
        assertThat(events)
                .containsExactly(
                        new AuthEvent.TokenRejected("malformed"), new AuthEvent.TokenRejected("bad_signature"));
    }

    @Test
    void listenerThatThrowsChangesNothing() {
        AccessTokenVerifier loud = builder()
                .listener(event -> {
                    throw new IllegalStateException("disk full");
                })
                .build();
        assertThat(loud.verify("x")).isEqualTo(new Verification.Rejected(Reason.MALFORMED));
    }

    @Test
    void lengthAndDepthCanBeSet() {
        String deep = Fixtures.token(
                Fixtures.EC,
                Fixtures.header(Fixtures.EC),
                Fixtures.claims(",\"x\":" + "[".repeat(15) + "]".repeat(15)));
        String deeper = Fixtures.token(
                Fixtures.EC,
                Fixtures.header(Fixtures.EC),
                Fixtures.claims(",\"x\":" + "[".repeat(16) + "]".repeat(16)));
        assertThat(verifier.verify(deep)).isInstanceOf(Verification.Verified.class);
        assertThat(verifier.verify(deeper)).isEqualTo(new Verification.Rejected(Reason.MALFORMED));
        assertThat(builder().maxDepth(17).build().verify(deeper)).isInstanceOf(Verification.Verified.class);
        assertThat(builder().maxLength(token.length()).build().verify(token)).isInstanceOf(Verification.Verified.class);
        assertThat(builder().maxLength(token.length() - 1).build().verify(token))
                .isEqualTo(new Verification.Rejected(Reason.TOO_LARGE));
        String large = Fixtures.token(
                Fixtures.EC, Fixtures.header(Fixtures.EC), Fixtures.claims(",\"x\":\"" + "y".repeat(9000) + "\""));
        assertThat(verifier.verify(large)).isEqualTo(new Verification.Rejected(Reason.TOO_LARGE));
        assertThat(builder().maxLength(20_000).build().verify(large)).isInstanceOf(Verification.Verified.class);
    }

    @Test
    void keyForAnAlgorithmThatIsNotPermittedIsRefusedAtConstruction() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().algorithms(SignatureAlgorithm.RS256).build());
        SigningKey secret = SigningKey.generate(SignatureAlgorithm.HS256);
        AccessTokenVerifier.Builder symmetric = Fixtures.builder(secret);
        assertThatIllegalArgumentException().isThrownBy(symmetric::build);
        assertThat(symmetric
                        .algorithms(SignatureAlgorithm.HS256)
                        .build()
                        .verify(Fixtures.issuer(secret).issue(Fixtures.ALICE).value()))
                .isInstanceOf(Verification.Verified.class);
    }

    @Test
    void settingsOutsideTheirRangeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> builder().maxLength(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().maxLength(65_537));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().maxDepth(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().maxDepth(65));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().cachedTokens(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().cachedTokens(1_000_001));
    }

    private Map<String, Long> counts() {
        return metrics.collectAllMetrics().stream()
                .filter(metric -> metric.getName().equals("scalableapi.auth.verifications"))
                .flatMap(metric -> metric.getLongSumData().getPoints().stream())
                .collect(Collectors.toMap(
                        point -> name(point.getAttributes()),
                        LongPointData::getValue,
                        Long::sum,
                        java.util.TreeMap::new));
    }

    private static String name(Attributes attributes) {
        Object cached = attributes.get(AttributeKey.booleanKey("cached"));
        Object reason = attributes.get(AttributeKey.stringKey("reason"));
        return attributes.get(AttributeKey.stringKey("outcome")) + "/" + (cached == null ? reason : cached);
    }
}
