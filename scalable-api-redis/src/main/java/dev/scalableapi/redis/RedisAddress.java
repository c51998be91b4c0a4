package dev.scalableapi.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterURIUtil;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Where a Redis is. Immutable.
 *
 * @param cluster whether it is a Redis Cluster
 * @param uris of one Redis, or of its Sentinels; of a cluster some of its nodes
 */
record RedisAddress(boolean cluster, List<RedisURI> uris) {
    private static final String CLUSTER = "redis-cluster:";
    private static final String SECURE_CLUSTER = "rediss-cluster:";

    /** Of the URLs that can be parsed, as {@link RedisConnection} documents them. */
    private static final List<String> SCHEMES = List.of(
            "redis://",
            "rediss://",
            "redis-sentinel://",
            "rediss-sentinel://",
            "redis-cluster://",
            "rediss-cluster://");

    RedisAddress {
        if (uris.isEmpty()) {
            throw new IllegalArgumentException("There must be a URI of a Redis");
        }
        uris = List.copyOf(uris);
    }

    static RedisAddress parse(String url) {
        if (SCHEMES.stream().noneMatch(url::startsWith)) {
            throw new IllegalArgumentException("The URL must begin with " + String.join(" or ", SCHEMES));
        }
        try {
            if (url.startsWith(CLUSTER)) {
                return cluster("redis:" + url.substring(CLUSTER.length()));
            }
            return url.startsWith(SECURE_CLUSTER)
                    ? cluster("rediss:" + url.substring(SECURE_CLUSTER.length()))
                    : new RedisAddress(false, List.of(RedisURI.create(url)));
        } catch (RuntimeException malformed) {
            // No cause: its message repeats the URL.
            throw new IllegalArgumentException("The URL of the Redis is malformed");
        }
    }

    private static RedisAddress cluster(String url) {
        URI uri = URI.create(url);
        if (!uri.getPath().matches("/?0?")) {
            throw new IllegalArgumentException("A cluster has one database");
        }
        return new RedisAddress(true, RedisClusterURIUtil.toRedisURIs(uri));
    }

    RedisAddress withTimeout(Duration timeout) {
        return new RedisAddress(
                cluster, uris.stream().map(uri -> copy(uri, timeout)).toList());
    }

    /** Lettuce's own copy lacks the Sentinels. */
    private static RedisURI copy(RedisURI uri, Duration timeout) {
        RedisURI.Builder copy = RedisURI.builder(uri).withTimeout(timeout);
        if (uri.getSentinelMasterId() != null) {
            copy.withSentinelMasterId(uri.getSentinelMasterId());
        }
        uri.getSentinels().forEach(sentinel -> copy.withSentinel(copy(sentinel, timeout)));
        return copy.build();
    }
}
