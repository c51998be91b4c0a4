package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.scalableapi.auth.Verification.Rejected;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Where an operator finds out why a token was rejected. */
class RejectionLogTest {
    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger(AccessTokenVerifier.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
    private final AccessTokenVerifier verifier = Fixtures.builder(Fixtures.EC)
            .openTelemetry(OpenTelemetrySdk.builder()
                    .setMeterProvider(SdkMeterProvider.builder()
                            .registerMetricReader(metrics)
                            .build())
                    .build())
            .build();

    @BeforeEach
    void listen() {
        log.start();
        LOGGER.addAppender(log);
        LOGGER.setLevel(Level.DEBUG);
    }

    @AfterEach
    void stop() {
        LOGGER.setLevel(Level.INFO);
        LOGGER.detachAppender(log);
    }

    private static String token(String claims) {
        return Fixtures.token(Fixtures.EC, Fixtures.header(Fixtures.EC), claims);
    }

    @Test
    void reasonAndClaimAreLoggedAndCountedWithoutValues() {
        String secret = "s3cr3t";
        List<String> tokens = List.of(
                secret,
                token(Fixtures.claims("").replace(Fixtures.AUDIENCE, secret)),
                token(Fixtures.claims("").replace(Fixtures.ISSUER, secret)),
                token(Fixtures.claims("").replace("\"jti\"", "\"" + secret + "\"")),
                token(Fixtures.claims(",\"roles\":\"" + secret + "\"")),
                token(Fixtures.claims(",\"scope\":[\"" + secret + "\"]")),
                token(Fixtures.claims(",\"" + secret + "\":1,\"" + secret + "\":1")),
                token(Fixtures.claims(",\"cnf\":{\"jkt\":\"" + secret + "\"}")),
                token(Fixtures.claims("").replaceAll("\"exp\":[0-9]+", "\"exp\":1")),
                token(Fixtures.claims(",\"nbf\":2000000000")));
        for (String token : tokens) {
            assertThat(verifier.verify(token)).isInstanceOf(Rejected.class);
        }
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "An access token was rejected: malformed, claim -",
                        "An access token was rejected: wrong_audience, claim aud",
                        "An access token was rejected: wrong_issuer, claim iss",
                        "An access token was rejected: missing_claim, claim jti",
                        "An access token was rejected: malformed, claim roles",
                        "An access token was rejected: malformed, claim scope",
                        "An access token was rejected: malformed, claim -",
                        "An access token was rejected: proof_required, claim cnf",
                        "An access token was rejected: expired, claim exp",
                        "An access token was rejected: not_yet_valid, claim nbf");
        assertThat(log.list).allSatisfy(event -> assertThat(event.getLevel()).isEqualTo(Level.DEBUG));
        assertThat(counts())
                .containsOnly(
                        Map.entry("malformed", 2L),
                        Map.entry("malformed roles", 1L),
                        Map.entry("malformed scope", 1L),
                        Map.entry("wrong_audience aud", 1L),
                        Map.entry("wrong_issuer iss", 1L),
                        Map.entry("missing_claim jti", 1L),
                        Map.entry("proof_required cnf", 1L),
                        Map.entry("expired exp", 1L),
                        Map.entry("not_yet_valid nbf", 1L));
    }

    private Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        metrics.collectAllMetrics().stream()
                .filter(metric -> metric.getName().equals("scalableapi.auth.verifications"))
                .flatMap(metric -> metric.getLongSumData().getPoints().stream())
                .forEach(point -> {
                    Object claim = point.getAttributes().get(AttributeKey.stringKey("claim"));
                    String reason = point.getAttributes().get(AttributeKey.stringKey("reason"));
                    counts.put(claim == null ? reason : reason + " " + claim, point.getValue());
                });
        return counts;
    }

    /** A sender with the key could otherwise fill the metrics with names. */
    @Test
    void onlyClaimsThatTheVerifierReadsAreNamed() {
        for (int i = 0; i < 100; i++) {
            verifier.verify(token(Fixtures.claims(",\"n" + i + "\":[}")));
            verifier.verify(token(Fixtures.claims(",\"n" + i + "\":1,\"n" + i + "\":1")));
        }
        assertThat(counts()).containsOnly(Map.entry("malformed", 200L));
    }
}
