/** Work that commits together with the data it changes: idempotency records in PostgreSQL. */
module dev.scalableapi.messaging {
    requires transitive dev.scalableapi.core;
    requires transitive java.sql;
    requires static transitive org.jspecify;

    exports dev.scalableapi.messaging.jdbc;
}
