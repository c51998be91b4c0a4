/** The ports of scalable-api on Redis, through lettuce. */
module dev.scalableapi.redis {
    requires transitive dev.scalableapi.core;
    requires transitive lettuce.core;
    requires static transitive dev.scalableapi.auth;
    requires static transitive org.jspecify;
    requires io.github.resilience4j.circuitbreaker;
    requires io.netty.common;
    requires io.netty.resolver;
    requires io.netty.resolver.dns;
    requires io.netty.transport;
    requires org.slf4j;

    exports dev.scalableapi.redis;
}
