package dev.scalableapi.benchmarks;

/** A way to cache products in Redis. */
public enum Library {
    /** Lettuce's GET, then Jackson. */
    RAW,
    /** Jackson on lettuce's thread. */
    RAW_ASYNC,
    /** What a stampede costs at the least. */
    RAW_SINGLE_FLIGHT,
    /** A read that fills the near level. */
    OURS,
    /** The same by its stage. */
    OURS_ASYNC,
    /** A read that leaves the near level alone. */
    OURS_IF_PRESENT,
    /** With the near level that there is without settings. */
    OURS_NEAR,
    /** RedisCache. */
    SPRING,
    /** RedisTemplate's MGET. */
    SPRING_TEMPLATE,
    /** RedisCache with the locking writer. */
    SPRING_LOCKING,
    /** Remote cache. */
    JETCACHE,
    /** Local and remote cache. */
    JETCACHE_NEAR,
    /** RBucket. */
    REDISSON_BUCKET,
    /** RMapCache. */
    REDISSON,
    /** RLocalCachedMap. */
    REDISSON_NEAR;

    Products open(String url, Products.Source source) {
        return switch (this) {
            case RAW -> RawRedis.synchronous(url, source);
            case RAW_ASYNC -> RawRedis.asynchronous(url, source);
            case RAW_SINGLE_FLIGHT -> new RawSingleFlight(url, source);
            case OURS -> OurProducts.synchronous(url, source);
            case OURS_ASYNC -> OurProducts.asynchronous(url, source);
            case OURS_IF_PRESENT -> OurProducts.ifPresent(url, source);
            case OURS_NEAR -> OurProducts.withNearLevel(url, source);
            case SPRING -> SpringProducts.oneByOne(url, source);
            case SPRING_TEMPLATE -> SpringProducts.multiGet(url, source);
            case SPRING_LOCKING -> SpringProducts.locking(url, source);
            case JETCACHE -> JetCacheProducts.remote(url, source);
            case JETCACHE_NEAR -> JetCacheProducts.withNearLevel(url, source);
            case REDISSON_BUCKET -> RedissonProducts.Buckets.open(url, source);
            case REDISSON -> RedissonProducts.mapCache(url, source);
            case REDISSON_NEAR -> RedissonProducts.withNearLevel(url, source);
        };
    }
}
