package dev.scalableapi.benchmarks;

import com.alicp.jetcache.Cache;
import com.alicp.jetcache.CacheLoader;
import com.alicp.jetcache.CacheValueHolder;
import com.alicp.jetcache.MultiLevelCacheBuilder;
import com.alicp.jetcache.SimpleCacheManager;
import com.alicp.jetcache.embedded.CaffeineCacheBuilder;
import com.alicp.jetcache.redis.lettuce.RedisLettuceCacheBuilder;
import com.alicp.jetcache.support.BroadcastManager;
import com.alicp.jetcache.support.CacheMessage;
import com.alicp.jetcache.support.CacheNotifyMonitor;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** JetCache, as {@code @Cached} with {@code @CachePenetrationProtect} sets it up. */
final class JetCacheProducts implements Products {
    private static final String AREA = "default";
    private static final String NAME = "products";

    private final ObjectMapper mapper = new ObjectMapper();
    private final ObjectReader holders =
            mapper.readerFor(mapper.getTypeFactory().constructParametricType(CacheValueHolder.class, Product.class));
    private final ObjectReader messages = mapper.readerFor(CacheMessage.class);
    private final SimpleCacheManager manager = new SimpleCacheManager();
    private final RedisClient client;
    private final Cache<String, Product> cache;

    private JetCacheProducts(String url, Source source, boolean near) {
        client = RedisClient.create(url);
        cache = near ? nearAndRemote(source) : remote().loader(load(source)).buildCache();
    }

    private static CacheLoader<String, Product> load(Source source) {
        return source::load;
    }

    private Cache<String, Product> nearAndRemote(Source source) {
        // Before the monitor, which takes it from the manager.
        listen();
        Cache<String, Product> local = CaffeineCacheBuilder.createCaffeineCacheBuilder()
                .limit(10_000)
                .expireAfterWrite(10, TimeUnit.MINUTES)
                .buildCache();
        Cache<String, Product> both = MultiLevelCacheBuilder.createMultiLevelCacheBuilder()
                .addCache(local, remote().buildCache())
                .loader(load(source))
                .cachePenetrateProtect(true)
                .addMonitor(new CacheNotifyMonitor(manager, AREA, NAME))
                .expireAfterWrite(10, TimeUnit.MINUTES)
                .buildCache();
        manager.putCache(AREA, NAME, both);
        return both;
    }

    private void listen() {
        BroadcastManager broadcasts = remote().valueEncoder(this::write)
                .valueDecoder(json -> read(messages, json))
                .pubSubConnection(client.connectPubSub(ByteArrayCodec.INSTANCE))
                .createBroadcastManager(manager);
        broadcasts.startSubscribe();
        manager.putBroadcastManager(AREA, broadcasts);
    }

    private RedisLettuceCacheBuilder.RedisLettuceCacheBuilderImpl remote() {
        return RedisLettuceCacheBuilder.createRedisLettuceCacheBuilder()
                .keyConvertor(Function.identity())
                .valueEncoder(this::write)
                .valueDecoder(json -> read(holders, json))
                .redisClient(client)
                .connection(client.connect(ByteArrayCodec.INSTANCE))
                .keyPrefix("jetcache:")
                .broadcastChannel("jetcache")
                .expireAfterWrite(10, TimeUnit.MINUTES)
                .cachePenetrateProtect(true);
    }

    /** JetCache keeps the end of its life beside each value. */
    private byte[] write(Object holder) {
        try {
            return mapper.writeValueAsBytes(holder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object read(ObjectReader reader, byte[] json) {
        try {
            return reader.readValue(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JetCacheProducts remote(String url, Source source) {
        return new JetCacheProducts(url, source, false);
    }

    static JetCacheProducts withNearLevel(String url, Source source) {
        return new JetCacheProducts(url, source, true);
    }

    @Override
    public Product get(String key) {
        return cache.get(key);
    }

    @Override
    public Map<String, Product> getAll(List<String> keys) {
        return cache.getAll(new LinkedHashSet<>(keys));
    }

    @Override
    public void put(String key, Product product) {
        cache.put(key, product);
    }

    @Override
    public void invalidate(String key) {
        cache.remove(key);
    }

    @Override
    public void close() {
        manager.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
