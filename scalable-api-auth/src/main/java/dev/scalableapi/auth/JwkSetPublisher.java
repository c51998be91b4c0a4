package dev.scalableapi.auth;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Serves the public keys as a JWK set (RFC 7517 section 5) with a strong {@code ETag}, cacheable by everybody; for a
 * route that is open to all, such as {@code GET /.well-known/jwks.json}. Follows the keys as they change, and writes the
 * set anew only then. Answers 503 while a {@link RemoteJwkSet} or an {@link Issuer} has no keys. Thread-safe.
 */
public final class JwkSetPublisher implements ApiHandler {
    private static final Duration MAX_AGE = Duration.ofMinutes(5);

    private final VerificationKeySource keys;
    private final Duration maxAge;
    private volatile Published published;

    private JwkSetPublisher(VerificationKeySource keys, Duration maxAge) {
        this.keys = keys;
        this.maxAge = maxAge;
        published = publish(keys.current());
    }

    /**
     * {@return a publisher whose answers may be cached for five minutes}
     *
     * @param keys what to publish
     * @throws IllegalArgumentException if they are secret keys
     */
    public static JwkSetPublisher of(VerificationKeySource keys) {
        return of(keys, MAX_AGE);
    }

    /**
     * {@return a publisher}
     *
     * @param keys what to publish
     * @param maxAge how long an answer may be cached, in whole seconds; a new key must be published that long before
     *     the first token is signed with it
     * @throws IllegalArgumentException if the duration is negative, or they are secret keys
     */
    public static JwkSetPublisher of(VerificationKeySource keys, Duration maxAge) {
        if (maxAge.isNegative()) {
            throw new IllegalArgumentException("maxAge must not be negative");
        }
        return new JwkSetPublisher(keys, maxAge);
    }

    @Override
    public CompletionStage<ApiResponse> handle(ApiRequest request) {
        VerificationKeySet now = keys.current();
        if (now.isEmpty()) {
            return CompletableFuture.failedFuture(unavailable());
        }
        Published latest = published;
        if (latest.keys != now) {
            latest = publish(now);
            published = latest;
        }
        return CompletableFuture.completedFuture(latest.response);
    }

    /** An empty set could be cached, and whoever reads it would reject every token. */
    private static ApiException unavailable() {
        return ApiException.of(503, "UNAVAILABLE", "The keys are not available now. Try again later.")
                .withRetryAfter(Refusals.KEYS_RETRY);
    }

    private Published publish(VerificationKeySet now) {
        byte[] json = Jwk.set(now.keys());
        return new Published(
                now,
                ApiResponse.of(200)
                        .withHeader("Content-Type", "application/jwk-set+json")
                        .withHeader("Cache-Control", "public, max-age=" + maxAge.toSeconds())
                        .withHeader("ETag", '"' + Base64Url.encode(Jwk.sha256(json)) + '"')
                        .withBody(Body.of(json)));
    }

    private record Published(VerificationKeySet keys, ApiResponse response) {}
}
