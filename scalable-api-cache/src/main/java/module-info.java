/** Cache-aside in process on Caffeine, over any cache store. */
module dev.scalableapi.cache {
    requires transitive dev.scalableapi.core;
    requires static transitive org.jspecify;
    requires com.github.benmanes.caffeine;
    requires org.slf4j;

    exports dev.scalableapi.cache;
}
