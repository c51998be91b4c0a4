/** Stateless authentication by JWT access tokens. */
module dev.scalableapi.auth {
    requires transitive dev.scalableapi.core;
    requires static transitive org.jspecify;
    requires static com.ibm.icu;
    requires static rocks.xmpp.precis;
    requires com.auth0.jwt;
    requires transitive java.net.http;
    requires org.slf4j;

    exports dev.scalableapi.auth.audit;
    exports dev.scalableapi.auth.login;
    exports dev.scalableapi.auth.refresh;
    exports dev.scalableapi.auth.revocation;
    exports dev.scalableapi.auth;
}
