package dev.scalableapi.redis;

import dev.scalableapi.auth.revocation.Revocation;
import dev.scalableapi.auth.revocation.RevocationDelta;
import dev.scalableapi.auth.revocation.RevocationStore;
import dev.scalableapi.core.internal.WarningPacer;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * A {@link RevocationStore} in a Redis 6.2 or later that several processes share: one stream, {@code
 * namespace:revocations}, whose ids are the time of Redis. What is older than the retention, and a margin for clocks that
 * differ, is trimmed as others are added; where none are, the stream goes as a whole. Thread-safe.
 *
 * <p>A reader's position is the last entry that it saw. If a failover lost that entry, or somebody emptied Redis, the
 * reader is told so, and reads the stream from its beginning.
 *
 * <p>What happens while Redis is away is told at {@link RedisConnection}.
 */
public final class RedisRevocationStore implements RevocationStore {
    private static final int MAX_LIMIT = 10_000;
    /** By how much the clocks of Redis and of nodes may differ. */
    private static final Duration MARGIN = Duration.ofMinutes(10);

    private static final RedisScript ADD = RedisScript.of("""
            local time = redis.call('TIME')
            local oldest = time[1] * 1000 - ARGV[1]
            redis.call('XADD', KEYS[1], 'MINID', '~', string.format('%.0f', math.max(oldest, 0)), '*', unpack(ARGV, 2))
            redis.call('PEXPIRE', KEYS[1], ARGV[1])
            return {}
            """);

    private final RedisConnection redis;
    private final String key;
    private final Duration retention;
    private final Clock clock;
    private final WarningPacer warnings = WarningPacer.create();

    private RedisRevocationStore(Builder builder) {
        redis = builder.redis;
        key = builder.namespace + ":revocations";
        retention = builder.retention;
        clock = builder.clock;
    }

    /**
     * {@return a store that keeps revocations for up to 25 hours}
     *
     * @param redis to close after the store's last use
     * @param namespace begins the key: letters, digits, dots, dashes and underscores, 1 to 64 of them
     * @throws IllegalArgumentException if the namespace is not of this form
     */
    public static RedisRevocationStore create(RedisConnection redis, String namespace) {
        return builder(redis, namespace).build();
    }

    /**
     * {@return a builder of stores}
     *
     * @param redis to close after the store's last use
     * @param namespace begins the key: letters, digits, dots, dashes and underscores, 1 to 64 of them
     * @throws IllegalArgumentException if the namespace is not of this form
     */
    public static Builder builder(RedisConnection redis, String namespace) {
        return new Builder(redis, namespace);
    }

    @Override
    public CompletionStage<Void> add(Revocation revocation) {
        if (revocation.until().isAfter(clock.instant().plus(retention))) {
            throw new IllegalArgumentException("until must not be further away than the retention");
        }
        List<String> arguments = Stream.concat(
                        Stream.of(Long.toString(retention.plus(MARGIN).toMillis())),
                        StreamedRevocation.fields(revocation).stream())
                .toList();
        return ADD.run(redis, key, arguments).thenAccept(nothing -> {});
    }

    @Override
    public CompletionStage<RevocationDelta> since(String cursor, int limit) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit must be from 1 to 10,000");
        }
        return cursor.equals(START) ? first(limit) : after(StreamPosition.parse(cursor), limit);
    }

    private CompletionStage<RevocationDelta> first(int limit) {
        return read(Range.unbounded(), limit).thenApply(entries -> page(START, entries, limit));
    }

    /** Begins with the entry that was seen last, to see whether it still stands. */
    private CompletionStage<RevocationDelta> after(StreamPosition seen, int limit) {
        Range<String> range = Range.from(Range.Boundary.including(seen.id()), Range.Boundary.unbounded());
        return read(range, limit + 1)
                .thenApply(entries ->
                        entries.isEmpty() || !StreamPosition.of(entries.get(0)).equals(seen)
                                ? new RevocationDelta.PositionLost()
                                : page(seen.cursor(), entries.subList(1, entries.size()), limit));
    }

    private CompletionStage<List<StreamMessage<byte[], byte[]>>> read(Range<String> range, int limit) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        return redis.call(name, commands -> commands.xrange(name, range, Limit.from(limit)));
    }

    private RevocationDelta page(String start, List<StreamMessage<byte[], byte[]>> entries, int limit) {
        List<Revocation> revocations = entries.stream()
                .map(entry -> StreamedRevocation.read(entry.getBody()))
                .filter(this::isUnderstood)
                .flatMap(Optional::stream)
                .toList();
        String end = entries.isEmpty()
                ? start
                : StreamPosition.of(entries.get(entries.size() - 1)).cursor();
        return new RevocationDelta.Page(revocations, end, entries.size() < limit);
    }

    /** One that nobody understands must not keep all others from being read. */
    private boolean isUnderstood(Optional<Revocation> revocation) {
        if (revocation.isEmpty() && warnings.isDue()) {
            LoggerFactory.getLogger(RedisRevocationStore.class).warn("{} has an entry that is no revocation", key);
        }
        return revocation.isPresent();
    }

    @Override
    public Duration retention() {
        return retention;
    }

    @Override
    public String toString() {
        return "RedisRevocationStore[" + key + "]";
    }

    /** Collects a store's settings. Not thread-safe. */
    public static final class Builder {
        private static final Duration LONGEST_RETENTION = Duration.ofDays(30);

        private final RedisConnection redis;
        private final String namespace;
        private Duration retention = Duration.ofHours(25);
        private Clock clock = Clock.systemUTC();

        private Builder(RedisConnection redis, String namespace) {
            this.redis = redis;
            this.namespace = RedisNames.requireNamespace(namespace);
        }

        /**
         * Sets how far away the end of a revocation may be: the longest life of an access token, and by how much clocks
         * may differ; 25 hours unless set, a day and an hour. All processes must set the same.
         *
         * @param retention from a minute to 30 days
         * @return this
         * @throws IllegalArgumentException if the retention is outside
         */
        public Builder retention(Duration retention) {
            if (retention.compareTo(Duration.ofMinutes(1)) < 0 || retention.compareTo(LONGEST_RETENTION) > 0) {
                throw new IllegalArgumentException("retention must be from 1 minute to 30 days");
            }
            this.retention = retention;
            return this;
        }

        /**
         * Sets the clock; the system's unless set.
         *
         * @param clock tells whether the end of a revocation is too far away
         * @return this
         */
        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /** {@return a store} */
        public RedisRevocationStore build() {
            return new RedisRevocationStore(this);
        }
    }
}
