package dev.scalableapi.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scalableapi.auth.Verification.Reason;
import dev.scalableapi.auth.Verification.Rejected;
import dev.scalableapi.auth.Verification.Verified;
import dev.scalableapi.auth.audit.AuthEvent;
import dev.scalableapi.auth.audit.AuthEventListener;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.internal.WarningPacer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies opaque access tokens by asking the authorization server about them (token introspection, RFC 7662).
 *
 * <ul>
 *   <li><b>Accepted</b> is a token that the server calls active, that is an access token, that meets the
 *       {@link TokenProfile}, and that is valid now: {@code exp} and {@code nbf} are checked here, too, each time.
 *   <li><b>Results are kept</b> for a while, accepted and rejected ones apart, and limited in number; a token that is revoked
 *       is accepted for at most {@link Builder#cacheFor}. However many requests bring a token at once, the server is asked
 *       once. Of a token, only its SHA-256 is kept.
 *   <li><b>A server that does not answer</b> in time, or answers with anything but 200 and a well-formed response of at most
 *       64 KiB, makes the token {@link Reason#INTROSPECTION_UNAVAILABLE}, which is a 503 for the client: never a token that
 *       is accepted, and not one that is invalid.
 * </ul>
 *
 * <p>The request is a POST over HTTPS, without redirects. Neither the token nor the client secret is in a log, a metric or a
 * message. Thread-safe; does not block.
 */
public final class TokenIntrospector implements TokenVerifier {
    private static final Logger LOGGER = LoggerFactory.getLogger(TokenIntrospector.class);
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");

    /** Members that tell the kind of the token, in the response of one server or another. */
    private static final Set<String> KIND_MEMBERS = Set.of("token_type", "token_use", "typ");

    private static final Set<String> ACCESS_TOKEN_KINDS =
            Set.of("bearer", "dpop", "access_token", "access", "at+jwt", "jwt");

    private static final Rejected UNAVAILABLE = new Rejected(Reason.INTROSPECTION_UNAVAILABLE);

    private static final TokenProfile PROFILE = TokenProfile.builder(TokenProfile.rfc9068())
            .acceptAnyIssuer()
            .acceptAnyAudience()
            .optionalIssuedAt()
            .tokenId(ClaimSource.of("jti"))
            .scopes(ClaimSource.of(Claims.SCOPE))
            .roles(ClaimSource.of(Claims.ROLES))
            .permissions(ClaimSource.of(Claims.PERMISSIONS))
            .build();

    private final Endpoint endpoint;
    private final URI uri;
    private final ClientAuthentication client;
    private final TokenProfile profile;
    private final ClaimRules rules;
    private final int maxLength;
    private final Duration cacheFor;
    private final Duration cacheRejectedFor;
    private final SharedVerifications<Verification> results;
    private final StrictJson json = new StrictJson(JwkReader.MAX_LENGTH, JwsReader.MAX_DEPTH, StrictJson.SHORT_NUMBER);
    private final AuthMetrics metrics;
    private final LongCounter requests;
    private final Attributes server;
    private final AuthEventListener listener;
    private final WarningPacer warnings = WarningPacer.create();
    private final Clock clock;

    private TokenIntrospector(Builder builder) {
        endpoint = new Endpoint(
                Endpoint.checked(builder.endpoint, builder.plainHttpPermitted), builder.client, builder.timeout);
        uri = builder.endpoint;
        client = builder.authentication;
        profile = builder.profile();
        rules = new ClaimRules(profile, null, null, profile.tokenIdRequired, builder.clockSkew);
        maxLength = builder.maxLength;
        cacheFor = builder.cacheFor;
        cacheRejectedFor = builder.cacheRejectedFor;
        results = new SharedVerifications<>(builder.maxCached, builder.maxConcurrent, UNAVAILABLE, builder.nanoTime);
        metrics = new AuthMetrics(builder.telemetry);
        requests = builder.telemetry
                .getMeter("dev.scalableapi.auth")
                .counterBuilder("scalableapi.auth.introspections")
                .setDescription("Requests to the authorization server about tokens, by outcome")
                .setUnit("{request}")
                .build();
        server = endpoint.attributes();
        listener = builder.listener.guarded();
        clock = builder.clock;
    }

    /**
     * {@return a builder}
     *
     * @param endpoint the introspection endpoint of the authorization server: {@code https}, or on this machine
     *     {@code http}
     * @param client proves the identity of this API, such as {@link ClientAuthentication#clientSecretBasic}
     */
    public static Builder builder(URI endpoint, ClientAuthentication client) {
        return new Builder(endpoint, client);
    }

    /**
     * {@return the profile that is used unless another is set} The caller is {@code sub}, which is required, with
     * {@code client_id}, {@code scope}, {@code roles}, {@code permissions} and {@code tenant}; {@code iss}, {@code aud},
     * {@code iat} and {@code jti} may be absent. Another profile can begin with it: the client as the subject of tokens that
     * have no {@code sub} is
     * {@code TokenProfile.builder(TokenIntrospector.profile()).subject(ClaimSource.of("sub"), ClaimSource.of("client_id"))}.
     */
    public static TokenProfile profile() {
        return PROFILE;
    }

    @Override
    public Optional<Verified> verifyCached(String token, Predicate<Confirmation> proof) {
        if (token.length() > maxLength) {
            return Optional.empty();
        }
        CredentialHash hash = CredentialHash.of(token);
        Verification known = results.findAccepted(hash);
        if (!(known instanceof Verified verified)) {
            return Optional.empty();
        }
        if (isExpired(verified)) {
            results.remove(hash);
            return Optional.empty();
        }
        if (!isProven(verified, proof)) {
            return Optional.empty();
        }
        metrics.verified(true);
        return Optional.of(verified);
    }

    @Override
    public CompletionStage<Verification> verifyAsync(String token, Predicate<Confirmation> proof) {
        if (token.length() > maxLength) {
            return CompletableFuture.completedFuture(told(new Rejected(Reason.TOO_LARGE)));
        }
        Optional<Verified> cached = verifyCached(token, proof);
        return cached.isPresent()
                ? CompletableFuture.completedFuture(cached.get())
                : results.result(CredentialHash.of(token), () -> ask(token))
                        .thenApply(result -> decided(result, proof));
    }

    /** A result that other requests share; the proof is of this one. */
    private Verification decided(Verification result, Predicate<Confirmation> proof) {
        if (!(result instanceof Verified verified)) {
            return told(result);
        }
        if (!isProven(verified, proof)) {
            return told(new Rejected(Reason.PROOF_REQUIRED));
        }
        metrics.verified(false);
        return verified;
    }

    private static boolean isProven(Verified verified, Predicate<Confirmation> proof) {
        return verified.confirmation().isEmpty()
                || proof.test(verified.confirmation().get());
    }

    private boolean isExpired(Verified verified) {
        return clock.millis() >= rules.endMillis(verified);
    }

    private Verification told(Verification result) {
        if (result instanceof Rejected rejected) {
            metrics.rejected(rejected);
            LOGGER.debug(
                    "An access token was rejected: {}, claim {}",
                    rejected.reason().label(),
                    rejected.claim().orElse("-"));
            listener.onEvent(new AuthEvent.TokenRejected(rejected.reason().label()));
        }
        return result;
    }

    /** Never fails. */
    private CompletionStage<SharedVerifications.Result<Verification>> ask(String token) {
        CompletableFuture<HttpResponse<byte[]>> response;
        try {
            HttpRequest.Builder request = endpoint.request().header("Content-Type", FormBody.CONTENT_TYPE);
            FormBody form = new FormBody().add("token", token).add("token_type_hint", "access_token");
            client.addTo(request, form, uri, clock);
            response = endpoint.send(request.POST(form.publisher()).build());
        } catch (RuntimeException e) {
            response = CompletableFuture.failedFuture(e);
        }
        return response.thenApply(this::read).handle(this::counted);
    }

    private SharedVerifications.Result<Verification> counted(
            SharedVerifications.@Nullable Result<Verification> result, @Nullable Throwable failure) {
        if (result != null) {
            count(result.accepted() ? "accepted" : "rejected");
            return result;
        }
        count("failure");
        if (warnings.isDue()) {
            Throwable cause = failure == null ? new NullPointerException("No result") : ApiPipeline.cause(failure);
            LOGGER.warn("The authorization server could not be asked about a token", cause);
        }
        return new SharedVerifications.Result<>(UNAVAILABLE, false, Duration.ZERO);
    }

    private void count(String outcome) {
        requests.add(1, server.toBuilder().put(OUTCOME, outcome).build());
    }

    /** RFC 7662 section 2.2. Nothing of the response is in a message. */
    private SharedVerifications.Result<Verification> read(HttpResponse<byte[]> response) {
        if (response.statusCode() != 200) {
            throw new IllegalStateException(
                    "The introspection endpoint answered with the status " + response.statusCode()
                            + (isOurs(response.statusCode()) ? ": check the client's credentials" : ""));
        }
        ObjectNode members;
        try {
            members = json.object(response.body());
        } catch (RejectionException malformed) {
            throw new IllegalStateException("The introspection endpoint answered without a JSON object");
        }
        JsonNode active = members.path("active");
        if (!active.isBoolean()) {
            throw new IllegalStateException("The introspection endpoint answered without a boolean member active");
        }
        try {
            return active.booleanValue() ? accepted(members) : rejected(new Rejected(Reason.INACTIVE));
        } catch (RejectionException rejection) {
            return rejected(rejection.rejected());
        }
    }

    private static boolean isOurs(int status) {
        return status == 400 || status == 401 || status == 403;
    }

    private SharedVerifications.Result<Verification> rejected(Rejected rejected) {
        return new SharedVerifications.Result<>(rejected, false, cacheRejectedFor);
    }

    private SharedVerifications.Result<Verification> accepted(ObjectNode members) throws RejectionException {
        checkKind(members);
        Claims claims = ProfileClaims.read(profile.locations, members);
        long now = clock.millis();
        if (claims.expiresAt == null) {
            claims.expiresAt = (now + cacheFor.toMillis()) / 1000 + 1;
        }
        Verified verified = rules.check(claims, null, new TokenClaims(members), now);
        Duration left = Duration.ofMillis(rules.endMillis(verified) - now);
        return new SharedVerifications.Result<>(verified, true, left.compareTo(cacheFor) < 0 ? left : cacheFor);
    }

    /** A server calls refresh tokens and ID tokens active, too. */
    private static void checkKind(ObjectNode members) throws RejectionException {
        for (String name : KIND_MEMBERS) {
            JsonNode kind = members.get(name);
            if (kind != null
                    && !kind.isNull()
                    && !ACCESS_TOKEN_KINDS.contains(kind.asText().toLowerCase(Locale.ROOT))) {
                throw new RejectionException(Reason.WRONG_CLAIM, name);
            }
        }
    }

    /** Nothing of the client's secret. */
    @Override
    public String toString() {
        return "TokenIntrospector";
    }

    /** Collects the settings. Not thread-safe. */
    public static final class Builder {
        private static final Duration MAX_SKEW = Duration.ofMinutes(5);
        private static final Duration LONGEST_CACHED = Duration.ofHours(1);
        private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(1);
        private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(50);
        private static final int LONGEST_TOKEN = 64 * 1024;

        private final URI endpoint;
        private final ClientAuthentication authentication;
        private boolean plainHttpPermitted;
        private HttpClient client = Endpoint.client();
        private TokenProfile profile = PROFILE;
        private @Nullable String issuer;
        private @Nullable String audience;
        private Duration clockSkew = Duration.ofSeconds(30);
        private Duration timeout = Duration.ofSeconds(2);
        private Duration cacheFor = Duration.ofSeconds(30);
        private Duration cacheRejectedFor = Duration.ofSeconds(10);
        private int maxCached = 10_000;
        private int maxConcurrent = 100;
        private int maxLength = JwsReader.MAX_LENGTH;
        private AuthEventListener listener = AuthEventListener.noop();
        private OpenTelemetry telemetry = OpenTelemetry.noop();
        private Clock clock = Clock.systemUTC();
        private LongSupplier nanoTime = System::nanoTime;

        private Builder(URI endpoint, ClientAuthentication authentication) {
            this.endpoint = endpoint;
            this.authentication = authentication;
        }

        /**
         * Permits {@code http} to other machines: only if the network itself proves who answers, as a service mesh does.
         *
         * @return this
         */
        public Builder permitPlainHttp() {
            plainHttpPermitted = true;
            return this;
        }

        /**
         * Sets the client that sends the requests, such as one with a trust store of its own; unless set, one that follows
         * no redirect.
         *
         * @param client must not follow redirects
         * @return this
         * @throws IllegalArgumentException if it does
         */
        public Builder httpClient(HttpClient client) {
            if (client.followRedirects() != HttpClient.Redirect.NEVER) {
                throw new IllegalArgumentException("The client must not follow redirects");
            }
            this.client = client;
            return this;
        }

        /**
         * Sets which members of the response the caller is made of, and further checks of them; unless set,
         * {@link TokenIntrospector#profile()}. What a profile says about the header of a JWT does not matter here.
         *
         * @param profile such as {@link TokenProfile#keycloak(String)}
         * @return this
         */
        public Builder profile(TokenProfile profile) {
            this.profile = profile;
            return this;
        }

        /**
         * Requires that the response has this member {@code iss}; unless set, the profile decides.
         *
         * @param issuer compared exactly
         * @return this
         */
        public Builder issuer(String issuer) {
            this.issuer = issuer;
            return this;
        }

        /**
         * Requires that the member {@code aud} of the response contains this audience; unless set, the profile decides.
         * Without it, a token that was issued for another API is accepted if the server calls it active.
         *
         * @param audience compared exactly
         * @return this
         */
        public Builder audience(String audience) {
            this.audience = audience;
            return this;
        }

        /**
         * Sets the permitted difference between the server's clock and ours; 30 seconds unless set.
         *
         * @param clockSkew from zero to five minutes
         * @return this
         * @throws IllegalArgumentException if it is outside
         */
        public Builder clockSkew(Duration clockSkew) {
            this.clockSkew = within(clockSkew, Duration.ZERO, MAX_SKEW, "clockSkew");
            return this;
        }

        /**
         * Sets how long the server may take to answer; two seconds unless set.
         *
         * @param timeout from 50 milliseconds to one minute
         * @return this
         * @throws IllegalArgumentException if it is outside
         */
        public Builder timeout(Duration timeout) {
            this.timeout = within(timeout, SHORTEST_TIMEOUT, LONGEST_TIMEOUT, "timeout");
            return this;
        }

        /**
         * Sets how long an accepted token is accepted without asking again; 30 seconds unless set, and never beyond its
         * expiry. A token that is revoked is accepted for at most this long.
         *
         * @param time from zero, which keeps nothing, to one hour
         * @return this
         * @throws IllegalArgumentException if it is outside
         */
        public Builder cacheFor(Duration time) {
            cacheFor = within(time, Duration.ZERO, LONGEST_CACHED, "cacheFor");
            return this;
        }

        /**
         * Sets how long a rejected token is rejected without asking again; 10 seconds unless set.
         *
         * @param time from zero, which keeps nothing, to one hour
         * @return this
         * @throws IllegalArgumentException if it is outside
         */
        public Builder cacheRejectedFor(Duration time) {
            cacheRejectedFor = within(time, Duration.ZERO, LONGEST_CACHED, "cacheRejectedFor");
            return this;
        }

        /**
         * Sets how many accepted tokens are kept, and as many rejected ones; 10,000 unless set.
         *
         * @param tokens from 1 to 1,000,000
         * @return this
         * @throws IllegalArgumentException if it is outside
         */
        public Builder maxCached(int tokens) {
            maxCached = within(tokens, 1_000_000, "maxCached");
            return this;
        }

        /**
         * Sets how many requests to the server may run at a time; 100 unless set. A token that needs one more is a 503 for
         * its client.
         *
         * @param requests from 1 to 10,000
         * @return this
         * @throws IllegalArgumentException if it is outside
         */
        public Builder maxConcurrent(int requests) {
            maxConcurrent = within(requests, 10_000, "maxConcurrent");
            return this;
        }

        /**
         * Sets the maximal length of a token; 8,192 characters unless set.
         *
         * @param characters from 1 to 65,536
         * @return this
         * @throws IllegalArgumentException if the length is outside
         */
        public Builder maxLength(int characters) {
            maxLength = within(characters, LONGEST_TOKEN, "maxLength");
            return this;
        }

        /**
         * Sets who is told of rejected tokens.
         *
         * @param listener must be fast: the request waits for it
         * @return this
         */
        public Builder listener(AuthEventListener listener) {
            this.listener = listener;
            return this;
        }

        /**
         * Sets where the metrics go: {@code scalableapi.auth.introspections}, the requests to the server by
         * {@code outcome}, and {@code scalableapi.auth.verifications}, as of an {@link AccessTokenVerifier}.
         *
         * @param telemetry the application's
         * @return this
         */
        public Builder openTelemetry(OpenTelemetry telemetry) {
            this.telemetry = telemetry;
            return this;
        }

        /**
         * Sets the clock that decides whether a token is valid now; the system's unless set.
         *
         * @param clock the clock
         * @return this
         */
        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /** Sets the clock for ages in the cache, for tests. */
        Builder nanoTime(LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
            return this;
        }

        private static Duration within(Duration value, Duration least, Duration most, String name) {
            if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
                throw new IllegalArgumentException(name + " must be from " + least + " to " + most);
            }
            return value;
        }

        private static int within(int value, int most, String name) {
            if (value < 1 || value > most) {
                throw new IllegalArgumentException(name + " must be from 1 to " + most);
            }
            return value;
        }

        private TokenProfile profile() {
            TokenProfile.Builder strict = TokenProfile.builder(profile);
            if (issuer != null) {
                strict.issuers(issuer);
            }
            if (audience != null) {
                strict.audiences(audience);
            }
            return issuer == null && audience == null ? profile : strict.build();
        }

        /**
         * {@return the introspector}
         *
         * @throws IllegalArgumentException if the address is none of a server, or plain {@code http} without permission, or
         *     the profile names neither issuer nor audience and does not accept any: set them here
         */
        public TokenIntrospector build() {
            return new TokenIntrospector(this);
        }
    }
}
