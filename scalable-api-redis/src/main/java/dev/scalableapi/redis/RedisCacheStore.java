package dev.scalableapi.redis;

import dev.scalableapi.core.cache.Acquisition;
import dev.scalableapi.core.cache.CacheStore;
import dev.scalableapi.core.cache.Epoch;
import dev.scalableapi.core.cache.Lease;
import dev.scalableapi.core.cache.Lifetime;
import dev.scalableapi.core.cache.StoredEntry;
import dev.scalableapi.core.internal.WarningPacer;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A {@link CacheStore} in a Redis that several processes share. Thread-safe. What happens while Redis is away is told at
 * {@link RedisConnection}. Needs Redis 6 or later; with {@link Builder#publishChanges()}, and without a cluster, 5 will do.
 *
 * <p><b>Commands.</b> {@link #get} is one GET, {@link #getAll} one MGET, which lettuce splits by slot on a cluster; a TIME
 * goes beside one of them at the start, with a new epoch, and every minute at the most. Everything else is one script, whose
 * number of commands depends on nothing but the number of nonces.
 *
 * <p><b>Order.</b> What writes, invalidates or makes stale is sent with its text, some hundred bytes, and so is never
 * overtaken. The other scripts are sent by their digest; one that Redis has lost is sent again, and may then take effect
 * after what was called meanwhile, which does no harm: a lease that no longer stands commits nothing. On a cluster a
 * redirection, in a failover or while slots move, can change the order of what is under way at once.
 *
 * <p><b>Changes</b> are learned over a connection of its own to each master: from CLIENT TRACKING, which tells also what
 * others write under the store's keys, what expires and what is evicted; and from the channel {@code namespace:w} where
 * tracking has nothing to tell. An {@link Epoch} ends when such a connection is lost, when one does not answer in time,
 * when Redis is flushed, and on a cluster while masters disagree or change. A master that is cut off together with this
 * process, while others have a new one, looks alive to it: for as long as that lasts, copies may be outdated.
 *
 * <p><b>Keys</b> are {@code namespace:v:{key}} for an entry, {@code namespace:l:{key}} for its lease and {@code
 * namespace:n:{group}name} for a nonce; a group of nonces must not be empty or hold a closing brace, and is in one slot. An
 * entry that was not written by this class, or something that is no string, counts as none, is logged, and is replaced by
 * the next that is written.
 *
 * <p><b>Time</b> is the Redis's; lifetimes are rounded up to milliseconds, those beyond a hundred years are cut, and nonces
 * that are to live longer than ten have no end. {@link StoredEntry#remaining()} of an entry that was read goes by an estimate
 * of the Redis's clock that is rather fast than slow, by no more than the way there and back; the masters of a cluster are
 * taken for one clock.
 *
 * <p><b>Rights.</b> An ACL user needs the keys {@code namespace:*}, the channel {@code namespace:w}, and the commands HELLO,
 * PING, TIME, GET, MGET, GETRANGE, SET, SETRANGE, PTTL, PEXPIRE, PERSIST, DEL, UNLINK, EVAL, EVALSHA, PUBLISH, SUBSCRIBE and
 * CLIENT TRACKING; on a cluster also those that lettuce finds its nodes with, among them CLUSTER INFO.
 */
public final class RedisCacheStore implements CacheStore, AutoCloseable {
    private static final Duration LONGEST_PART = Duration.ofDays(36_500);
    private static final Duration LONGEST_NONCE = Duration.ofDays(3_650);

    private final RedisScript time = RedisScript.of(CacheScripts.NOW);
    private final RedisScript acquire = RedisScript.of(CacheScripts.ACQUIRE);
    private final RedisScript renew = RedisScript.of(CacheScripts.RENEW);
    private final RedisScript commit = RedisScript.of(CacheScripts.COMMIT);
    private final RedisScript release = RedisScript.of(CacheScripts.RELEASE);
    private final RedisScript put = RedisScript.of(CacheScripts.PUT);
    private final RedisScript invalidate = RedisScript.of(CacheScripts.INVALIDATE);
    private final RedisScript expire = RedisScript.of(CacheScripts.EXPIRE);
    private final RedisScript nonces = RedisScript.of(CacheScripts.NONCES);
    private final RedisScript changeNonces = RedisScript.of(CacheScripts.CHANGE_NONCES);

    private final UniqueTokens tokens = UniqueTokens.create();
    private final RedisClock clock = new RedisClock();
    private final WarningPacer warnings = WarningPacer.create();
    private final RedisConnection redis;
    private final String namespace;
    private final CacheKeys keys;

    private final byte[] tellsAll;
    private final RedisChangeFeed feed;

    private RedisCacheStore(Builder builder) {
        redis = builder.redis;
        namespace = builder.namespace;
        keys = new CacheKeys(namespace);
        tellsAll = bytes(builder.publishing ? "1" : "0");
        feed = new RedisChangeFeed(redis, keys, builder.heartbeatTimeout, !builder.publishing);
        feed.listen(new ClockWatch(clock));
        feed.start();
    }

    /**
     * {@return a store that follows changes by tracking, and doubts them after two seconds without an answer}
     *
     * @param redis to close after the store
     * @param namespace begins all keys: letters, digits, dots, dashes and underscores, 1 to 64 of them
     * @throws IllegalArgumentException if the namespace is not of this form
     */
    public static RedisCacheStore create(RedisConnection redis, String namespace) {
        return builder(redis, namespace).build();
    }

    /**
     * {@return a builder of a store}
     *
     * @param redis to close after the store
     * @param namespace begins all keys: letters, digits, dots, dashes and underscores, 1 to 64 of them
     * @throws IllegalArgumentException if the namespace is not of this form
     */
    public static Builder builder(RedisConnection redis, String namespace) {
        return new Builder(redis, namespace);
    }

    @Override
    public CompletionStage<Optional<StoredEntry>> get(String key) {
        byte[] name = keys.value(key);
        CompletionStage<byte @Nullable []> reply = timed(name, commands -> commands.get(name));
        return reply.handle((bytes, failure) -> {
            byte[] found = failure == null ? bytes : noneIfOfOtherType(failure);
            return found == null ? Optional.empty() : read(found, clock.millis(System.nanoTime()));
        });
    }

    /** A string is what GET asks for; MGET gives nothing where there is something else. */
    private byte @Nullable [] noneIfOfOtherType(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof RedisCommandExecutionException
                && String.valueOf(cause.getMessage()).startsWith("WRONGTYPE")) {
            warnOfForeign();
            return null;
        }
        throw failure instanceof CompletionException wrapped ? wrapped : new CompletionException(failure);
    }

    @Override
    public CompletionStage<List<Optional<StoredEntry>>> getAll(List<String> wanted) {
        if (wanted.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        byte[][] names = wanted.stream().map(keys::value).toArray(byte[][]::new);
        return timed(names[0], commands -> commands.mget(names)).thenApply(values -> {
            long now = clock.millis(System.nanoTime());
            List<Optional<StoredEntry>> entries = new ArrayList<>(values.size());
            for (KeyValue<byte[], byte[]> value : values) {
                entries.add(value.hasValue() ? read(value.getValue(), now) : Optional.empty());
            }
            return entries;
        });
    }

    private Optional<StoredEntry> read(byte[] bytes, long now) {
        Optional<StoredEntry> entry = EntryFormat.read(bytes, now);
        if (entry.isEmpty()) {
            warnOfForeign();
        }
        return entry;
    }

    private void warnOfForeign() {
        if (warnings.isDue()) {
            LoggerFactory.getLogger(RedisCacheStore.class).warn("{} has an entry that is not ours", this);
        }
    }

    /** Completes when the clock is set, too. */
    private <T extends @Nullable Object> CompletionStage<T> timed(
            byte[] key, Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> command) {
        long sent = System.nanoTime();
        if (!clock.isDue(sent)) {
            return redis.call(key, command);
        }
        CompletionStage<Void> asked = time(key).thenAccept(millis -> clock.read(sent, millis, System.nanoTime()));
        CompletionStage<T> reply = redis.call(key, command);
        return clock.isSet() ? reply : reply.thenCombine(asked, (value, nothing) -> value);
    }

    /** On a cluster that of the key's master: TIME alone would go to any, and one that hangs would be in the way. */
    private CompletionStage<Long> time(byte[] key) {
        return redis.isCluster()
                ? time.run(redis, List.of(key), List.of()).thenApply(reply -> number(reply.get(0)))
                : redis.call(RedisClusterAsyncCommands::time).thenApply(RedisCacheStore::millis);
    }

    private static long millis(List<byte[]> time) {
        return Long.parseLong(text(time.get(0))) * 1_000 + Long.parseLong(text(time.get(1))) / 1_000;
    }

    @Override
    public CompletionStage<Acquisition> acquire(String key, Duration duration, String seen) {
        Lease lease = new Lease(key, tokens.next());
        return run(acquire, key, lease.token(), leaseMillis(duration), seen)
                .thenApply(reply -> acquisition(reply, lease));
    }

    private static Acquisition acquisition(List<Object> reply, Lease lease) {
        Optional<StoredEntry> entry = Optional.ofNullable((byte[]) reply.get(3))
                .flatMap(bytes -> EntryFormat.read(bytes, number(reply.get(0))));
        return switch (text(reply.get(1))) {
            case "fresh" -> new Acquisition.Fresh(entry.orElseThrow());
            case "wait" -> new Acquisition.Wait(Duration.ofMillis(number(reply.get(2))), entry);
            default -> new Acquisition.Granted(lease, entry);
        };
    }

    @Override
    public CompletionStage<Boolean> renew(Lease lease, Duration duration) {
        return run(renew, lease.key(), lease.token(), leaseMillis(duration)).thenApply(RedisCacheStore::isDone);
    }

    private static long leaseMillis(Duration duration) {
        if (duration.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("A lease must stand for at least a millisecond");
        }
        return millis(duration);
    }

    @Override
    public CompletionStage<Boolean> commit(Lease lease, byte[] value, Lifetime lifetime) {
        return run(commit, lease.key(), lease.token(), fresh(lifetime), whole(lifetime), value.clone())
                .thenApply(RedisCacheStore::isDone);
    }

    @Override
    public CompletionStage<Void> release(Lease lease) {
        return run(release, lease.key(), lease.token()).thenAccept(reply -> {});
    }

    @Override
    public CompletionStage<Void> put(String key, byte[] value, Lifetime lifetime) {
        return runInOrder(put, key, tokens.next(), fresh(lifetime), whole(lifetime), value.clone())
                .thenAccept(reply -> {});
    }

    private static long fresh(Lifetime lifetime) {
        return millis(lifetime.fresh());
    }

    private static long whole(Lifetime lifetime) {
        return millis(lifetime.fresh()) + millis(lifetime.stale());
    }

    private static long millis(Duration duration) {
        Duration sane = duration.compareTo(LONGEST_PART) > 0 ? LONGEST_PART : duration;
        return sane.plusNanos(999_999).toMillis();
    }

    @Override
    public CompletionStage<Void> invalidate(String key) {
        return runInOrder(invalidate, key).thenAccept(reply -> {});
    }

    @Override
    public CompletionStage<Void> expire(String key) {
        return runInOrder(expire, key).thenAccept(reply -> {});
    }

    @Override
    public CompletionStage<List<String>> nonces(String group, List<String> names, Duration life) {
        List<Object> arguments = new ArrayList<>();
        arguments.add(life.compareTo(LONGEST_NONCE) > 0 ? 0 : Math.max(millis(life), 1));
        names.forEach(name -> arguments.add(tokens.next()));
        return timed(() -> nonces.run(redis, nonceKeys(group, names), all(arguments)))
                .thenApply(reply ->
                        reply.stream().skip(1).map(RedisCacheStore::text).toList());
    }

    @Override
    public CompletionStage<Void> changeNonces(String group, List<String> names) {
        return timed(() -> changeNonces.runInOrder(redis, nonceKeys(group, names), all(List.of())))
                .thenAccept(reply -> {});
    }

    private List<byte[]> nonceKeys(String group, List<String> names) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("There must be a name of a nonce");
        }
        return names.stream().map(name -> keys.nonce(group, name)).toList();
    }

    private CompletionStage<List<Object>> run(RedisScript script, String key, Object... arguments) {
        return timed(() -> script.run(redis, entryKeys(key), all(List.of(arguments))));
    }

    /** For what must not be overtaken by a later operation: that would leave an older value, or show it. */
    private CompletionStage<List<Object>> runInOrder(RedisScript script, String key, Object... arguments) {
        return timed(() -> script.runInOrder(redis, entryKeys(key), all(List.of(arguments))));
    }

    private List<byte[]> entryKeys(String key) {
        return List.of(keys.value(key), keys.lease(key));
    }

    private List<byte[]> all(List<Object> arguments) {
        List<byte[]> all = new ArrayList<>();
        all.add(keys.channel());
        all.add(tellsAll);
        arguments.forEach(argument -> all.add(argument instanceof byte[] bytes ? bytes : bytes(argument.toString())));
        return all;
    }

    private CompletionStage<List<Object>> timed(Supplier<CompletionStage<List<Object>>> script) {
        long sent = System.nanoTime();
        return script.get().thenApply(reply -> {
            clock.read(sent, number(reply.get(0)), System.nanoTime());
            return reply;
        });
    }

    private static boolean isDone(List<Object> reply) {
        return number(reply.get(1)) == 1;
    }

    private static long number(Object integer) {
        return (Long) integer;
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Epoch epoch() {
        return feed.epoch();
    }

    @Override
    public Runnable listen(Listener listener) {
        return feed.listen(listener);
    }

    /** Ends the epoch, and the connections that told of changes. Operations go on until the Redis's connection is closed. */
    @Override
    public void close() {
        feed.close();
    }

    @Override
    public String toString() {
        return "RedisCacheStore[namespace=" + namespace + "]";
    }

    /** A new epoch may be another Redis's, with another clock. */
    private record ClockWatch(RedisClock clock) implements Listener {
        @Override
        public void entryChanged(String key) {}

        @Override
        public void leaseEnded(String key) {}

        @Override
        public void nonceChanged(String group, String name) {}

        @Override
        public void epochBegan() {
            clock.distrust();
        }
    }

    /** Collects a store's settings. Not thread-safe. */
    public static final class Builder {
        private static final Duration SHORTEST_HEARTBEAT = Duration.ofMillis(100);
        private static final Duration LONGEST_HEARTBEAT = Duration.ofMinutes(1);

        private final RedisConnection redis;
        private final String namespace;
        private Duration heartbeatTimeout = Duration.ofSeconds(2);
        private boolean publishing;

        private Builder(RedisConnection redis, String namespace) {
            this.redis = redis;
            this.namespace = RedisNames.requireNamespace(namespace);
        }

        /**
         * Sets how long an {@link Epoch} may live without an answer, which is how old a copy can get at the most that was
         * changed while Redis, the network or this process stood still; two seconds unless set. Redis is asked three times
         * in it, by PING, over each connection that tells of changes.
         *
         * @param timeout from 100 milliseconds to a minute
         * @return this
         * @throws IllegalArgumentException if it is outside
         */
        public Builder heartbeatTimeout(Duration timeout) {
            if (timeout.compareTo(SHORTEST_HEARTBEAT) < 0 || timeout.compareTo(LONGEST_HEARTBEAT) > 0) {
                throw new IllegalArgumentException("heartbeatTimeout must be from 100 ms to 1 minute");
            }
            heartbeatTimeout = timeout;
            return this;
        }

        /**
         * Lets each write PUBLISH the key that it changes, in place of tracking: for a Redis, or something before it, that
         * refuses CLIENT TRACKING. All processes of a namespace must do the same, for one that tracks publishes little, and
         * one that does not track hears of no write that is not published. What Redis drops or others write is then not
         * told.
         *
         * @return this
         */
        public Builder publishChanges() {
            publishing = true;
            return this;
        }

        /** {@return a store, which begins to follow changes} */
        public RedisCacheStore build() {
            return new RedisCacheStore(this);
        }
    }
}
