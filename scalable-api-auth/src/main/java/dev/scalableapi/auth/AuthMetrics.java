package dev.scalableapi.auth;

import dev.scalableapi.auth.Verification.Reason;
import dev.scalableapi.auth.Verification.Rejected;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import java.util.EnumMap;
import java.util.Map;

/** Counts the results of verifications. Thread-safe. */
final class AuthMetrics {
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");
    private static final AttributeKey<String> REASON = AttributeKey.stringKey("reason");
    private static final AttributeKey<String> CLAIM = AttributeKey.stringKey("claim");
    private static final AttributeKey<Boolean> CACHED = AttributeKey.booleanKey("cached");
    private static final Attributes HIT = Attributes.of(OUTCOME, "verified", CACHED, true);
    private static final Attributes MISS = Attributes.of(OUTCOME, "verified", CACHED, false);

    private final LongCounter verifications;
    private final Map<Reason, Attributes> rejections = new EnumMap<>(Reason.class);

    AuthMetrics(OpenTelemetry telemetry) {
        verifications = telemetry
                .getMeter("dev.scalableapi.auth")
                .counterBuilder("scalableapi.auth.verifications")
                .setDescription("Access tokens looked at, by outcome and reason, and whether they were known already")
                .setUnit("{token}")
                .build();
        for (Reason reason : Reason.values()) {
            rejections.put(reason, Attributes.of(OUTCOME, "rejected", REASON, reason.label()));
        }
    }

    void verified(boolean cached) {
        verifications.add(1, cached ? HIT : MISS);
    }

    void rejected(Rejected rejected) {
        Attributes attributes = rejections.getOrDefault(rejected.reason(), Attributes.empty());
        if (rejected.claim().isPresent()) {
            attributes =
                    attributes.toBuilder().put(CLAIM, rejected.claim().get()).build();
        }
        verifications.add(1, attributes);
    }
}
