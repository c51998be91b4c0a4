package dev.scalableapi.auth;

import dev.scalableapi.auth.Verification.Reason;
import dev.scalableapi.auth.Verification.Rejected;
import dev.scalableapi.auth.Verification.Verified;
import dev.scalableapi.auth.audit.AuthEvent;
import dev.scalableapi.auth.audit.AuthEventListener;
import io.opentelemetry.api.OpenTelemetry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies tokens of several issuers, each with a verifier of its own. The claim {@code iss} selects the verifier before
 * anything is verified; the verifier then checks the whole token, its issuer included. A token of another issuer is rejected
 * at once: no key is fetched for it, and it is sent nowhere.
 *
 * <p>Issuers know nothing of each other, so that two of them may use the same subject for different users. A caller whose
 * token names no tenant therefore gets the issuer as its tenant, unless {@link Builder#sharedSubjects()} is set.
 *
 * <p>Tokens that are not JWTs are malformed, unless {@link Builder#opaqueTokens} is set.
 *
 * <p>Immutable and thread-safe; does not block.
 */
public final class TrustedIssuers implements TokenVerifier {
    private static final Logger LOGGER = LoggerFactory.getLogger(TrustedIssuers.class);

    /** With so few verifiers, asking the cache of each is faster than reading the issuer. */
    private static final int FEW = 4;

    private final List<OfIssuer> verifiers;
    private final Map<String, OfIssuer> byIssuer;
    private final List<Template> templates;
    private final @Nullable TokenVerifier opaqueTokens;
    private final UnverifiedIssuer.Reader reader = new UnverifiedIssuer.Reader();
    private final int maxLength;
    private final AuthMetrics metrics;
    private final AuthEventListener listener;

    private TrustedIssuers(Builder builder) {
        List<OfIssuer> all = new ArrayList<>();
        Map<String, OfIssuer> exact = new HashMap<>();
        List<Template> patterns = new ArrayList<>();
        builder.verifiers.forEach((verifier, issuers) -> {
            Optional<String> tenant = builder.sharedSubjects ? Optional.empty() : Optional.of(issuers.first());
            OfIssuer one = new OfIssuer(verifier, tenant);
            all.add(one);
            for (String issuer : issuers) {
                exact.put(issuer, one);
                if (EntraTenants.isTemplate(issuer)) {
                    String[] parts = EntraTenants.split(issuer);
                    patterns.add(new Template(parts[0], parts[1], one));
                }
            }
        });
        verifiers = List.copyOf(all);
        byIssuer = Map.copyOf(exact);
        templates = List.copyOf(patterns);
        opaqueTokens = builder.opaqueTokens;
        maxLength = builder.maxLength;
        metrics = new AuthMetrics(builder.telemetry);
        listener = builder.listener.guarded();
    }

    /**
     * {@return a verifier for the tokens of these issuers}
     *
     * @param first a verifier of one issuer, or of several
     * @param more verifiers of other issuers
     * @throws IllegalArgumentException if two verifiers accept the same issuer, or one accepts any issuer
     */
    public static TrustedIssuers of(AccessTokenVerifier first, AccessTokenVerifier... more) {
        return builder(first, more).build();
    }

    /**
     * {@return a builder of a verifier for the tokens of these issuers}
     *
     * @param first a verifier of one issuer, or of several
     * @param more verifiers of other issuers
     * @throws IllegalArgumentException if two verifiers accept the same issuer, or one accepts any issuer
     */
    public static Builder builder(AccessTokenVerifier first, AccessTokenVerifier... more) {
        Builder builder = new Builder();
        builder.add(first);
        for (AccessTokenVerifier verifier : more) {
            builder.add(verifier);
        }
        return builder;
    }

    @Override
    public CompletionStage<Verification> verifyAsync(String token, Predicate<Confirmation> proof) {
        if (token.length() > maxLength) {
            return CompletableFuture.completedFuture(told(new Rejected(Reason.TOO_LARGE)));
        }
        UnverifiedIssuer issuer = reader.read(token);
        TokenVerifier verifier = verifier(issuer);
        return verifier == null
                ? CompletableFuture.completedFuture(told(rejected(issuer)))
                : verifier.verifyAsync(token, proof);
    }

    @Override
    public Optional<Verified> verifyCached(String token, Predicate<Confirmation> proof) {
        if (verifiers.size() <= FEW) {
            for (OfIssuer verifier : verifiers) {
                Optional<Verified> verified = verifier.verifyCached(token, proof);
                if (verified.isPresent()) {
                    return verified;
                }
            }
            return opaqueTokens == null ? Optional.empty() : opaqueTokens.verifyCached(token, proof);
        }
        TokenVerifier verifier = token.length() > maxLength ? null : verifier(reader.read(token));
        return verifier == null ? Optional.empty() : verifier.verifyCached(token, proof);
    }

    private @Nullable TokenVerifier verifier(UnverifiedIssuer issuer) {
        if (!(issuer instanceof UnverifiedIssuer.Named named)) {
            return issuer instanceof UnverifiedIssuer.Opaque ? opaqueTokens : null;
        }
        OfIssuer exact = byIssuer.get(named.issuer());
        if (exact != null) {
            return exact;
        }
        for (Template template : templates) {
            if (template.matches(named.issuer())) {
                return template.verifier;
            }
        }
        return null;
    }

    private static Rejected rejected(UnverifiedIssuer issuer) {
        if (issuer instanceof UnverifiedIssuer.Opaque) {
            return new Rejected(Reason.MALFORMED);
        }
        Reason reason = issuer instanceof UnverifiedIssuer.Named ? Reason.WRONG_ISSUER : Reason.MISSING_CLAIM;
        return new Rejected(reason, Optional.of("iss"));
    }

    private Verification told(Rejected rejected) {
        metrics.rejected(rejected);
        LOGGER.debug(
                "An access token was rejected: {}, claim {}",
                rejected.reason().label(),
                rejected.claim().orElse("-"));
        listener.onEvent(new AuthEvent.TokenRejected(rejected.reason().label()));
        return rejected;
    }

    /** The verifier of an issuer, which is the tenant of callers that have none; empty if callers stay as they are. */
    private record OfIssuer(AccessTokenVerifier verifier, Optional<String> tenant) implements TokenVerifier {
        @Override
        public CompletionStage<Verification> verifyAsync(String token, Predicate<Confirmation> proof) {
            CompletionStage<Verification> result = verifier.verifyAsync(token, proof);
            return tenant.isEmpty()
                    ? result
                    : result.thenApply(verification ->
                            verification instanceof Verified verified ? inTenant(verified) : verification);
        }

        @Override
        public Optional<Verified> verifyCached(String token, Predicate<Confirmation> proof) {
            Optional<Verified> result = verifier.verifyCached(token, proof);
            return result.isEmpty() ? result : Optional.of(inTenant(result.get()));
        }

        private Verified inTenant(Verified verified) {
            return tenant.isEmpty() || verified.caller().tenant().isPresent()
                    ? verified
                    : new Verified(
                            verified.caller().withTenant(tenant.get()),
                            verified.tokenId(),
                            verified.sessionId(),
                            verified.issuedAt(),
                            verified.expiresAt(),
                            verified.confirmation(),
                            verified.claims());
        }
    }

    /** An issuer with a tenant in it. The verifier checks the tenant. */
    private record Template(String before, String after, OfIssuer verifier) {
        private boolean matches(String issuer) {
            return issuer.length() > before.length() + after.length()
                    && issuer.startsWith(before)
                    && issuer.endsWith(after);
        }
    }

    /** Collects the settings. Not thread-safe. */
    public static final class Builder {
        private static final int LONGEST = 64 * 1024;

        private final Map<AccessTokenVerifier, SortedSet<String>> verifiers = new LinkedHashMap<>();
        private final Set<String> issuers = new HashSet<>();
        private boolean sharedSubjects;
        private @Nullable TokenVerifier opaqueTokens;
        private int maxLength = JwsReader.MAX_LENGTH;
        private AuthEventListener listener = AuthEventListener.noop();
        private OpenTelemetry telemetry = OpenTelemetry.noop();

        private Builder() {}

        private void add(AccessTokenVerifier verifier) {
            Set<String> accepted = verifier.issuers();
            if (accepted == null) {
                throw new IllegalArgumentException(
                        "A verifier that accepts any issuer cannot be one of several: name its"
                                + " issuers in its profile");
            }
            for (String issuer : accepted) {
                if (!issuers.add(issuer)) {
                    throw new IllegalArgumentException("Two verifiers accept tokens of " + issuer);
                }
            }
            verifiers.put(verifier, new TreeSet<>(accepted));
        }

        /**
         * Treats equal subjects of different issuers as one caller, as after a migration from one provider to another that
         * keeps the subjects. Without it, a caller whose token names no tenant gets the issuer as its tenant; of a verifier
         * of several issuers, the one that is first in the order of strings.
         *
         * @return this
         */
        public Builder sharedSubjects() {
            sharedSubjects = true;
            return this;
        }

        /**
         * Sets who verifies tokens that are not JWTs; unless set, they are rejected as malformed.
         *
         * @param verifier such as a {@link TokenIntrospector}
         * @return this
         */
        public Builder opaqueTokens(TokenVerifier verifier) {
            opaqueTokens = verifier;
            return this;
        }

        /**
         * Sets the maximal length of a token whose issuer is read; 8,192 characters unless set. Not more than the verifiers
         * accept.
         *
         * @param characters from 1 to 65,536
         * @return this
         * @throws IllegalArgumentException if the length is outside
         */
        public Builder maxLength(int characters) {
            if (characters < 1 || characters > LONGEST) {
                throw new IllegalArgumentException("maxLength must be from 1 to " + LONGEST);
            }
            maxLength = characters;
            return this;
        }

        /**
         * Sets who is told of tokens that no verifier is for.
         *
         * @param listener must be fast: the request waits for it
         * @return this
         */
        public Builder listener(AuthEventListener listener) {
            this.listener = listener;
            return this;
        }

        /**
         * Sets where the metric {@code scalableapi.auth.verifications} goes for tokens that no verifier is for.
         *
         * @param telemetry the application's
         * @return this
         */
        public Builder openTelemetry(OpenTelemetry telemetry) {
            this.telemetry = telemetry;
            return this;
        }

        /** {@return the verifier} */
        public TrustedIssuers build() {
            return new TrustedIssuers(this);
        }
    }
}
