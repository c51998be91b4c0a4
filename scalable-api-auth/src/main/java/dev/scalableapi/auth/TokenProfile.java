package dev.scalableapi.auth;

import dev.scalableapi.core.http.Caller;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The format of an issuer's access tokens: the accepted types, the required claims, the claims that the caller is made
 * of, and the checks that distinguish access tokens from other tokens of the issuer. A profile never changes the checks of
 * spelling, signature, algorithm and expiry.
 *
 * <p>There is a factory for each of several widely used providers. A profile for another issuer, and one with other
 * settings, begins with an existing profile: {@code TokenProfile.builder(TokenProfile.rfc9068())} is strict, and each
 * call names one deviation. The guide lists what each profile relaxes compared with {@link #rfc9068()}.
 *
 * <p>Except {@link #google()} and {@link #firebase()}, the profiles of providers reject the provider's ID tokens, refresh
 * tokens and logout tokens, even if their audience is right.
 *
 * <p>Immutable and thread-safe.
 */
public final class TokenProfile {
    private static final TokenProfile RFC9068 = new TokenProfile(new Builder());

    final HeaderRules header;
    final ClaimLocations locations;
    final List<ClaimCheck> checks;
    /** The accepted issuers; empty if the verifier's issuer is the only one. */
    final List<String> issuers;
    /** The accepted audiences; empty if the verifier's audience is the only one. */
    final List<String> audiences;

    final boolean issuerChecked;
    final boolean audienceChecked;
    final boolean issuedAtRequired;
    final boolean tokenIdRequired;
    /** The accepted tenants of Entra ID, if the issuer may contain {@code {tenantid}}. */
    final @Nullable EntraTenants tenants;
    /** What precedes the audience in the issuer's URL; null if they are independent. */
    final @Nullable String issuerPrefix;

    final @Nullable BiFunction<Caller, TokenClaims, Caller> mapping;
    private final boolean anyTokenKind;

    private TokenProfile(Builder builder) {
        header = builder.header;
        locations = builder.locations;
        checks = List.copyOf(builder.checks);
        issuers = builder.issuers;
        audiences = builder.audiences;
        issuerChecked = builder.issuerChecked;
        audienceChecked = builder.audienceChecked;
        issuedAtRequired = builder.issuedAtRequired;
        tokenIdRequired = builder.tokenIdRequired;
        tenants = builder.tenants;
        issuerPrefix = builder.issuerPrefix;
        mapping = builder.mapping;
        anyTokenKind = builder.anyTokenKind;
    }

    /**
     * {@return access tokens as RFC 9068 defines them} Type {@code at+jwt}; {@code iss}, {@code aud}, {@code sub},
     * {@code iat}, {@code exp} and {@code jti} are required; {@code scope} is a string, {@code roles} and
     * {@code permissions} are arrays, {@code tenant}, {@code client_id} and {@code sid} are strings. The default of a
     * verifier.
     */
    public static TokenProfile rfc9068() {
        return RFC9068;
    }

    /**
     * {@return access tokens of a Keycloak realm} Requires the claim {@code typ} {@code Bearer}, or {@code DPoP} with a
     * confirmation. Roles are the realm's roles and those of the client; to use only the former:
     * {@code TokenProfile.builder(TokenProfile.keycloak("orders")).roles(ClaimSource.of("realm_access", "roles")).build()}
     *
     * @param clientId the client whose roles are used: the client that represents this API in Keycloak
     * @throws IllegalArgumentException if the id is empty
     */
    public static TokenProfile keycloak(String clientId) {
        return ProviderProfiles.keycloak(clientId);
    }

    /**
     * {@return access tokens of Auth0, in both of its formats} Scopes and permissions are separate; the tenant is the
     * organization; there are no roles unless {@link Builder#roles} names the claim that an Action adds. There is no token
     * id, because Auth0's default format has none; with the RFC 9068 format, name it: {@code tokenId(ClaimSource.of("jti"))}.
     */
    public static TokenProfile auth0() {
        return ProviderProfiles.auth0();
    }

    /**
     * {@return access tokens of Microsoft Entra ID, version 1 or 2, of these tenants} In the issuer of the verifier,
     * {@code {tenantid}}, {@code common} and {@code organizations} stand for the tenant of the token (claim {@code tid}).
     * With one tenant, it may contain the tenant's id instead.
     *
     * <p>The subject {@code sub} is different in each application; use {@code oid} for the same user everywhere:
     * {@code subject(ClaimSource.of("oid"))}.
     *
     * @param tenant the id of a tenant, a GUID
     * @param more ids of other tenants
     * @throws IllegalArgumentException if an id is blank or is a domain name
     */
    public static TokenProfile entraId(String tenant, String... more) {
        return ProviderProfiles.entraId(EntraTenants.of(
                Set.copyOf(Stream.concat(Stream.of(tenant), Stream.of(more)).toList())));
    }

    /**
     * {@return access tokens of Microsoft Entra ID, version 1 or 2, of the tenants that a predicate accepts} As
     * {@link #entraId(String, String...)}.
     *
     * @param tenants whether tokens of the tenant with this id are accepted. Must answer from memory. It is asked when a
     *     token is verified for the first time: a token in the cache is accepted until it expires
     */
    public static TokenProfile entraId(Predicate<String> tenants) {
        return ProviderProfiles.entraId(EntraTenants.matching(tenants));
    }

    /**
     * {@return access tokens of a custom authorization server of Okta} Roles are the claim {@code groups}, which has to be
     * added at the server. Tokens of Okta's own ("org") authorization server are meant for Okta only.
     */
    public static TokenProfile okta() {
        return ProviderProfiles.okta();
    }

    /**
     * {@return access tokens of an Amazon Cognito user pool} They have no audience: the client takes its place. The audience
     * of the verifier is one of the client ids. Roles are the groups of the user pool.
     *
     * @param clientId the id of an app client whose tokens are accepted
     * @param more ids of other app clients
     * @throws IllegalArgumentException if an id is blank
     */
    public static TokenProfile cognito(String clientId, String... more) {
        return ProviderProfiles.cognito(
                Stream.concat(Stream.of(clientId), Stream.of(more)).toList());
    }

    /**
     * {@return ID tokens of Google, used as access tokens on purpose} Google's access tokens are not JWTs. The audience is
     * the client id. Accepts both spellings of Google's issuer. There is no token id, and there are no scopes or roles; the
     * tenant is the Workspace domain ({@code hd}).
     */
    public static TokenProfile google() {
        return ProviderProfiles.google();
    }

    /**
     * {@return ID tokens of Firebase Authentication and of Identity Platform, used as access tokens on purpose} The audience
     * is the project id; the issuer is {@code https://securetoken.google.com/} and the project id. There is no token id, and
     * there are no scopes or roles; custom claims are in {@link Verification.Verified#claims()}.
     */
    public static TokenProfile firebase() {
        return ProviderProfiles.firebase();
    }

    /**
     * {@return access tokens of Spring Authorization Server} The audience is the client id unless the server is customized.
     * Requires the claim {@code scope}, which ID tokens do not have.
     */
    public static TokenProfile springAuthorizationServer() {
        return ProviderProfiles.springAuthorizationServer();
    }

    /**
     * {@return access tokens of Duende IdentityServer} {@code scope} and {@code role} are a string or an array. Tokens for
     * client credentials have no subject; the client is the subject then.
     */
    public static TokenProfile identityServer() {
        return ProviderProfiles.identityServer();
    }

    /**
     * {@return JWT access tokens of Ory Hydra} Requires {@code client_id}, which ID tokens do not have. Roles are the member
     * {@code roles} of the session data of the consent app, in {@code ext} or mirrored at the top.
     */
    public static TokenProfile hydra() {
        return ProviderProfiles.hydra();
    }

    /**
     * {@return a builder whose parts are at first those of another profile}
     *
     * @param profile such as {@link #rfc9068()}
     */
    public static Builder builder(TokenProfile profile) {
        return new Builder(profile);
    }

    /** Whether only the claims of RFC 9068 are needed, at their places, so that the fast reader can be used. */
    boolean hasPlainClaims() {
        return locations.equals(ClaimLocations.RFC9068) && checks.isEmpty() && tenants == null && mapping == null;
    }

    /** Whether tokens have an id by which they can be revoked. */
    boolean hasTokenId() {
        return !locations.tokenId().isEmpty();
    }

    /**
     * Collects the parts of a profile. A method that sets a part replaces the part of the profile that the builder began
     * with; {@link #requires}, {@link #requiresAnyOf}, {@link #requiresValue}, {@link #rejects} and {@link #check} add a
     * check. Not thread-safe.
     */
    public static final class Builder {
        private HeaderRules header;
        private ClaimLocations locations;
        private final List<ClaimCheck> checks;
        private List<String> issuers;
        private List<String> audiences;
        private boolean issuerChecked;
        private boolean audienceChecked;
        private boolean issuedAtRequired;
        private boolean tokenIdRequired;
        private boolean anyTokenKind;
        private @Nullable EntraTenants tenants;
        private @Nullable String issuerPrefix;
        private @Nullable BiFunction<Caller, TokenClaims, Caller> mapping;

        /** The parts of RFC 9068. */
        private Builder() {
            header = HeaderRules.RFC9068;
            locations = ClaimLocations.RFC9068;
            checks = new ArrayList<>();
            issuers = List.of();
            audiences = List.of();
            issuerChecked = true;
            audienceChecked = true;
            issuedAtRequired = true;
            tokenIdRequired = true;
        }

        private Builder(TokenProfile profile) {
            header = profile.header;
            locations = profile.locations;
            checks = new ArrayList<>(profile.checks);
            issuers = profile.issuers;
            audiences = profile.audiences;
            issuerChecked = profile.issuerChecked;
            audienceChecked = profile.audienceChecked;
            issuedAtRequired = profile.issuedAtRequired;
            tokenIdRequired = profile.tokenIdRequired;
            anyTokenKind = profile.anyTokenKind;
            tenants = profile.tenants;
            issuerPrefix = profile.issuerPrefix;
            mapping = profile.mapping;
        }

        /**
         * Sets the accepted values of the header member {@code typ} (RFC 7515 section 4.1.9); {@code at+jwt} for RFC 9068.
         * Case and the prefix {@code application/} are ignored. A token without {@code typ} is rejected, unless
         * {@link #optionalType()} is called afterwards.
         *
         * @param type such as {@code JWT}
         * @param more other types
         * @return this
         * @throws IllegalArgumentException if a type is blank
         */
        public Builder types(String type, String... more) {
            Set<String> types = Set.copyOf(texts(type, more));
            header = new HeaderRules(types, header.rejectsKeyMembers());
            return this;
        }

        /**
         * Accepts tokens without the header member {@code typ}, too.
         *
         * @return this
         */
        public Builder optionalType() {
            Set<String> types = new HashSet<>(header.types());
            types.add("");
            header = new HeaderRules(types, header.rejectsKeyMembers());
            return this;
        }

        /**
         * Ignores the header members {@code jku}, {@code x5u}, {@code x5c} and {@code jwk}; without this, a token that has
         * one is rejected. No key is ever taken from them.
         *
         * @return this
         */
        public Builder ignoreKeyHeaders() {
            header = new HeaderRules(header.types(), false);
            return this;
        }

        /**
         * Sets the accepted values of the claim {@code iss}. The issuer of the verifier must be one of them, or absent.
         *
         * @param issuer compared exactly
         * @param more other issuers
         * @return this
         * @throws IllegalArgumentException if an issuer is blank
         */
        public Builder issuers(String issuer, String... more) {
            issuers = texts(issuer, more);
            issuerChecked = true;
            return this;
        }

        /**
         * Accepts any issuer, and tokens without {@code iss}. Only for keys that nobody else's tokens are signed with.
         *
         * @return this
         */
        public Builder acceptAnyIssuer() {
            issuers = List.of();
            issuerChecked = false;
            return this;
        }

        /**
         * Sets the claim that the audience is compared with; {@code aud} for RFC 9068. A token whose claim does not contain
         * the audience is rejected.
         *
         * @param source a string or an array of strings
         * @return this
         */
        public Builder audience(ClaimSource source) {
            multiple(source);
            locations = locations.withAudience(source);
            return this;
        }

        /**
         * Sets the accepted audiences, of which a token must contain one. The audience of the verifier must be one of them,
         * or absent.
         *
         * @param audience compared exactly
         * @param more other audiences
         * @return this
         * @throws IllegalArgumentException if an audience is blank
         */
        public Builder audiences(String audience, String... more) {
            audiences = texts(audience, more);
            audienceChecked = true;
            return this;
        }

        /**
         * Accepts tokens for any audience, and tokens without one. Only for issuers whose tokens are all meant for this API:
         * otherwise, another API can use the tokens that it receives to call this one.
         *
         * @return this
         */
        public Builder acceptAnyAudience() {
            audiences = List.of();
            audienceChecked = false;
            return this;
        }

        /**
         * Sets the claim that becomes {@link Caller#id()}, which every token must have.
         *
         * @param source a string or an integer
         * @param more used in this order if the claims before are absent
         * @return this
         * @throws IllegalArgumentException if a source has several values
         */
        public Builder subject(ClaimSource source, ClaimSource... more) {
            locations = locations.withSubject(singles(source, more));
            return this;
        }

        /**
         * Sets the claim that becomes {@link Caller#tenant()}.
         *
         * @param sources of which the first that is present is used; none if callers have no tenant
         * @return this
         * @throws IllegalArgumentException if a source has several values
         */
        public Builder tenant(ClaimSource... sources) {
            locations = locations.withTenant(singles(sources));
            return this;
        }

        /**
         * Sets the claim that becomes {@link Caller#client()}.
         *
         * @param sources of which the first that is present is used; none if callers have no client
         * @return this
         * @throws IllegalArgumentException if a source has several values
         */
        public Builder client(ClaimSource... sources) {
            locations = locations.withClient(singles(sources));
            return this;
        }

        /**
         * Sets the claim that becomes {@link Verification.Verified#sessionId()}.
         *
         * @param sources of which the first that is present is used; none if tokens have no session
         * @return this
         * @throws IllegalArgumentException if a source has several values
         */
        public Builder session(ClaimSource... sources) {
            locations = locations.withSession(singles(sources));
            return this;
        }

        /**
         * Sets the claim that identifies the token, by which it is revoked. It is required if the verifier has
         * revocations; otherwise it may be absent.
         *
         * @param sources of which the first that is present is used; none if tokens have no id. A verifier with such a
         *     profile does not accept {@link AccessTokenVerifier.Builder#revocations}
         * @return this
         * @throws IllegalArgumentException if a source has several values
         */
        public Builder tokenId(ClaimSource... sources) {
            locations = locations.withTokenId(singles(sources));
            tokenIdRequired = false;
            return this;
        }

        /**
         * Sets the claims that become {@link Caller#scopes()}. A string may contain several scopes, separated by spaces.
         *
         * @param sources whose values are united; none if callers have no scopes
         * @return this
         * @throws IllegalArgumentException if a source cannot have several values
         */
        public Builder scopes(ClaimSource... sources) {
            locations = locations.withScopes(multiples(sources));
            return this;
        }

        /**
         * Sets the claims that become {@link Caller#roles()}. A string is one role.
         *
         * @param sources whose values are united; none if callers have no roles
         * @return this
         * @throws IllegalArgumentException if a source cannot have several values
         */
        public Builder roles(ClaimSource... sources) {
            locations = locations.withRoles(multiples(sources));
            return this;
        }

        /**
         * Sets the claims that become {@link Caller#permissions()}. A string is one permission.
         *
         * @param sources whose values are united; none if callers have no permissions
         * @return this
         * @throws IllegalArgumentException if a source cannot have several values
         */
        public Builder permissions(ClaimSource... sources) {
            locations = locations.withPermissions(multiples(sources));
            return this;
        }

        /**
         * Accepts tokens without {@code iat}. They count as issued at {@link java.time.Instant#EPOCH}, so that each
         * revocation of their subject covers them.
         *
         * @return this
         */
        public Builder optionalIssuedAt() {
            issuedAtRequired = false;
            return this;
        }

        /**
         * Rejects tokens in which one of these claims is absent or null.
         *
         * @param claim the name of a claim
         * @param more the names of other claims
         * @return this
         */
        public Builder requires(String claim, String... more) {
            for (String name : texts(claim, more)) {
                checks.add(ClaimCheck.requiresAny(List.of(ClaimSource.of(name))));
            }
            return this;
        }

        /**
         * Rejects tokens in which all of these values are absent or null.
         *
         * @param source one value
         * @param more others
         * @return this
         */
        public Builder requiresAnyOf(ClaimSource source, ClaimSource... more) {
            checks.add(ClaimCheck.requiresAny(list(source, more)));
            return this;
        }

        /**
         * Rejects tokens in which this claim is absent, or does not have one of these values. If the claim has several
         * values, one of them must be accepted.
         *
         * @param source the claim, such as {@code token_use}
         * @param value an accepted value, compared exactly
         * @param more other accepted values
         * @return this
         */
        public Builder requiresValue(ClaimSource source, String value, String... more) {
            multiple(source);
            checks.add(ClaimCheck.requiresValue(source, Set.copyOf(texts(value, more))));
            return this;
        }

        /**
         * Rejects tokens that have one of these claims, such as {@code nonce}, which ID tokens have.
         *
         * @param claim the name of a claim
         * @param more the names of other claims
         * @return this
         */
        public Builder rejects(String claim, String... more) {
            checks.add(ClaimCheck.rejects(texts(claim, more)));
            return this;
        }

        /**
         * Rejects tokens whose claims do not match a predicate. It runs when a token is verified for the first time, after
         * its signature, issuer and audience were checked; the result is kept with the token in the cache.
         *
         * @param claim the name in logs, in metrics and in {@link Verification.Rejected#claim()}
         * @param accepted whether the claims are accepted. An exception that it throws rejects the token
         * @return this
         */
        public Builder check(String claim, Predicate<TokenClaims> accepted) {
            checks.add(ClaimCheck.accepts(claim, accepted));
            return this;
        }

        /**
         * Accepts all tokens that the issuer signs for the audience, ID tokens included. Without this, a profile that
         * accepts other types than {@code at+jwt} must have a check that distinguishes access tokens.
         *
         * @return this
         */
        public Builder acceptAnyTokenKind() {
            anyTokenKind = true;
            return this;
        }

        /**
         * Sets a function that makes the caller from the claims. It runs when a token is verified for the first time, last
         * of all checks; its result is kept with the token in the cache.
         *
         * @param mapping receives the caller that the other parts of the profile describe, and all claims; returns the
         *     caller. An exception that it throws, and null, reject the token. Must not block
         * @return this
         */
        public Builder caller(BiFunction<Caller, TokenClaims, Caller> mapping) {
            this.mapping = mapping;
            return this;
        }

        /** Lets {@code {tenantid}} in the issuer stand for the token's tenant. */
        Builder tenants(EntraTenants tenants) {
            this.tenants = tenants;
            return this;
        }

        /** Requires that the verifier's issuer is this text and the audience. */
        Builder issuerPrefix(String prefix) {
            issuerPrefix = prefix;
            return this;
        }

        private static List<String> texts(String first, String... more) {
            List<String> texts =
                    Stream.concat(Stream.of(first), Stream.of(more)).distinct().toList();
            if (texts.stream().anyMatch(String::isBlank)) {
                throw new IllegalArgumentException("A part of a profile must not be blank");
            }
            return texts;
        }

        private static List<ClaimSource> list(ClaimSource first, ClaimSource... more) {
            return Stream.concat(Stream.of(first), Stream.of(more)).toList();
        }

        private static List<ClaimSource> singles(ClaimSource first, ClaimSource... more) {
            return singles(list(first, more).toArray(ClaimSource[]::new));
        }

        private static List<ClaimSource> singles(ClaimSource... sources) {
            for (ClaimSource source : sources) {
                if (!source.isSingle()) {
                    throw new IllegalArgumentException("One value is possible here, but " + source + " has several");
                }
            }
            return List.of(sources);
        }

        private static List<ClaimSource> multiples(ClaimSource... sources) {
            for (ClaimSource source : sources) {
                multiple(source);
            }
            return List.of(sources);
        }

        private static void multiple(ClaimSource source) {
            if (!source.isMultiple()) {
                throw new IllegalArgumentException("Several values are possible here, but " + source + " has one");
            }
        }

        /**
         * {@return the profile}
         *
         * @throws IllegalArgumentException if it accepts ID tokens, because it accepts other types than {@code at+jwt} and
         *     has no check that distinguishes access tokens
         */
        public TokenProfile build() {
            if (!onlyAccessTokenType() && checks.isEmpty() && !anyTokenKind) {
                throw new IllegalArgumentException(
                        "The profile accepts tokens that are not of the type at+jwt, among them"
                                + " ID tokens: add requires(...), requiresValue(...) or another check that only access tokens"
                                + " pass, or call acceptAnyTokenKind()");
            }
            return new TokenProfile(this);
        }

        private boolean onlyAccessTokenType() {
            return header.types().equals(HeaderRules.RFC9068.types());
        }
    }
}
