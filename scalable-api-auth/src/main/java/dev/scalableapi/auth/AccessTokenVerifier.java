package dev.scalableapi.auth;

import dev.scalableapi.auth.Verification.Reason;
import dev.scalableapi.auth.Verification.Rejected;
import dev.scalableapi.auth.Verification.Verified;
import dev.scalableapi.auth.audit.AuthEvent;
import dev.scalableapi.auth.audit.AuthEventListener;
import dev.scalableapi.auth.revocation.RevocationChecker;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies access tokens: signed JWTs, following RFC 8725. A token is accepted if it is a compact JWS in canonical
 * base64url with strict JSON; its key is among the keys, and its algorithm is that key's own and permitted; its signature
 * is right; it meets the {@link TokenProfile}; it is valid now and not revoked. The default profile is
 * {@link TokenProfile#rfc9068()}: the type is {@code at+jwt}; issuer and audience are the expected ones; the token has
 * {@code sub}, {@code iat}, {@code exp} and {@code jti}. The payload is not read before the signature is verified.
 *
 * <p>The header names the key ({@code kid}, RFC 7515 section 4.1.4). It may name none if there is only one key, or if the
 * issuer publishes keys without ids, of which up to four are tried. Among several keys with ids, a token that names none is
 * malformed (OpenID Connect Core 1.0 section 10.1).
 *
 * <p>An accepted token is kept in a cache, as a whole string, so that it needs no cryptography when it comes again; its
 * time, its key and its revocation are checked each time. Rejected tokens are not kept.
 *
 * <p>A rejection is logged at debug level and counted, with its reason and the name of the claim at fault. No value of a
 * token is logged.
 *
 * <p>Thread-safe; does not block.
 */
public final class AccessTokenVerifier implements TokenVerifier {
    static final String TYPE = "at+jwt";
    private static final Logger LOGGER = LoggerFactory.getLogger(AccessTokenVerifier.class);

    private final VerificationKeySource keys;
    private final JwsReader reader;
    private final ClaimsReader claims;
    private final ClaimRules rules;
    private final @Nullable VerifiedTokenCache cache;
    private final @Nullable RevocationChecker revocations;
    private final AuthMetrics metrics;
    private final AuthEventListener listener;
    private final Clock clock;

    private AccessTokenVerifier(Builder builder) {
        keys = builder.profile.tenants == null ? builder.keys : Issuer.forAllTenants(builder.keys);
        reader = new JwsReader(builder.algorithms, builder.maxLength, builder.maxDepth, builder.profile.header);
        claims = builder.claims.apply(reader(builder.profile, reader.json()));
        rules = builder.rules();
        cache = builder.cachedTokens == 0 ? null : new VerifiedTokenCache(builder.cachedTokens);
        revocations = builder.revocations;
        metrics = new AuthMetrics(builder.telemetry);
        listener = builder.listener.guarded();
        clock = builder.clock;
    }

    private static ClaimsReader reader(TokenProfile profile, StrictJson json) {
        return profile.hasPlainClaims()
                ? payload -> Claims.read(json, payload)
                : payload -> ProfileClaims.read(profile.locations, json.object(payload));
    }

    /**
     * {@return a builder of verifiers}
     *
     * @param keys the keys whose tokens are accepted
     * @param issuer the value of the claim {@code iss}, compared exactly
     * @param audience a value that the claim {@code aud} must contain, compared exactly
     * @throws IllegalArgumentException if issuer or audience is blank
     */
    public static Builder builder(VerificationKeySource keys, String issuer, String audience) {
        if (issuer.isBlank() || audience.isBlank()) {
            throw new IllegalArgumentException("issuer and audience must not be blank");
        }
        return new Builder(keys, issuer, audience, TokenProfile.rfc9068());
    }

    /**
     * {@return a builder of verifiers whose profile brings the accepted issuers and audiences}
     *
     * @param keys the keys whose tokens are accepted
     * @param profile one with {@link TokenProfile.Builder#issuers} or {@link TokenProfile.Builder#acceptAnyIssuer()}, and
     *     with {@link TokenProfile.Builder#audiences} or {@link TokenProfile.Builder#acceptAnyAudience()}
     */
    public static Builder builder(VerificationKeySource keys, TokenProfile profile) {
        return new Builder(keys, null, null, profile);
    }

    /**
     * {@return a builder of verifiers for tokens of an issuer whose keys are found by its metadata}
     *
     * @param issuer its identifier is the value of the claim {@code iss}
     * @param audience a value that the claim {@code aud} must contain, compared exactly
     * @throws IllegalArgumentException if the audience is blank
     */
    public static Builder builder(Issuer issuer, String audience) {
        return builder(issuer, issuer.identifier(), audience);
    }

    /**
     * Verifies a bearer token. Whatever the string, the answer is a result and never an exception. A token that is bound
     * to a key (claim {@code cnf}) is rejected.
     *
     * @param token as the client sent it
     * @return the caller, or why the token is not accepted
     */
    public Verification verify(String token) {
        return verify(token, confirmation -> false);
    }

    /**
     * Verifies a token that may be bound to a key.
     *
     * @param token as the client sent it
     * @param proof asked last, if the token is otherwise right and bound: whether the request proves what it must
     * @return the caller, or why the token is not accepted
     */
    public Verification verify(String token, Predicate<Confirmation> proof) {
        return told(decide(token, proof));
    }

    /**
     * Verifies a token; if its key is unknown, asks for newer keys first. For {@link RemoteJwkSet} and {@link Issuer}: the
     * issuer may have begun to sign with a key that is not here yet, or no keys may have been fetched yet.
     *
     * @param token as the client sent it
     * @param proof as above
     * @return completes with the result, on the calling thread unless the key is unknown; never fails
     */
    @Override
    public CompletionStage<Verification> verifyAsync(String token, Predicate<Confirmation> proof) {
        VerificationKeySet before = keys.current();
        Verification result = decide(token, proof);
        if (!(result instanceof Rejected rejected && isForWantOfAKey(rejected.reason()))) {
            return CompletableFuture.completedFuture(told(result));
        }
        return keys.refreshed()
                .thenApply(now -> told(now == before ? new Rejected(unknownKey(now)) : decide(token, proof)));
    }

    private static boolean isForWantOfAKey(Reason reason) {
        return reason == Reason.UNKNOWN_KEY || reason == Reason.KEYS_UNAVAILABLE;
    }

    /** A key that may only be missing because the keys cannot be fetched does not make the token invalid. */
    private Reason unknownKey(VerificationKeySet now) {
        return now.isEmpty() || keys.isStale() ? Reason.KEYS_UNAVAILABLE : Reason.UNKNOWN_KEY;
    }

    /**
     * Verifies a token from the cache of accepted tokens only: its time, its key, its revocation and its proof are
     * checked, but no signature. For a request that must not cost cryptography, such as one of an address whose rate
     * limit is exhausted.
     *
     * @param token as the client sent it
     * @param proof asked last, if the token is bound to a key: whether the request proves that the sender has the key
     * @return the caller; empty if the token is not in the cache or is no longer accepted. An empty result is neither
     *     counted nor reported to the listener
     */
    @Override
    public Optional<Verified> verifyCached(String token, Predicate<Confirmation> proof) {
        VerifiedTokenCache.@Nullable Entry known = known(token, keys.current());
        if (known == null) {
            return Optional.empty();
        }
        try {
            checkRevocation(known.verified);
            checkProof(known.verified, proof);
        } catch (RejectionException rejection) {
            return Optional.empty();
        }
        metrics.verified(true);
        return Optional.of(known.verified);
    }

    /** The issuers of accepted tokens, in which {@code {tenantid}} stands for any tenant; null if any is accepted. */
    @Nullable Set<String> issuers() {
        return rules.issuers();
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

    private Verification decide(String token, Predicate<Confirmation> proof) {
        VerificationKeySet now = keys.current();
        try {
            VerifiedTokenCache.@Nullable Entry known = known(token, now);
            Verified verified = known == null ? read(token, now) : known.verified;
            checkRevocation(verified);
            checkProof(verified, proof);
            metrics.verified(known != null);
            return verified;
        } catch (RejectionException rejection) {
            Rejected rejected = rejection.rejected();
            return rejected.reason() == Reason.UNKNOWN_KEY ? new Rejected(unknownKey(now)) : rejected;
        }
    }

    private VerifiedTokenCache.@Nullable Entry known(String token, VerificationKeySet now) {
        if (cache == null) {
            return null;
        }
        VerifiedTokenCache.Entry entry = cache.find(token);
        if (entry != null && (entry.isExpired(clock.millis()) || !entry.isBy(now))) {
            cache.remove(entry);
            return null;
        }
        return entry;
    }

    private Verified read(String token, VerificationKeySet now) throws RejectionException {
        JwsReader.Jws jws = reader.read(token, now);
        if (!jws.header().typeAccepted) {
            throw new RejectionException(Reason.WRONG_TYPE);
        }
        long millis = clock.millis();
        TokenClaims all = new TokenClaims(reader.json(), token);
        Verified verified = rules.check(claims.read(jws.payload()), jws.header().key, all, millis);
        if (cache != null) {
            long end = rules.endMillis(verified);
            KnownHeaders.Entry header = jws.header();
            cache.put(new VerifiedTokenCache.Entry(token, verified, header.key, header.keyNamed, now, end), millis);
        }
        return verified;
    }

    private void checkRevocation(Verified verified) throws RejectionException {
        if (revocations == null) {
            return;
        }
        switch (revocations.check(verified.tokenId(), verified.caller().id(), verified.issuedAt())) {
            case NOT_REVOKED -> {}
            case REVOKED -> throw new RejectionException(Reason.REVOKED);
            case UNKNOWN -> throw new RejectionException(Reason.REVOCATION_UNKNOWN);
        }
    }

    private static void checkProof(Verified verified, Predicate<Confirmation> proof) throws RejectionException {
        if (verified.confirmation().isPresent()
                && !proof.test(verified.confirmation().get())) {
            throw new RejectionException(Reason.PROOF_REQUIRED, Claims.CONFIRMATION);
        }
    }

    /** Reads the claims of a payload whose signature is right. */
    interface ClaimsReader {
        Claims read(byte[] payload) throws RejectionException;
    }

    /** Collects a verifier's settings. Not thread-safe. */
    public static final class Builder {
        private static final Duration MAX_SKEW = Duration.ofMinutes(5);
        private static final int LONGEST = 64 * 1024;
        private static final int DEEPEST = 64;
        private static final int MOST_CACHED = 1_000_000;

        private final VerificationKeySource keys;
        private final @Nullable String issuer;
        private final @Nullable String audience;
        private TokenProfile profile;
        private Set<SignatureAlgorithm> algorithms = asymmetric();
        private Duration skew = Duration.ofSeconds(30);
        private UnaryOperator<ClaimsReader> claims = UnaryOperator.identity();
        private int maxLength = JwsReader.MAX_LENGTH;
        private int maxDepth = JwsReader.MAX_DEPTH;
        private int cachedTokens = 10_000;
        private @Nullable RevocationChecker revocations;
        private boolean revocationsByTokenId;
        private AuthEventListener listener = AuthEventListener.noop();
        private OpenTelemetry telemetry = OpenTelemetry.noop();
        private Clock clock = Clock.systemUTC();

        private Builder(
                VerificationKeySource keys, @Nullable String issuer, @Nullable String audience, TokenProfile profile) {
            this.keys = keys;
            this.issuer = issuer;
            this.audience = audience;
            this.profile = profile;
        }

        private static Set<SignatureAlgorithm> asymmetric() {
            Set<SignatureAlgorithm> all = EnumSet.allOf(SignatureAlgorithm.class);
            all.removeIf(SignatureAlgorithm::isSymmetric);
            return all;
        }

        /**
         * Sets the format of the issuer's access tokens; {@link TokenProfile#rfc9068()} unless set.
         *
         * @param profile such as {@link TokenProfile#keycloak(String)}
         * @return this
         */
        public Builder profile(TokenProfile profile) {
            this.profile = profile;
            return this;
        }

        /**
         * Sets the permitted algorithms; unless set, all with public keys are permitted. Algorithms with a secret key are
         * not, because each service that verifies tokens with it could also sign them. A key is used with its own algorithm
         * only, and only if that algorithm is permitted.
         *
         * @param first one that is permitted
         * @param more others
         * @return this
         */
        public Builder algorithms(SignatureAlgorithm first, SignatureAlgorithm... more) {
            algorithms = EnumSet.of(first, more);
            return this;
        }

        /**
         * Sets by how much the issuer's clock may differ from ours; 30 seconds unless set.
         *
         * @param skew from zero to five minutes
         * @return this
         * @throws IllegalArgumentException if the skew is outside
         */
        public Builder skew(Duration skew) {
            if (skew.isNegative() || skew.compareTo(MAX_SKEW) > 0) {
                throw new IllegalArgumentException("skew must be from zero to 5 minutes");
            }
            this.skew = skew;
            return this;
        }

        /**
         * Sets how long a token may be; 8,192 characters unless set.
         *
         * @param characters from 1 to 65,536
         * @return this
         * @throws IllegalArgumentException if the length is outside
         */
        public Builder maxLength(int characters) {
            maxLength = within(characters, 1, LONGEST, "maxLength");
            return this;
        }

        /**
         * Sets how deep the JSON of header and claims may be nested; 16 unless set.
         *
         * @param levels from 1 to 64
         * @return this
         * @throws IllegalArgumentException if the depth is outside
         */
        public Builder maxDepth(int levels) {
            maxDepth = within(levels, 1, DEEPEST, "maxDepth");
            return this;
        }

        /**
         * Sets how many accepted tokens are remembered; 10,000 unless set. Each holds the token and its facts: for usual
         * tokens 2 KiB, so 20 MB in all. The other claims add nothing until the application reads them
         * ({@link Verified#claims()}): then some 5 KiB for each such token.
         *
         * @param tokens from zero, which is none, to 1,000,000; rounded up
         * @return this
         * @throws IllegalArgumentException if the number is outside
         */
        public Builder cachedTokens(int tokens) {
            cachedTokens = within(tokens, 0, MOST_CACHED, "cachedTokens");
            return this;
        }

        /**
         * Sets the source of revocations; without one, tokens are not checked for revocation. Each token must have an id.
         *
         * @param revocations asked about each token that is otherwise accepted; answers from memory. Its owner closes it
         * @return this
         */
        public Builder revocations(RevocationChecker revocations) {
            this.revocations = revocations;
            revocationsByTokenId = true;
            return this;
        }

        /**
         * Sets the source of revocations for a profile whose tokens have no id: only revocations of a subject have an
         * effect.
         *
         * @param revocations asked about each token that is otherwise accepted; answers from memory. Its owner closes it
         * @return this
         */
        public Builder revocationsBySubject(RevocationChecker revocations) {
            this.revocations = revocations;
            revocationsByTokenId = false;
            return this;
        }

        /**
         * Sets a listener for rejected tokens.
         *
         * @param listener must be fast: the request waits for it
         * @return this
         */
        public Builder listener(AuthEventListener listener) {
            this.listener = listener;
            return this;
        }

        /**
         * Sets where the metric {@code scalableapi.auth.verifications} goes: the number of verified tokens, by
         * {@code outcome}, {@code reason}, {@code claim} (a claim that the profile names), and whether they were
         * {@code cached}.
         *
         * @param telemetry the application's
         * @return this
         */
        public Builder openTelemetry(OpenTelemetry telemetry) {
            this.telemetry = telemetry;
            return this;
        }

        /** Wraps the reader of claims, so that a test can observe which payloads are read. */
        Builder claims(UnaryOperator<ClaimsReader> around) {
            claims = around;
            return this;
        }

        /**
         * Sets the clock; the system's unless set.
         *
         * @param clock the time at which tokens are verified
         * @return this
         */
        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        private static int within(int value, int least, int most, String name) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(name + " must be from " + least + " to " + most);
            }
            return value;
        }

        /**
         * {@return the verifier}
         *
         * @throws IllegalArgumentException if a key that is present now has no permitted algorithm, so that all of its
         *     tokens would be rejected; if the profile does not fit the issuer or the audience; or if its tokens have no id
         *     but revocations are set
         */
        public AccessTokenVerifier build() {
            for (VerificationKey key : keys.current().keys()) {
                if (Collections.disjoint(algorithms, key.algorithms())) {
                    throw new IllegalArgumentException(
                            "A key is for " + key.algorithm() + ", which is not permitted: see algorithms(...)");
                }
            }
            if (revocationsByTokenId && !profile.hasTokenId()) {
                throw new IllegalArgumentException(
                        "The tokens of the profile have no id, so they cannot be revoked by it:"
                                + " use revocationsBySubject(...), or tokenId(...) of the profile if they have one");
            }
            return new AccessTokenVerifier(this);
        }

        private ClaimRules rules() {
            return new ClaimRules(profile, issuer, audience, profile.tokenIdRequired || revocationsByTokenId, skew);
        }
    }
}
