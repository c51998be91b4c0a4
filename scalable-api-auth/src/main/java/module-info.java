/** Stateless authentication by JWT access tokens. */
module dev.scalableapi.auth {
    requires transitive dev.scalableapi.core;
    requires static transitive org.jspecify;
    requires com.auth0.jwt;

    exports dev.scalableapi.auth;
}
