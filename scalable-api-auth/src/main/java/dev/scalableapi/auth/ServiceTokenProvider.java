package dev.scalableapi.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.PlainNumber;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Provides the access token for the calls that this service makes to another service. A token is kept until shortly before
 * it expires (a fifth of its lifetime, at most a minute). It is then renewed while the old one is still returned, so that
 * calls rarely wait.
 *
 * <p>One token is requested at a time, and all callers share it. Requests are at least one second apart. Within a second
 * after a failed request, {@link #token} returns the old token if it is still valid, else fails at once. Within a second
 * after a successful request, it waits for the next request if the token has been {@linkplain #invalidate invalidated}.
 * Thread-safe.
 */
public final class ServiceTokenProvider {
    private static final Duration LONGEST_MARGIN = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** A server may send any number. */
    private static final Duration LONGEST_LIFETIME = Duration.ofDays(1);

    private final Supplier<CompletionStage<Made>> source;
    private final Clock clock;
    private final Function<Duration, Executor> delayed;

    /** Written under the lock, like all fields that follow; read without it. */
    private volatile @Nullable Held held;

    private @Nullable CompletableFuture<String> making;

    /** The start of the last request, or its failure. */
    private @Nullable Instant pausedFrom;

    ServiceTokenProvider(Supplier<CompletionStage<Made>> source, Clock clock, Function<Duration, Executor> delayed) {
        this.source = source;
        this.clock = clock;
        this.delayed = delayed;
    }

    ServiceTokenProvider(Supplier<CompletionStage<Made>> source, Clock clock) {
        this(source, clock, delay -> CompletableFuture.delayedExecutor(delay.toMillis() + 1, TimeUnit.MILLISECONDS));
    }

    /**
     * {@return a provider that signs the tokens itself}
     *
     * @param issuer signs; its audience is the service that is called
     * @param request the content of the tokens
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
     * {@return a provider that requests the tokens with {@link ClientAuthentication#clientSecretBasic} and default
     * settings}
     *
     * @param tokenEndpoint as for {@link #builder}
     * @param clientId of this service
     * @param clientSecret of this service
     * @param scopes as for {@link Builder#scopes}
     * @throws IllegalArgumentException if a builder with these settings would throw it
     */
    public static ServiceTokenProvider fetching(
            URI tokenEndpoint, String clientId, String clientSecret, Set<String> scopes) {
        return builder(tokenEndpoint, ClientAuthentication.clientSecretBasic(clientId, clientSecret))
                .scopes(scopes)
                .build();
    }

    /**
     * {@return a builder of a provider that requests the tokens from an authorization server, by client credentials (RFC
     * 6749 section 4.4)}
     *
     * @param tokenEndpoint an {@code https} URL, or an {@code http} URL of this machine
     * @param client proves the identity of this service
     * @throws IllegalArgumentException if the URL is not as described
     */
    public static Builder builder(URI tokenEndpoint, ClientAuthentication client) {
        return new Builder(tokenEndpoint, client);
    }

    /**
     * {@return a stage that completes with a token; a completed stage if there is one} While no token can be had, it fails
     * with an {@link ApiException} of status 503, whose cause is the failure of the request. The value is a secret.
     */
    public CompletionStage<String> token() {
        Held now = held;
        Instant time = clock.instant();
        if (now != null && now.isFresh(time)) {
            return CompletableFuture.completedFuture(now.value);
        }
        CompletableFuture<String> next = renewed(time);
        return now != null && now.isValid(time) ? CompletableFuture.completedFuture(now.value) : next.copy();
    }

    /**
     * Drops a token that the other service has rejected with 401. The next call of {@link #token} then requests a new one.
     *
     * @param token the rejected token; the call has no effect if another token has replaced it
     */
    public synchronized void invalidate(String token) {
        Held now = held;
        if (now != null && now.value.equals(token)) {
            held = null;
        }
    }

    private CompletableFuture<String> renewed(Instant now) {
        CompletableFuture<String> result;
        Duration delay;
        synchronized (this) {
            Held latest = held;
            if (latest != null && latest.isFresh(now)) {
                return CompletableFuture.completedFuture(latest.value);
            }
            delay = remainingPause(now);
            CompletableFuture<String> present = making;
            if (present != null && (!present.isDone() || !delay.isZero())) {
                return present;
            }
            result = new CompletableFuture<>();
            making = result;
        }
        if (delay.isZero()) {
            request(result);
        } else {
            delayed.apply(delay).execute(() -> request(result));
        }
        return result;
    }

    /** A clock that was set back must not make the pause longer. */
    private Duration remainingPause(Instant now) {
        Instant from = pausedFrom;
        if (from == null || now.isBefore(from) || !now.isBefore(from.plus(PAUSE))) {
            return Duration.ZERO;
        }
        return Duration.between(now, from.plus(PAUSE));
    }

    private void request(CompletableFuture<String> result) {
        Instant begun = clock.instant();
        synchronized (this) {
            pausedFrom = begun;
        }
        try {
            source.get().whenComplete((made, failure) -> settle(result, made, failure, begun));
        } catch (RuntimeException e) {
            settle(result, null, e, begun);
        }
    }

    /** A failed result stays the present one until the pause ends. */
    private void settle(
            CompletableFuture<String> result, @Nullable Made made, @Nullable Throwable failure, Instant begun) {
        synchronized (this) {
            if (made != null) {
                held = Held.of(made, begun);
                making = null;
            } else {
                pausedFrom = clock.instant();
            }
        }
        if (made != null) {
            result.complete(made.value);
        } else {
            result.completeExceptionally(
                    ApiException.of(503, "UNAVAILABLE", "A service that this one needs is not available.")
                            .withRetryAfter(PAUSE)
                            .withCause(failure == null ? new IllegalStateException() : ApiPipeline.cause(failure)));
        }
    }

    /** {@return a fixed text, without the token} */
    @Override
    public String toString() {
        return "ServiceTokenProvider";
    }

    /** A new token, with its lifetime from the start of the request. */
    record Made(String value, Duration lifetime) {
        @Override
        public String toString() {
            return "Made";
        }
    }

    private record Held(String value, Instant begun, Instant renewAt, Instant end) {
        /** The jitter keeps instances that started together from renewing together. */
        private static Held of(Made made, Instant begun) {
            Duration fifth = made.lifetime.dividedBy(5);
            Duration margin = fifth.compareTo(LONGEST_MARGIN) < 0 ? fifth : LONGEST_MARGIN;
            Duration jitter = margin.multipliedBy(ThreadLocalRandom.current().nextInt(100))
                    .dividedBy(400);
            Instant end = begun.plus(made.lifetime).minus(margin.dividedBy(4));
            return new Held(
                    made.value, begun, begun.plus(made.lifetime).minus(margin).minus(jitter), end);
        }

        /** False after the clock was set back, because the age is not known then. */
        private boolean isFresh(Instant now) {
            return now.isBefore(renewAt) && !now.isBefore(begun);
        }

        private boolean isValid(Instant now) {
            return now.isBefore(end);
        }

        @Override
        public String toString() {
            return "Held";
        }
    }

    /** Requests a token. */
    private record TokenRequest(
            Endpoint endpoint,
            URI uri,
            ClientAuthentication client,
            FormBody parameters,
            Duration defaultLifetime,
            Clock clock) {
        private static final int MAX_ERROR_CODE = 40;

        private CompletionStage<Made> send() {
            HttpRequest.Builder request = endpoint.request().header("Content-Type", FormBody.CONTENT_TYPE);
            FormBody form = parameters.copy();
            client.addTo(request, form, uri, clock);
            return endpoint.send(request.POST(form.publisher()).build()).thenApply(this::made);
        }

        /** RFC 6749 section 5.1. No message repeats more of the response than its error code. */
        private Made made(HttpResponse<byte[]> response) {
            ObjectNode members = members(response.body());
            if (response.statusCode() != 200) {
                throw new IllegalStateException("The token endpoint answered with status " + response.statusCode()
                        + errorCode(members.path("error").asText()));
            }
            JsonNode token = members.path("access_token");
            if (!token.isTextual()
                    || !AuthorizationField.isToken(token.textValue())
                    || !members.path("token_type").asText().equalsIgnoreCase("Bearer")) {
                throw new IllegalStateException("The token endpoint answered without a bearer token");
            }
            return new Made(token.textValue(), lifetime(members.path("expires_in")));
        }

        /** Empty if the body is not a JSON object. */
        private static ObjectNode members(byte[] body) {
            try {
                return new StrictJson(JwkReader.MAX_LENGTH, JwsReader.MAX_DEPTH, StrictJson.SHORT_NUMBER).object(body);
            } catch (RejectionException malformed) {
                return JsonNodeFactory.instance.objectNode();
            }
        }

        /** RFC 6749 section 5.2. Codes are short words; any other text is left out. */
        private static String errorCode(String error) {
            boolean isWord = !error.isEmpty()
                    && error.length() <= MAX_ERROR_CODE
                    && error.chars().allMatch(c -> c == '_' || (c >= 'a' && c <= 'z'));
            return isWord ? " and error " + error : "";
        }

        /** The default unless the member is a number of at least one, which some servers write as a string. */
        private Duration lifetime(JsonNode expiresIn) {
            double seconds = expiresIn.isTextual()
                    ? PlainNumber.parseDecimal(expiresIn.textValue())
                            .map(BigDecimal::doubleValue)
                            .orElse(0.0)
                    : expiresIn.doubleValue();
            return seconds >= 1
                    ? Duration.ofSeconds((long) Math.min(seconds, (double) LONGEST_LIFETIME.toSeconds()))
                    : defaultLifetime;
        }

        /** {@return a fixed text, without the parameters} */
        @Override
        public String toString() {
            return "TokenRequest";
        }
    }

    /** Collects the settings of a provider. Not thread-safe. */
    public static final class Builder {
        private static final Duration TIMEOUT = Duration.ofSeconds(5);

        private final URI tokenEndpoint;
        private final ClientAuthentication client;
        private final List<String> resources = new ArrayList<>();
        private Set<String> scopes = Set.of();
        private @Nullable String audience;
        private Duration defaultLifetime = Duration.ofMinutes(5);
        private HttpClient httpClient = Endpoint.client();
        private Clock clock = Clock.systemUTC();

        private Builder(URI tokenEndpoint, ClientAuthentication client) {
            this.tokenEndpoint = Endpoint.checked(tokenEndpoint, false);
            this.client = client;
        }

        /**
         * Sets the scopes that the tokens shall have; unless set, the authorization server chooses them.
         *
         * @param scopes may be empty
         * @return this
         */
        public Builder scopes(Set<String> scopes) {
            this.scopes = Set.copyOf(scopes);
            return this;
        }

        /**
         * Sets the parameter {@code audience}, with which Auth0 and some other servers choose the service that is called;
         * no such parameter unless set.
         *
         * @param audience as the authorization server knows the service
         * @return this
         * @throws IllegalArgumentException if it is empty or has an unpaired surrogate
         */
        public Builder audience(String audience) {
            this.audience = ClientAuthentication.required(audience, "audience");
            return this;
        }

        /**
         * Adds a parameter {@code resource}, which names a service that is called (RFC 8707); no such parameter unless
         * added.
         *
         * @param resource an absolute URI without a fragment
         * @return this
         * @throws IllegalArgumentException if it is relative or has a fragment
         */
        public Builder resource(URI resource) {
            if (!resource.isAbsolute() || resource.getRawFragment() != null) {
                throw new IllegalArgumentException("A resource must be an absolute URI without a fragment");
            }
            resources.add(resource.toString());
            return this;
        }

        /**
         * Sets the lifetime of a token whose response has no {@code expires_in}, or one that is not a positive number; five
         * minutes unless set.
         *
         * @param lifetime from one second to one day
         * @return this
         * @throws IllegalArgumentException if it is outside
         */
        public Builder defaultLifetime(Duration lifetime) {
            if (lifetime.compareTo(PAUSE) < 0 || lifetime.compareTo(LONGEST_LIFETIME) > 0) {
                throw new IllegalArgumentException("The default lifetime must be from 1 second to 1 day");
            }
            this.defaultLifetime = lifetime;
            return this;
        }

        /**
         * Sets the client that sends the requests, such as one with a proxy, a client certificate or a trust store of its
         * own; unless set, one that waits two seconds for a connection. Each request ends after five seconds in any case.
         * The caller closes the client, where it can be closed.
         *
         * @param client must not follow redirects, because it would send the secret to another address
         * @return this
         * @throws IllegalArgumentException if it does
         */
        public Builder httpClient(HttpClient client) {
            if (client.followRedirects() != HttpClient.Redirect.NEVER) {
                throw new IllegalArgumentException("The client must not follow redirects");
            }
            this.httpClient = client;
            return this;
        }

        /**
         * Sets the clock for the age of tokens and for client assertions; the system's unless set.
         *
         * @param clock of this machine
         * @return this
         */
        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /**
         * {@return the provider, which requests no token before the first call}
         *
         * @throws IllegalArgumentException if a scope has a character that RFC 6749 section 3.3 does not allow
         */
        public ServiceTokenProvider build() {
            FormBody parameters = new FormBody().add("grant_type", "client_credentials");
            if (!scopes.isEmpty()) {
                parameters.add("scope", Scopes.join(scopes));
            }
            if (audience != null) {
                parameters.add("audience", audience);
            }
            resources.forEach(resource -> parameters.add("resource", resource));
            TokenRequest request = new TokenRequest(
                    new Endpoint(tokenEndpoint, httpClient, TIMEOUT),
                    tokenEndpoint,
                    client,
                    parameters,
                    defaultLifetime,
                    clock);
            return new ServiceTokenProvider(request::send, clock);
        }
    }
}
