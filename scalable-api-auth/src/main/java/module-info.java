/** Stateless authentication by JWT access tokens. */
module dev.scalableapi.auth {
    requires transitive dev.scalableapi.core;
    requires static transitive org.jspecify;
    requires com.auth0.jwt;
    requires org.slf4j;

    exports dev.scalableapi.auth;
    exports dev.scalableapi.auth.audit;
    exports dev.scalableapi.auth.login;
}
