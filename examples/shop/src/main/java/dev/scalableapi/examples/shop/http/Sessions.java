package dev.scalableapi.examples.shop.http;

import dev.scalableapi.auth.AccessTokenRequest;
import dev.scalableapi.auth.AccessTokenVerifier;
import dev.scalableapi.auth.IssuedToken;
import dev.scalableapi.auth.JwkSetPublisher;
import dev.scalableapi.auth.SigningKey;
import dev.scalableapi.auth.SigningKeyRing;
import dev.scalableapi.auth.TokenIssuer;
import dev.scalableapi.auth.Verification;
import dev.scalableapi.auth.audit.AuthEventListener;
import dev.scalableapi.auth.refresh.IssuedRefreshToken;
import dev.scalableapi.auth.refresh.RefreshGrant;
import dev.scalableapi.auth.refresh.RefreshResult;
import dev.scalableapi.auth.refresh.RefreshTokenKeys;
import dev.scalableapi.auth.refresh.RefreshTokenService;
import dev.scalableapi.auth.revocation.Revocation;
import dev.scalableapi.auth.revocation.RevocationChecker;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.examples.shop.setup.ShopStores;
import dev.scalableapi.examples.shop.setup.ShutdownSequence;
import dev.scalableapi.examples.shop.user.Role;
import dev.scalableapi.examples.shop.user.User;
import io.opentelemetry.api.OpenTelemetry;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logins as tokens: made, exchanged, checked and taken back. Thread-safe. */
final class Sessions {
    private static final Logger AUDIT = LoggerFactory.getLogger("audit");
    private static final String ISSUER = "scalable-api-shop";
    private static final String AUDIENCE = "shop";
    private static final Duration SKEW = Duration.ofSeconds(30);

    private final SigningKeyRing keys;
    private final TokenIssuer tokens;
    private final RefreshTokenService refreshTokens;
    private final RevocationChecker revocations;
    private final AccessTokenVerifier verifier;

    private Sessions(
            SigningKeyRing keys,
            RefreshTokenService refreshTokens,
            RevocationChecker revocations,
            int cachedTokens,
            OpenTelemetry telemetry) {
        this.keys = keys;
        this.refreshTokens = refreshTokens;
        this.revocations = revocations;
        tokens = TokenIssuer.builder(keys, ISSUER, AUDIENCE).build();
        verifier = AccessTokenVerifier.builder(keys, ISSUER, AUDIENCE)
                .skew(SKEW)
                .cachedTokens(cachedTokens)
                .revocations(revocations)
                .openTelemetry(telemetry)
                .build();
    }

    static Sessions create(
            SigningKey key, ShopStores stores, int cachedTokens, OpenTelemetry telemetry, ShutdownSequence shutdown) {
        AuthEventListener audit = audit();
        RevocationChecker revocations = shutdown.closing(
                "the revocation checker",
                RevocationChecker.failOpen(stores.revocations())
                        .listener(audit)
                        .openTelemetry(telemetry)
                        .build());
        RefreshTokenService refreshTokens = RefreshTokenService.builder(stores.refreshTokens(), refreshKeys(key))
                .listener(audit)
                .build();
        return new Sessions(SigningKeyRing.of(key), refreshTokens, revocations, cachedTokens, telemetry);
    }

    static AuthEventListener audit() {
        return event -> AUDIT.info("{}", event);
    }

    /** From the signing key, so that there is one secret to keep: whoever has it, has the tokens anyway. */
    private static RefreshTokenKeys refreshKeys(SigningKey key) {
        try {
            Mac derivation = Mac.getInstance("HmacSHA256");
            derivation.init(new SecretKeySpec(key.toPem().getBytes(StandardCharsets.US_ASCII), "HMAC"));
            return RefreshTokenKeys.of(derivation.doFinal("refresh tokens".getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JVM has HMAC-SHA256", e);
        }
    }

    AccessTokenVerifier verifier() {
        return verifier;
    }

    JwkSetPublisher publisher() {
        return JwkSetPublisher.of(keys);
    }

    /** Begins a login that can be made to last. */
    CompletionStage<Session> begin(User user) {
        return refreshTokens.issue(RefreshGrant.of(caller(user))).thenApply(refresh -> session(user, refresh));
    }

    /** Exchanges a refresh token; whoever succeeds still has to look the user up, for {@link #session}. */
    CompletionStage<RefreshResult> refresh(String token) {
        return refreshTokens.refresh(token);
    }

    /** A new access token, of the user as it is now. */
    Session session(User user, IssuedRefreshToken refresh) {
        AccessTokenRequest request = AccessTokenRequest.of(caller(user)).withSessionId(refresh.family());
        return new Session(user, tokens.issue(request), refresh);
    }

    /** Ends the login of this family, so that it can't be made to last any longer. */
    CompletionStage<Void> end(String family) {
        return refreshTokens.revokeFamily(family);
    }

    /**
     * Ends a login that has but an access token, which is taken back too. The family goes first: while its store is down,
     * all fails and can be tried again with the same token.
     */
    CompletionStage<Void> end(Verification.Verified token) {
        Optional<String> family = token.sessionId();
        CompletionStage<Void> ended = family.isPresent() ? end(family.get()) : done();
        return ended.thenCompose(done -> revocations.revoke(
                new Revocation.OfToken(token.tokenId(), token.expiresAt().plus(SKEW))));
    }

    private static CompletionStage<Void> done() {
        return CompletableFuture.completedFuture(null);
    }

    private static Caller caller(User user) {
        Set<String> roles = user.roles().stream().map(Role::label).collect(Collectors.toUnmodifiableSet());
        return Caller.of(Long.toString(user.id())).withRoles(roles).withScopes(Role.scopesOf(user.roles()));
    }

    /**
     * The two tokens of a login; the text form of neither shows it.
     *
     * @param user whose
     * @param access for calls
     * @param refresh for the next pair
     */
    record Session(User user, IssuedToken access, IssuedRefreshToken refresh) {}
}
