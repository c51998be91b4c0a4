package dev.scalableapi.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RMap;
import org.redisson.api.RMapCache;
import org.redisson.api.RedissonClient;
import org.redisson.api.map.MapLoader;
import org.redisson.api.options.LocalCachedMapOptions;
import org.redisson.api.options.MapCacheOptions;
import org.redisson.client.codec.Codec;
import org.redisson.codec.TypedJsonJacksonCodec;
import org.redisson.config.Config;

/** Redisson's maps. The loader runs under its lock of the key, which all processes share. */
final class RedissonProducts implements Products {
    private static final Codec CODEC = new TypedJsonJacksonCodec(String.class, Product.class, new ObjectMapper());

    private final RedissonClient client;
    private final RMap<String, Product> map;

    private RedissonProducts(RedissonClient client, RMap<String, Product> map) {
        this.client = client;
        this.map = map;
    }

    /** Each entry with a time to live of its own. */
    static RedissonProducts mapCache(String url, Source source) {
        RedissonClient client = client(url);
        return new RedissonProducts(
                client,
                client.getMapCache(MapCacheOptions.<String, Product>name("redisson")
                        .codec(CODEC)
                        .loader(loader(source))));
    }

    /** With a near level, which others' changes empty. */
    static RedissonProducts withNearLevel(String url, Source source) {
        RedissonClient client = client(url);
        return new RedissonProducts(
                client,
                client.getLocalCachedMap(LocalCachedMapOptions.<String, Product>name("redisson-local")
                        .codec(CODEC)
                        .loader(loader(source))
                        .cacheSize(10_000)
                        .evictionPolicy(LocalCachedMapOptions.EvictionPolicy.LFU)
                        .timeToLive(Duration.ofMinutes(10))
                        .reconnectionStrategy(LocalCachedMapOptions.ReconnectionStrategy.CLEAR)
                        .syncStrategy(LocalCachedMapOptions.SyncStrategy.INVALIDATE)));
    }

    static RedissonClient client(String url) {
        Config config = new Config();
        config.useSingleServer().setAddress(url);
        return Redisson.create(config);
    }

    private static MapLoader<String, Product> loader(Source source) {
        return new MapLoader<>() {
            @Override
            public Product load(String key) {
                return source.load(key);
            }

            @Override
            public Iterable<String> loadAllKeys() {
                return List.of();
            }
        };
    }

    @Override
    public Product get(String key) {
        return Objects.requireNonNull(map.get(key));
    }

    @Override
    public Map<String, Product> getAll(List<String> keys) {
        return map.getAll(new LinkedHashSet<>(keys));
    }

    @Override
    public void put(String key, Product product) {
        if (map instanceof RMapCache<String, Product> cache) {
            cache.fastPut(key, product, 10, TimeUnit.MINUTES);
        } else {
            map.fastPut(key, product);
        }
    }

    @Override
    public void invalidate(String key) {
        map.fastRemove(key);
    }

    @Override
    public void close() {
        client.shutdown(0, 2, TimeUnit.SECONDS);
    }

    /** A bucket a key. They have no loader. */
    static final class Buckets implements Products {
        private static final Codec CODEC = new TypedJsonJacksonCodec(Product.class, new ObjectMapper());

        private final RedissonClient client;

        private Buckets(RedissonClient client) {
            this.client = client;
        }

        static Buckets open(String url, Source unused) {
            return new Buckets(client(url));
        }

        @Override
        public Product get(String key) {
            return Objects.requireNonNull(
                    client.<Product>getBucket(name(key), CODEC).get());
        }

        @Override
        public Map<String, Product> getAll(List<String> keys) {
            String[] names = keys.stream().map(Buckets::name).toArray(String[]::new);
            Map<String, Product> byName = client.getBuckets(CODEC).get(names);
            Map<String, Product> products = new LinkedHashMap<>();
            keys.forEach(key -> products.put(key, Objects.requireNonNull(byName.get(name(key)))));
            return products;
        }

        @Override
        public void put(String key, Product product) {
            client.<Product>getBucket(name(key), CODEC).set(product, Duration.ofMinutes(10));
        }

        @Override
        public void invalidate(String key) {
            client.getBucket(name(key), CODEC).delete();
        }

        private static String name(String key) {
            return "redisson-bucket:" + key;
        }

        @Override
        public void close() {
            client.shutdown(0, 2, TimeUnit.SECONDS);
        }
    }
}
