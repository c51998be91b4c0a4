package dev.scalableapi.auth;

import java.util.List;

/**
 * The profiles of providers, by their public documentation. {@code nonce}, {@code at_hash} and {@code c_hash} are claims of
 * ID tokens (OpenID Connect Core sections 2 and 3.3.2.11), which access tokens do not have.
 */
final class ProviderProfiles {
    private ProviderProfiles() {}

    /** Access tokens, except where {@code types} is called again: with the type at+jwt, or as plain JWT. */
    private static TokenProfile.Builder accessTokens() {
        return TokenProfile.builder(TokenProfile.rfc9068())
                .types("at+jwt", "JWT")
                .ignoreKeyHeaders()
                .tenant()
                .tokenId(ClaimSource.of("jti"))
                .scopes(ClaimSource.of("scope"))
                .roles()
                .permissions();
    }

    private static TokenProfile.Builder idTokens() {
        return accessTokens()
                .types("JWT")
                .acceptAnyTokenKind()
                .tokenId()
                .scopes()
                .session();
    }

    static TokenProfile keycloak(String clientId) {
        return accessTokens()
                .client(ClaimSource.of("azp"), ClaimSource.of("client_id"))
                .session(ClaimSource.of("sid"), ClaimSource.of("session_state"))
                .roles(ClaimSource.of("realm_access", "roles"), ClaimSource.of("resource_access", clientId, "roles"))
                .check("typ", ProviderProfiles::isKeycloakAccessToken)
                .build();
    }

    private static boolean isKeycloakAccessToken(TokenClaims claims) {
        String type = claims.text("typ").orElse("");
        return type.equals("Bearer") || (type.equals("DPoP") && claims.has(Claims.CONFIRMATION));
    }

    static TokenProfile auth0() {
        return accessTokens()
                .client(ClaimSource.of("azp"), ClaimSource.of("client_id"))
                .tenant(ClaimSource.of("org_id"))
                .tokenId()
                .permissions(ClaimSource.of("permissions"))
                .requiresAnyOf(ClaimSource.of("azp"), ClaimSource.of("client_id"))
                .rejects("nonce", "at_hash", "c_hash")
                .build();
    }

    static TokenProfile entraId(EntraTenants tenants) {
        return accessTokens()
                .types("JWT")
                .tenants(tenants)
                .client(ClaimSource.of("azp"), ClaimSource.of("appid"))
                .tenant(ClaimSource.of(EntraTenants.CLAIM))
                .tokenId(ClaimSource.of("uti"))
                .scopes(ClaimSource.of("scp"))
                .roles(ClaimSource.of("roles"))
                .requiresAnyOf(ClaimSource.of("azp"), ClaimSource.of("appid"))
                .requiresAnyOf(ClaimSource.of("scp"), ClaimSource.of("roles"))
                .build();
    }

    static TokenProfile okta() {
        return accessTokens()
                .optionalType()
                .client(ClaimSource.of("cid"))
                .session()
                .scopes(ClaimSource.of("scp"))
                .roles(ClaimSource.of("groups"))
                .requires("cid", "scp")
                .rejects("nonce", "at_hash", "c_hash")
                .build();
    }

    static TokenProfile cognito(List<String> clientIds) {
        String[] ids = clientIds.toArray(String[]::new);
        return accessTokens()
                .optionalType()
                .audience(ClaimSource.of("client_id"))
                .audiences(ids[0], ids)
                .session(ClaimSource.of("origin_jti"))
                .roles(ClaimSource.of("cognito:groups"))
                .requiresValue(ClaimSource.of("token_use"), "access")
                .build();
    }

    static TokenProfile google() {
        return idTokens()
                .issuers("https://accounts.google.com", "accounts.google.com")
                .client(ClaimSource.of("azp"))
                .tenant(ClaimSource.of("hd"))
                .build();
    }

    static TokenProfile firebase() {
        return idTokens()
                .issuerPrefix("https://securetoken.google.com/")
                .client()
                .tenant(ClaimSource.of("firebase", "tenant"))
                .requires("auth_time")
                .build();
    }

    static TokenProfile springAuthorizationServer() {
        return accessTokens()
                .optionalType()
                .session()
                .roles(ClaimSource.of("roles"))
                .requires("scope")
                .rejects("nonce", "at_hash", "c_hash")
                .build();
    }

    static TokenProfile identityServer() {
        return accessTokens()
                .types("at+jwt")
                .subject(ClaimSource.of("sub"), ClaimSource.of("client_id"))
                .roles(ClaimSource.of("role"))
                .requires("client_id")
                .build();
    }

    static TokenProfile hydra() {
        return accessTokens()
                .session()
                .scopes(ClaimSource.of("scp"), ClaimSource.of("scope"))
                .roles(ClaimSource.of("ext", "roles"), ClaimSource.of("roles"))
                .requires("client_id")
                .rejects("nonce", "at_hash", "c_hash")
                .build();
    }
}
