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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Verifies access tokens: signed JWTs in the shape of RFC 9068, following RFC 8725. A token is accepted if it is a
 * compact JWS in canonical base64url with strict JSON; its key is among the keys, and its algorithm is that key's own and
 * permitted; its signature is right; its type is {@code at+jwt}; it names the expected issuer and audience; it has
 * {@code sub}, {@code iat}, {@code exp} and {@code jti}; it is valid now and not revoked. The payload is not looked at
 * before the signature.
 *
 * <p>The header names the key ({@code kid}, RFC 7515 section 4.1.4). It may name none if there is only one key, or if the
 * issuer publishes keys without ids, of which up to four are tried. Among several keys with ids, a token that names none is
 * malformed (OpenID Connect Core 1.0 section 10.1).
 *
 * <p>A token that was accepted is remembered, as a whole string, so that it costs no cryptography when it comes again;
 * its time, its key and its revocation are checked each time. What was refused is not remembered.
 *
 * <p>Thread-safe; does not block.
 */
public final class AccessTokenVerifier {
    static final String TYPE = "at+jwt";

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
        keys = builder.keys;
        reader = new JwsReader(builder.algorithms, builder.maxLength, builder.maxDepth, HeaderRules.RFC9068);
        claims = builder.claims.apply(payload -> Claims.read(reader.json(), payload));
        rules = new ClaimRules(builder.issuer, builder.audience, builder.skew);
        cache = builder.cachedTokens == 0 ? null : new VerifiedTokenCache(builder.cachedTokens);
        revocations = builder.revocations;
        metrics = new AuthMetrics(builder.telemetry);
        listener = builder.listener.guarded();
        clock = builder.clock;
    }

    /**
     * {@return a builder of verifiers}
     *
     * @param keys whose tokens are accepted
     * @param issuer what the claim {@code iss} must be, exactly
     * @param audience what must be among the claim {@code aud}, exactly
     * @throws IllegalArgumentException if issuer or audience is blank
     */
    public static Builder builder(VerificationKeySource keys, String issuer, String audience) {
        return new Builder(keys, issuer, audience);
    }

    /**
     * {@return a builder of verifiers for tokens of an issuer whose keys are found by its metadata}
     *
     * @param issuer its identifier is what the claim {@code iss} must be
     * @param audience what must be among the claim {@code aud}, exactly
     * @throws IllegalArgumentException if the audience is blank
     */
    public static Builder builder(Issuer issuer, String audience) {
        return new Builder(issuer, issuer.identifier(), audience);
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

    private Verification told(Verification result) {
        if (result instanceof Rejected rejected) {
            metrics.rejected(rejected.reason());
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
        Claims read = claims.read(jws.payload());
        Verified verified = rules.check(read, millis);
        jws.header().key.checkIssuer(Claims.required(read.issuer), null);
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
            throw new RejectionException(Reason.PROOF_REQUIRED);
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
        private final String issuer;
        private final String audience;
        private Set<SignatureAlgorithm> algorithms = asymmetric();
        private Duration skew = Duration.ofSeconds(30);
        private UnaryOperator<ClaimsReader> claims = UnaryOperator.identity();
        private int maxLength = JwsReader.MAX_LENGTH;
        private int maxDepth = JwsReader.MAX_DEPTH;
        private int cachedTokens = 10_000;
        private @Nullable RevocationChecker revocations;
        private AuthEventListener listener = AuthEventListener.noop();
        private OpenTelemetry telemetry = OpenTelemetry.noop();
        private Clock clock = Clock.systemUTC();

        private Builder(VerificationKeySource keys, String issuer, String audience) {
            if (issuer.isBlank() || audience.isBlank()) {
                throw new IllegalArgumentException("issuer and audience must not be blank");
            }
            this.keys = keys;
            this.issuer = issuer;
            this.audience = audience;
        }

        private static Set<SignatureAlgorithm> asymmetric() {
            Set<SignatureAlgorithm> all = EnumSet.allOf(SignatureAlgorithm.class);
            all.removeIf(SignatureAlgorithm::isSymmetric);
            return all;
        }

        /**
         * Sets which algorithms are permitted; unless set, all but those with a secret key, since there who verifies can
         * sign. A key is used with its own algorithm alone; this narrows further which keys are used.
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
         * tokens 2 KiB, so 20 MB in all.
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
         * Sets who knows which tokens have been revoked before their time; nobody unless set.
         *
         * @param revocations asked about each token that is otherwise right; answers from memory. Its owner closes it
         * @return this
         */
        public Builder revocations(RevocationChecker revocations) {
            this.revocations = revocations;
            return this;
        }

        /**
         * Sets who is told of tokens that are rejected.
         *
         * @param listener must be fast: the request waits for it
         * @return this
         */
        public Builder listener(AuthEventListener listener) {
            this.listener = listener;
            return this;
        }

        /**
         * Sets where the metric {@code scalableapi.auth.verifications} goes: how many tokens were looked at, by
         * {@code outcome}, {@code reason}, and whether they were {@code cached}.
         *
         * @param telemetry the application's
         * @return this
         */
        public Builder openTelemetry(OpenTelemetry telemetry) {
            this.telemetry = telemetry;
            return this;
        }

        /** Stands before the reader of claims: so a test can tell which payloads are looked at. */
        Builder claims(UnaryOperator<ClaimsReader> around) {
            claims = around;
            return this;
        }

        /**
         * Sets the clock; the system's unless set.
         *
         * @param clock tells whether a token is valid now
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
         *     tokens would be rejected
         */
        public AccessTokenVerifier build() {
            for (VerificationKey key : keys.current().keys()) {
                if (Collections.disjoint(algorithms, key.algorithms())) {
                    throw new IllegalArgumentException(
                            "A key is for " + key.algorithm() + ", which is not permitted: see algorithms(...)");
                }
            }
            return new AccessTokenVerifier(this);
        }
    }
}
