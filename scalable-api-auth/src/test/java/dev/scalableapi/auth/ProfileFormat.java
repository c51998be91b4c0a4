package dev.scalableapi.auth;

import java.util.List;

/**
 * A provider's format, with as few claims as its profile accepts.
 *
 * @param name the name of the factory, as in the guide
 * @param issuer the setting of the verifier
 * @param tokenIssuer the claim {@code iss}
 * @param type {@code typ} of the header; empty if absent
 * @param more the claims that a valid token has beside iss, sub, iat and exp
 * @param idToken the claims that an ID token has beside them
 */
record ProfileFormat(
        String name,
        TokenProfile profile,
        String issuer,
        String tokenIssuer,
        String type,
        String more,
        String idToken) {
    static final String AUDIENCE = "orders";
    private static final String AUD = "\"aud\":\"orders\",";
    private static final String ISSUER = "https://issuer.example/a";
    private static final String GOOGLE = "https://accounts.google.com";
    private static final String FIREBASE = "https://securetoken.google.com/orders";
    private static final String ENTRA = "https://login.microsoftonline.com/{tenantid}/v2.0";
    private static final String TENANT = "9122040d-6c67-4c5b-b112-36a304b66dad";

    static final List<ProfileFormat> ALL = List.of(
            of("rfc9068", TokenProfile.rfc9068(), ISSUER, "at+jwt", "\"jti\":\"j\"", "\"jti\":\"j\",\"nonce\":\"n\""),
            of("keycloak", TokenProfile.keycloak("orders"), ISSUER, "JWT", "\"typ\":\"Bearer\"", "\"typ\":\"ID\""),
            of("auth0", TokenProfile.auth0(), ISSUER, "JWT", "\"azp\":\"c\"", "\"nonce\":\"n\""),
            new ProfileFormat(
                    "entraId",
                    TokenProfile.entraId(TENANT),
                    ENTRA,
                    ENTRA.replace("{tenantid}", TENANT),
                    "JWT",
                    AUD + "\"tid\":\"" + TENANT + "\",\"azp\":\"c\",\"scp\":\"a\"",
                    AUD + "\"tid\":\"" + TENANT + "\",\"roles\":[\"a\"]"),
            of("okta", TokenProfile.okta(), ISSUER, "", "\"cid\":\"c\",\"scp\":[\"a\"]", "\"nonce\":\"n\""),
            new ProfileFormat(
                    "cognito",
                    TokenProfile.cognito("orders"),
                    ISSUER,
                    ISSUER,
                    "",
                    "\"client_id\":\"orders\",\"token_use\":\"access\"",
                    AUD + "\"client_id\":\"orders\",\"token_use\":\"id\""),
            of("google", TokenProfile.google(), GOOGLE, "JWT", "\"x\":1", "\"nonce\":\"n\",\"at_hash\":\"h\""),
            of("firebase", TokenProfile.firebase(), FIREBASE, "JWT", "\"auth_time\":$IAT", "\"auth_time\":$IAT"),
            of(
                    "springAuthorizationServer",
                    TokenProfile.springAuthorizationServer(),
                    ISSUER,
                    "",
                    "\"scope\":[\"a\"]",
                    "\"azp\":\"c\""),
            of(
                    "identityServer",
                    TokenProfile.identityServer(),
                    ISSUER,
                    "at+jwt",
                    "\"client_id\":\"c\"",
                    "\"sid\":\"s\",\"nonce\":\"n\""),
            of("hydra", TokenProfile.hydra(), ISSUER, "JWT", "\"client_id\":\"c\"", "\"at_hash\":\"h\""));

    private static ProfileFormat of(
            String name, TokenProfile profile, String issuer, String type, String more, String idToken) {
        return new ProfileFormat(name, profile, issuer, issuer, type, AUD + more, AUD + idToken);
    }

    String claims() {
        return claims(more);
    }

    String idTokenClaims() {
        return claims(idToken);
    }

    private String claims(String others) {
        return IssuedElsewhere.timed(
                "{\"iss\":\"%s\",\"sub\":\"alice\",\"iat\":$IAT,\"exp\":$EXP,%s}".formatted(tokenIssuer, others));
    }

    /** ID tokens have the type of the provider's access tokens, or the general one. */
    String idTokenType() {
        return type.equals("at+jwt") ? "JWT" : type;
    }

    static String header(SigningKey key, String kid, String type) {
        String typ = type.isEmpty() ? "" : ",\"typ\":\"" + type + "\"";
        return "{\"alg\":\"%s\",\"kid\":\"%s\"%s}".formatted(key.algorithm(), kid, typ);
    }

    @Override
    public String toString() {
        return name;
    }
}
