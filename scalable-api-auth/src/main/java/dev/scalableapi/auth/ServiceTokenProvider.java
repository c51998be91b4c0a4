package dev.scalableapi.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiPipeline;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has an access token for the calls that this service makes to another. A token is kept until shortly before it expires
 * (a fifth of its life, at most a minute), and then renewed while it still serves, so that calls seldom wait; however many
 * ask, one token is made at a time. After a failure none is tried for for a second, and what is left of the old token is used
 * up. Thread-safe.
 */
public final class ServiceTokenProvider {
    private static final Duration LONGEST_MARGIN = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Supplier<CompletionStage<Made>> source;
    private final Clock clock;

    /** All that follow are guarded by this, but for {@code held}, which is only written under it. */
    private volatile @Nullable Held held;

    private @Nullable CompletableFuture<String> making;
    private Instant notBefore = Instant.MIN;

    ServiceTokenProvider(Supplier<CompletionStage<Made>> source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    /**
     * {@return a provider that signs the tokens itself}
     *
     * @param issuer signs; its audience is the service that is called
     * @param request what the tokens say
     */
    public static ServiceTokenProvider minting(TokenIssuer issuer, AccessTokenRequest request) {
        return new ServiceTokenProvider(
                () -> {
                    IssuedToken token = issuer.issue(request);
                    return CompletableFuture.completedFuture(new Made(token.value(), token.lifetime()));
                },
                Clock.systemUTC());
    }

    /**
     * {@return a provider that fetches the tokens from an authorization server, by client credentials (RFC 6749 section
     * 4.4) with HTTP Basic authentication}
     *
     * @param tokenEndpoint {@code https}, or on this machine {@code http}
     * @param clientId of this service
     * @param clientSecret of this service
     * @param scopes what the tokens are to be for; may be empty
     * @throws IllegalArgumentException if the address is not as described, or a scope has a character that RFC 6749
     *     section 3.3 does not allow
     */
    public static ServiceTokenProvider fetching(
            URI tokenEndpoint, String clientId, String clientSecret, Set<String> scopes) {
        Endpoint endpoint =
                new Endpoint(Endpoint.checked(tokenEndpoint, false), Endpoint.client(), Duration.ofSeconds(5));
        String credentials = form(clientId) + ":" + form(clientSecret);
        String basic = "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        String body = "grant_type=client_credentials" + (scopes.isEmpty() ? "" : "&scope=" + form(Scopes.join(scopes)));
        return new ServiceTokenProvider(() -> fetch(endpoint, basic, body), Clock.systemUTC());
    }

    private static String form(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static CompletionStage<Made> fetch(Endpoint endpoint, String basic, String body) {
        HttpRequest request = endpoint.request()
                .header("Authorization", basic)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return endpoint.send(request).thenApply(ServiceTokenProvider::made);
    }

    /** RFC 6749 section 5.1. Nothing of the answer is in a message. */
    private static Made made(HttpResponse<byte[]> answer) {
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("The token endpoint answered with the status " + answer.statusCode());
        }
        try {
            ObjectNode members = new StrictJson(JwkReader.MAX_LENGTH, JwsReader.MAX_DEPTH, StrictJson.SHORT_NUMBER)
                    .object(answer.body());
            JsonNode token = members.path("access_token");
            if (AuthorizationField.isToken(token.asText(""))
                    && token.isTextual()
                    && members.path("token_type").asText().equalsIgnoreCase("Bearer")) {
                return new Made(
                        token.textValue(),
                        Duration.ofSeconds(
                                Math.max(0, members.path("expires_in").asLong(0))));
            }
        } catch (RejectionException malformed) {
            // The same as an answer without a token.
        }
        throw new IllegalStateException("The token endpoint answered without a bearer token");
    }

    /**
     * {@return a stage that completes with a token: at once, if there is one} It fails with an {@link ApiException} of 503
     * that has the cause, while none can be had. The value is a secret.
     */
    public CompletionStage<String> token() {
        Held now = held;
        Instant time = clock.instant();
        if (now != null && time.isBefore(now.renewAt)) {
            return CompletableFuture.completedFuture(now.value);
        }
        CompletableFuture<String> next = renewed(time);
        return now != null && time.isBefore(now.end) ? CompletableFuture.completedFuture(now.value) : next.copy();
    }

    /**
     * Drops a token, as after an answer of 401.
     *
     * @param token the one that was refused; if it is not the present one, nothing happens
     */
    public synchronized void invalidate(String token) {
        Held now = held;
        if (now != null && now.value.equals(token)) {
            held = null;
        }
    }

    /** Also the token that has come since the caller looked. */
    private synchronized CompletableFuture<String> renewed(Instant now) {
        Held latest = held;
        if (latest != null && now.isBefore(latest.renewAt)) {
            return CompletableFuture.completedFuture(latest.value);
        }
        CompletableFuture<String> already = making;
        if (already != null && (!already.isDone() || now.isBefore(notBefore))) {
            return already;
        }
        CompletableFuture<String> result = new CompletableFuture<>();
        making = result;
        notBefore = Instant.MIN;
        try {
            source.get().whenComplete((made, failure) -> settle(result, made, failure, now));
        } catch (RuntimeException e) {
            settle(result, null, e, now);
        }
        return result;
    }

    /** A token whose life is not told, or over, serves those who waited for it. */
    private void settle(
            CompletableFuture<String> result, @Nullable Made made, @Nullable Throwable failure, Instant askedAt) {
        synchronized (this) {
            if (made != null) {
                held = Held.of(made, askedAt);
                making = null;
            } else {
                notBefore = clock.instant().plus(PAUSE);
            }
        }
        if (made != null) {
            result.complete(made.value);
        } else {
            result.completeExceptionally(
                    ApiException.of(503, "UNAVAILABLE", "A service that this one needs is not available.")
                            .withCause(failure == null ? new IllegalStateException() : ApiPipeline.cause(failure)));
        }
    }

    /** Nothing of the token. */
    @Override
    public String toString() {
        return "ServiceTokenProvider";
    }

    /** A new token, and how long it lives from when it was asked for: a day at the most, since any number may be told. */
    record Made(String value, Duration lifetime) {
        private static final Duration LONGEST = Duration.ofDays(1);

        Made {
            lifetime = lifetime.compareTo(LONGEST) < 0 ? lifetime : LONGEST;
        }

        @Override
        public String toString() {
            return "Made";
        }
    }

    private record Held(String value, Instant renewAt, Instant end) {
        /** Instances that began together do not renew together. */
        private static Held of(Made made, Instant askedAt) {
            Duration fifth = made.lifetime.dividedBy(5);
            Duration margin = fifth.compareTo(LONGEST_MARGIN) < 0 ? fifth : LONGEST_MARGIN;
            Duration jitter = margin.multipliedBy(ThreadLocalRandom.current().nextInt(100))
                    .dividedBy(400);
            Instant end = askedAt.plus(made.lifetime).minus(margin.dividedBy(4));
            return new Held(
                    made.value, askedAt.plus(made.lifetime).minus(margin).minus(jitter), end);
        }

        @Override
        public String toString() {
            return "Held";
        }
    }
}
