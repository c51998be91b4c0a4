/** The ground of scalable-api: requests, responses, filters, the pipeline, and the ports that other modules fill. */
// The module that sees the internal package is built after this one.
@SuppressWarnings("module")
module dev.scalableapi.core {
    requires transitive com.fasterxml.jackson.databind;
    requires transitive io.opentelemetry.api;
    requires transitive io.opentelemetry.context;
    requires transitive jdk.httpserver;
    requires static transitive org.jspecify;
    requires static com.aayushatharva.brotli4j;
    requires static com.github.luben.zstd_jni;
    requires org.slf4j;

    exports dev.scalableapi.core.cache;
    exports dev.scalableapi.core.fields;
    exports dev.scalableapi.core.health;
    exports dev.scalableapi.core.http;
    exports dev.scalableapi.core.idempotency;
    exports dev.scalableapi.core.internal to
            dev.scalableapi.auth,
            dev.scalableapi.cache,
            dev.scalableapi.redis;
    exports dev.scalableapi.core.internal.json to
            dev.scalableapi.cache,
            dev.scalableapi.errors;
    exports dev.scalableapi.core.page;
    exports dev.scalableapi.core.ratelimit;
    exports dev.scalableapi.core.structured;
    exports dev.scalableapi.core.telemetry;
}
