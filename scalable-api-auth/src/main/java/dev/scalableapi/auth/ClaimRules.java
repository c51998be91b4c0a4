package dev.scalableapi.auth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scalableapi.auth.Verification.Reason;
import dev.scalableapi.auth.Verification.Verified;
import dev.scalableapi.core.http.Caller;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rules for the claims of an access token (RFC 9068 section 4), as a profile sets them. Immutable and thread-safe. */
final class ClaimRules {
    private static final Logger LOGGER = LoggerFactory.getLogger(AccessTokenVerifier.class);

    private final TokenProfile profile;
    /** The accepted issuers; null if any is accepted. */
    private final @Nullable Set<String> issuers;
    /** The accepted audiences; null if any is accepted. */
    private final @Nullable Set<String> audiences;

    private final String audienceClaim;
    private final String subjectClaim;
    private final boolean tokenIdRequired;
    private final long skewMillis;

    /**
     * @param issuer the verifier's setting; null if the profile brings its own
     * @param audience the verifier's setting; null if the profile brings its own
     * @throws IllegalArgumentException if a setting and the profile do not fit together
     */
    ClaimRules(
            TokenProfile profile,
            @Nullable String issuer,
            @Nullable String audience,
            boolean tokenIdRequired,
            Duration skew) {
        this.profile = profile;
        String expected = profile.tenants == null || issuer == null ? issuer : EntraTenants.template(issuer);
        issuers = profile.issuerChecked ? accepted("issuer", profile.issuers, expected) : none("issuer", expected);
        audiences = profile.audienceChecked
                ? accepted("audience", profile.audiences, audience)
                : none("audience", audience);
        this.tokenIdRequired = tokenIdRequired;
        audienceClaim = profile.locations.audience().name();
        subjectClaim = profile.locations.subject().get(0).name();
        skewMillis = skew.toMillis();
        checkTemplates();
        checkPrefix();
    }

    private static Set<String> accepted(String name, List<String> ofProfile, @Nullable String setting) {
        if (setting == null && ofProfile.isEmpty()) {
            throw new IllegalArgumentException(
                    "The profile does not name the " + name + ": use builder(keys, issuer, audience)");
        }
        if (setting != null && !ofProfile.isEmpty() && !ofProfile.contains(setting)) {
            throw new IllegalArgumentException(
                    "The " + name + " must be one of those that the profile accepts: " + ofProfile);
        }
        return ofProfile.isEmpty() && setting != null ? Set.of(setting) : Set.copyOf(ofProfile);
    }

    private static @Nullable Set<String> none(String name, @Nullable String setting) {
        if (setting != null) {
            throw new IllegalArgumentException("The profile accepts any " + name
                    + ", so the verifier's would not be checked: use builder(keys, profile)");
        }
        return null;
    }

    private void checkTemplates() {
        for (String issuer : issuers == null ? Set.<String>of() : issuers) {
            if (profile.tenants == null && EntraTenants.isTemplate(issuer)) {
                throw new IllegalArgumentException("Only the profile entraId replaces {tenantid} in the issuer");
            }
            if (profile.tenants != null && !profile.tenants.fits(issuer)) {
                throw new IllegalArgumentException(
                        "The issuer must contain {tenantid}, common or organizations in place of the tenant's id; for one"
                                + " tenant, also its id");
            }
        }
    }

    private void checkPrefix() {
        String prefix = profile.issuerPrefix;
        if (prefix == null || issuers == null || audiences == null) {
            return;
        }
        for (String audience : audiences) {
            if (!issuers.contains(prefix + audience)) {
                throw new IllegalArgumentException("The issuer must be " + prefix + " followed by the audience");
            }
        }
    }

    /**
     * The result for claims that pass.
     *
     * @param key signed the token; null if the authorization server has vouched for the claims
     * @param lazily all claims
     */
    Verified check(Claims claims, @Nullable VerificationKey key, TokenClaims lazily, long nowMillis)
            throws RejectionException {
        checkIssuer(claims, key);
        checkAudience(claims.audience);
        if (claims.all != null) {
            for (ClaimCheck check : profile.checks) {
                check.check(claims.all);
            }
        }
        checkTime(claims, nowMillis);
        return new Verified(
                caller(claims),
                tokenId(claims),
                Optional.ofNullable(claims.sessionId),
                Instant.ofEpochSecond(issuedAt(claims)),
                Instant.ofEpochSecond(Claims.required(claims.expiresAt, "exp")),
                Optional.ofNullable(claims.confirmation),
                lazily);
    }

    private void checkIssuer(Claims claims, @Nullable VerificationKey key) throws RejectionException {
        if (issuers == null) {
            checkKey(key, claims.issuer == null ? "" : claims.issuer, null);
            return;
        }
        String issuer = Claims.required(claims.issuer, "iss");
        String tenant = profile.tenants == null ? null : tenant(profile.tenants, claims.all);
        if (!(tenant == null ? issuers.contains(issuer) : isIssuerOf(tenant, issuer))) {
            throw new RejectionException(Reason.WRONG_ISSUER, "iss");
        }
        checkKey(key, issuer, tenant);
    }

    private static void checkKey(@Nullable VerificationKey key, String issuer, @Nullable String tenant)
            throws RejectionException {
        if (key != null) {
            key.checkIssuer(issuer, tenant);
        }
    }

    /** The issuers of accepted tokens, in which {@code {tenantid}} stands for any tenant; null if any is accepted. */
    @Nullable Set<String> issuers() {
        return issuers;
    }

    private static String tenant(EntraTenants tenants, @Nullable ObjectNode claims) throws RejectionException {
        String tenant = claims == null ? null : EntraTenants.SOURCE.text(claims);
        tenants.check(Claims.required(tenant, EntraTenants.CLAIM));
        return Claims.required(tenant, EntraTenants.CLAIM);
    }

    private boolean isIssuerOf(String tenant, String issuer) {
        for (String template : issuers == null ? Set.<String>of() : issuers) {
            if (EntraTenants.issuer(template, tenant).equals(issuer)) {
                return true;
            }
        }
        return false;
    }

    private void checkAudience(@Nullable List<String> audience) throws RejectionException {
        if (audiences == null) {
            return;
        }
        if (audience == null) {
            throw new RejectionException(Reason.MISSING_CLAIM, audienceClaim);
        }
        for (String one : audience) {
            if (audiences.contains(one)) {
                return;
            }
        }
        throw new RejectionException(Reason.WRONG_AUDIENCE, audienceClaim);
    }

    private void checkTime(Claims claims, long nowMillis) throws RejectionException {
        long issuedAt = issuedAt(claims);
        long expiresAt = Claims.required(claims.expiresAt, "exp");
        long notBefore = claims.notBefore == null ? issuedAt : claims.notBefore;
        if (nowMillis >= expiresAt * 1000 + skewMillis) {
            throw new RejectionException(Reason.EXPIRED, "exp");
        }
        if (Math.max(notBefore, issuedAt) * 1000 > nowMillis + skewMillis) {
            throw new RejectionException(Reason.NOT_YET_VALID, notBefore > issuedAt ? "nbf" : "iat");
        }
    }

    private long issuedAt(Claims claims) throws RejectionException {
        return claims.issuedAt == null && !profile.issuedAtRequired ? 0 : Claims.required(claims.issuedAt, "iat");
    }

    private String tokenId(Claims claims) throws RejectionException {
        if (claims.tokenId == null && !tokenIdRequired) {
            return "";
        }
        return Claims.required(claims.tokenId, tokenIdClaim());
    }

    private String tokenIdClaim() {
        return profile.hasTokenId() ? profile.locations.tokenId().get(0).name() : "jti";
    }

    /** From when on the token is no longer accepted. */
    long endMillis(Verified verified) {
        return verified.expiresAt().toEpochMilli() + skewMillis;
    }

    private Caller caller(Claims claims) throws RejectionException {
        Caller caller = new Caller(
                Claims.required(claims.subject, subjectClaim),
                Optional.ofNullable(claims.tenant),
                Optional.ofNullable(claims.clientId),
                claims.roles,
                claims.permissions,
                claims.scopes);
        return profile.mapping == null || claims.all == null ? caller : mapped(caller, new TokenClaims(claims.all));
    }

    @SuppressWarnings("NullAway") // A function of the application may return null against its type.
    private Caller mapped(Caller caller, TokenClaims claims) throws RejectionException {
        Caller mapped;
        try {
            mapped = profile.mapping.apply(caller, claims);
        } catch (RuntimeException e) {
            LOGGER.debug(
                    "The mapping from claims to a caller failed with {}",
                    e.getClass().getName());
            throw new RejectionException(Reason.NO_CALLER);
        }
        if (mapped == null) {
            throw new RejectionException(Reason.NO_CALLER);
        }
        return mapped;
    }
}
