package dev.scalableapi.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.cache.Cache;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.cache.RedisCacheWriter;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.serializer.Jackson2JsonRedisSerializer;
import org.springframework.data.redis.serializer.RedisSerializationContext.SerializationPair;
import org.springframework.data.redis.serializer.RedisSerializer;

/** Spring's RedisCache over lettuce, with the same Jackson as the others. */
final class SpringProducts implements Products {
    private static final String NAME = "spring";

    private final RedisSerializer<Product> serializer = serializer();
    private final LettuceConnectionFactory connections;
    private final RedisTemplate<String, Product> template = new RedisTemplate<>();
    private final Cache cache;
    private final Source source;
    private final boolean bulk;

    private SpringProducts(String url, Source source, boolean locking, boolean bulk) {
        this.source = source;
        this.bulk = bulk;
        URI address = URI.create(url);
        connections = new LettuceConnectionFactory(address.getHost(), address.getPort());
        connections.afterPropertiesSet();
        connections.start();
        template.setConnectionFactory(connections);
        template.setKeySerializer(RedisSerializer.string());
        template.setValueSerializer(serializer);
        template.afterPropertiesSet();
        RedisCacheManager manager = RedisCacheManager.builder(
                        locking
                                ? RedisCacheWriter.lockingRedisCacheWriter(connections)
                                : RedisCacheWriter.nonLockingRedisCacheWriter(connections))
                .cacheDefaults(RedisCacheConfiguration.defaultCacheConfig()
                        .entryTtl(Duration.ofMinutes(10))
                        .serializeValuesWith(SerializationPair.fromSerializer(serializer)))
                .build();
        cache = Objects.requireNonNull(manager.getCache(NAME));
    }

    /** Spring Data's own default is Jackson 3. */
    @SuppressWarnings("removal")
    private static RedisSerializer<Product> serializer() {
        return new Jackson2JsonRedisSerializer<>(new ObjectMapper(), Product.class);
    }

    static SpringProducts oneByOne(String url, Source source) {
        return new SpringProducts(url, source, false, false);
    }

    /** RedisCache has no way to read many at once: an application asks the RedisTemplate for the cache's keys. */
    static SpringProducts multiGet(String url, Source source) {
        return new SpringProducts(url, source, false, true);
    }

    /** With the writer that locks the cache, for {@code @Cacheable(sync = true)} in several processes. */
    static SpringProducts locking(String url, Source source) {
        return new SpringProducts(url, source, true, false);
    }

    @Override
    public Product get(String key) {
        return Objects.requireNonNull(cache.get(key, () -> source.load(key)));
    }

    @Override
    public Map<String, Product> getAll(List<String> keys) {
        Map<String, Product> products = new LinkedHashMap<>();
        if (bulk) {
            List<String> names = keys.stream().map(key -> NAME + "::" + key).toList();
            List<Product> values = Objects.requireNonNull(template.opsForValue().multiGet(names));
            for (int i = 0; i < values.size(); i++) {
                products.put(keys.get(i), Objects.requireNonNull(values.get(i)));
            }
        } else {
            keys.forEach(key -> products.put(key, get(key)));
        }
        return products;
    }

    @Override
    public void put(String key, Product product) {
        cache.put(key, product);
    }

    @Override
    public void invalidate(String key) {
        cache.evict(key);
    }

    @Override
    public void close() {
        connections.destroy();
    }
}
