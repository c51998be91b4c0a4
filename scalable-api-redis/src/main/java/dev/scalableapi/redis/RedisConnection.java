package dev.scalableapi.redis;

import dev.scalableapi.core.http.ThreadContext;
import dev.scalableapi.core.internal.WarningPacer;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.EpollProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.ObservableLongGauge;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * An application's connection to its Redis: one Redis, one behind Sentinels, or a Redis Cluster. It is opened once,
 * given to all stores, and closed after them. Thread-safe.
 *
 * <p>It connects in the background. While Redis is down, at the start or later, operations fail at once, and the
 * connection tries again, at most once a second. An operation that Redis does not answer fails after the timeout; an
 * operation beyond 10,000 under way fails at once. No operation is sent twice, because it may have taken effect. The
 * failures are {@link io.lettuce.core.RedisException}s.
 *
 * <p><b>Failover.</b> Only a primary is used. A connection is closed, and opened again, if a reply shows that it leads
 * to a replica ({@code READONLY}, {@code MASTERDOWN}) or to a node without a cluster ({@code CLUSTERDOWN}), or that it
 * has lost its login ({@code NOAUTH}); so it is if the node reports the role of a replica, for which it is asked once a
 * second. Each attempt to connect resolves the name by DNS without a cache, or asks the Sentinels. All connections to
 * one Redis together make at most one attempt a second, but for the first of each. On a cluster, such a reply makes the
 * map of its nodes be read again, at most once a second.
 *
 * <p><b>Circuit breaker.</b> When the last five operations had no answer, or an answer which means that the node does
 * not serve ({@code LOADING}, {@code BUSY} and those above), operations fail at once, unsent. The connection itself
 * sends a PING up to four times a second, replaces the connection if that fails, and closes the breaker when Redis
 * answers. Any other error reply is an answer. On a cluster each master has a breaker of its own.
 *
 * <p>Stages complete on threads of the connection, at least two and as many as there are processors, in the
 * OpenTelemetry context and MDC of the operation's caller. Code that blocks there delays other answers, but never the
 * reading of the socket.
 *
 * <p><b>URLs</b>, each with {@code user:password@} of an ACL user, or {@code :password@}, before the host where Redis
 * asks for it; a character that has a meaning in URLs is percent-encoded:
 *
 * <ul>
 *   <li>{@code redis://localhost:6379/0}, {@code rediss://} with TLS
 *   <li>{@code redis-sentinel://host1:26379,host2:26379/0#mymaster}, {@code rediss-sentinel://}. The password is that
 * of the
 *       Redis; Sentinels with one of their own need a {@link RedisURI}
 *   <li>{@code redis-cluster://host1:6379,host2:6379}, {@code rediss-cluster://}: some nodes of it, the others are
 * found </ul>
 */
public final class RedisConnection implements AutoCloseable {
    static final Duration LONGEST_CLOSE = Duration.ofSeconds(2);

    private static final int MAX_OPERATIONS = 10_000;
    /** Shortest timeout of a handshake, which takes longer than an operation. */
    private static final Duration HANDSHAKE = Duration.ofSeconds(1);
    /** Attempt from which on the delay no longer grows. */
    private static final int FLAT_ATTEMPT = 30;

    private static final Delay PROBE =
            Delay.exponential(Duration.ZERO, Duration.ofMillis(250), 10, TimeUnit.MILLISECONDS);

    private final ClientResources resources;
    private final DelayedTasks tasks;
    private final RedisDriver driver;
    private final SessionKeeper sessions;
    private final ThreadPoolExecutor threads = threads();
    private final Semaphore operations = new Semaphore(MAX_OPERATIONS);
    private final WarningPacer warnings = WarningPacer.create();
    /** By the node's name, of which there are as many as the cluster ever had masters. */
    private final Map<String, Breaker> breakers = new ConcurrentHashMap<>();

    private volatile boolean closed;

    private final ObservableLongGauge gauge;

    private RedisConnection(Builder builder) {
        RedisAddress address = builder.address.withTimeout(longer(builder.timeout, HANDSHAKE));
        resources = ClientResources.builder()
                .reconnectDelay(reconnectDelay(address, builder.reconnectInterval))
                .addressResolverGroup(NameResolution.uncached(builder.nameServers))
                .build();
        tasks = new DelayedTasks(resources.eventExecutorGroup());
        ClientOptions options = options(builder);
        driver = address.cluster()
                ? new ClusterDriver(address.uris(), options, resources)
                : new SingleDriver(address.uris().get(0), options, resources);
        sessions = new SessionKeeper(driver, tasks, builder.reconnectInterval);
        gauge = builder.telemetry
                .getMeter("dev.scalableapi.redis")
                .gaugeBuilder("scalableapi.redis.breaker.open")
                .ofLongs()
                .setUnit("{breaker}")
                .setDescription("1 while operations fail unsent because Redis does not serve, else 0")
                .buildWithCallback(measurement -> measurement.record(isRefusing() ? 1 : 0));
    }

    /**
     * {@return a connection whose operations wait for half a second at most; Redis need not be there yet}
     *
     * @param url of one of the forms above
     * @throws IllegalArgumentException if it is malformed; the message does not repeat the URL, which may hold a password
     */
    public static RedisConnection open(String url) {
        return builder(url).open();
    }

    /**
     * {@return a builder of a connection}
     *
     * @param url of one of the forms above
     * @throws IllegalArgumentException if it is malformed; the message does not repeat the URL, which may hold a password
     */
    public static Builder builder(String url) {
        return new Builder(RedisAddress.parse(url));
    }

    /**
     * {@return a builder of a connection to one Redis, or to one behind Sentinels}
     *
     * @param uri for what a URL can't say; its timeout is not used
     */
    public static Builder builder(RedisURI uri) {
        return new Builder(new RedisAddress(false, List.of(uri)));
    }

    /**
     * {@return a builder of a connection to a Redis Cluster}
     *
     * @param seeds some of its nodes; their timeouts are not used
     * @throws IllegalArgumentException if there are none
     */
    public static Builder clusterBuilder(List<RedisURI> seeds) {
        return new Builder(new RedisAddress(true, seeds));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static ClientOptions options(Builder builder) {
        return ClientOptions.builder()
                .autoReconnect(true)
                // Also ends what is under way when the connection breaks: nothing is sent twice.
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MAX_OPERATIONS)
                .timeoutOptions(
                        TimeoutOptions.builder().fixedTimeout(builder.timeout).build())
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .sslOptions(builder.ssl)
                .socketOptions(socketOptions())
                .build();
    }

    /**
     * Finds a peer that vanished without a word within half a minute; with answers outstanding, where netty is native.
     */
    private static SocketOptions socketOptions() {
        return SocketOptions.builder()
                .connectTimeout(Duration.ofSeconds(2))
                .keepAlive(SocketOptions.KeepAliveOptions.builder()
                        .enable()
                        .idle(Duration.ofSeconds(15))
                        .interval(Duration.ofSeconds(5))
                        .count(3)
                        .build())
                .tcpUserTimeout(SocketOptions.TcpUserTimeoutOptions.builder()
                        .enable(EpollProvider.isAvailable())
                        .tcpUserTimeout(Duration.ofSeconds(30))
                        .build())
                .build();
    }

    /** Each of lettuce's connections has its own delay. Those to one Redis are closed before it is over. */
    private static Supplier<Delay> reconnectDelay(RedisAddress address, Duration interval) {
        return () -> address.cluster() ? PacedDelay.of(interval) : Delay.constant(interval);
    }

    /** Runs a task later, on a thread that no caller can block. */
    void later(long millis, Runnable task) {
        tasks.after(millis, TimeUnit.MILLISECONDS, task);
    }

    boolean isCluster() {
        return driver instanceof ClusterDriver;
    }

    /** {@return the masters as far as they are known now} */
    List<RedisURI> masters() {
        return driver.masters();
    }

    CompletionStage<Void> refreshMasters() {
        return driver.refreshMasters();
    }

    /** Opens a connection to one of the masters for its invalidations. It ends with this one, if not before. */
    CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>> listen(RedisURI master) {
        return driver.listen(master);
    }

    /** Runs a task once commands can be sent for the first time. */
    void whenOpened(Runnable task) {
        sessions.whenOpened(task);
    }

    /** Runs a task that listens to a master again, once the session is open and another attempt to connect is due. */
    void whenDue(RedisURI master, Runnable task) {
        sessions.whenDue(master, task);
    }

    /**
     * Registers a callback for the moment in which the session is given up, because it is lost or the node is not the
     * primary.
     */
    Runnable onReplaced(Runnable listener) {
        return sessions.onReplaced(listener);
    }

    /** Sends a command without a key, or with keys of several nodes; see {@link #call(byte[], Function)}. */
    <T extends @Nullable Object> CompletionStage<T> call(
            Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> command) {
        RedisSession current = sessions.current();
        return current == null ? disconnected() : call(current, "", command);
    }

    /**
     * Sends a command; the stage fails with a {@link io.lettuce.core.RedisException} within the timeout.
     *
     * @param key whose node is to answer
     */
    <T extends @Nullable Object> CompletionStage<T> call(
            byte[] key, Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> command) {
        RedisSession current = sessions.current();
        return current == null ? disconnected() : call(current, current.node(key), command);
    }

    private static <T extends @Nullable Object> CompletionStage<T> disconnected() {
        return Refusal.because("There is no connection to Redis");
    }

    private <T extends @Nullable Object> CompletionStage<T> call(
            RedisSession current,
            String node,
            Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> command) {
        Breaker breaker = breakers.computeIfAbsent(node, name -> new Breaker());
        if (!breaker.permits()) {
            return Refusal.because("Redis does not answer; nothing is sent until it does");
        }
        if (!operations.tryAcquire()) {
            return Refusal.because("Too many operations are under way");
        }
        long begun = System.nanoTime();
        return onOwnThread(send(current, command).whenComplete((value, failure) -> {
            breaker.record(System.nanoTime() - begun, failure);
            if (failure != null) {
                handle(current, failure);
            }
            if (breaker.beginProbing()) {
                probe(breaker, node);
            }
        }));
    }

    /** Acts on an error reply which means that the node does not serve. */
    private void handle(RedisSession current, Throwable failure) {
        ReplyFault fault = ReplyFault.of(failure);
        if (fault == ReplyFault.MISDIRECTED && current.isReplaceable()) {
            sessions.replace(current, "the node is not the primary, or the login is gone");
        } else if (fault != ReplyFault.COMMAND) {
            current.refresh();
        }
    }

    private static <T extends @Nullable Object> CompletionStage<T> send(
            RedisSession current, Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> command) {
        try {
            return command.apply(current.commands());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** {@return whether operations fail unsent: there is no session, or a breaker is open} */
    boolean isRefusing() {
        return sessions.current() == null || breakers.values().stream().anyMatch(Breaker::isOpen);
    }

    private void probe(Breaker breaker, String node) {
        if (warnings.isDue()) {
            LoggerFactory.getLogger(RedisConnection.class).warn("Redis does not answer; nothing is sent until it does");
        }
        probe(breaker, node, 1);
    }

    private void probe(Breaker breaker, String node, int attempt) {
        later(
                PROBE.createDelay(attempt).toMillis(),
                () -> ask(node).whenComplete((answer, failure) -> {
                    if (failure == null || Breaker.isAnswer(failure)) {
                        breaker.close();
                    } else if (!closed) {
                        probe(breaker, node, Math.min(attempt + 1, FLAT_ATTEMPT));
                    }
                }));
    }

    /**
     * Sends a PING, or waits for a session. A session whose PING fails is replaced: a connection that hangs may never
     * learn of its end, and the name of the Redis may lead to another node by now.
     */
    private CompletionStage<?> ask(String node) {
        RedisSession current = sessions.current();
        return current == null
                ? disconnected()
                : current.ping(node).whenComplete((pong, failure) -> {
                    if (failure != null && !Breaker.isAnswer(failure) && current.isReplaceable()) {
                        sessions.replace(current, "it does not answer");
                    }
                });
    }

    private <T extends @Nullable Object> CompletionStage<T> onOwnThread(CompletionStage<T> reply) {
        CompletableFuture<T> result = new CompletableFuture<>();
        ThreadContext caller = ThreadContext.capture(Context.current());
        reply.whenComplete((value, failure) -> threads.execute(caller.wrap(() -> {
            operations.release();
            if (failure != null) {
                result.completeExceptionally(failure);
            } else {
                result.complete(value);
            }
        })));
        return result;
    }

    /**
     * Closes the connection, ends what is under way with a failure, and ends the threads. May block for some seconds.
     * What comes later fails.
     */
    @Override
    public void close() {
        closed = true;
        sessions.close();
        gauge.close();
        driver.shutdown();
        resources
                .shutdown(0, LONGEST_CLOSE.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(LONGEST_CLOSE.toMillis());
        threads.shutdown();
    }

    /** {@return a fixed text: the address may hold a password} */
    @Override
    public String toString() {
        return "RedisConnection";
    }

    /** What comes after the shutdown runs where it comes from, so that no stage is left open. */
    private static ThreadPoolExecutor threads() {
        int size = Math.max(2, Runtime.getRuntime().availableProcessors());
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                size,
                size,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> {
                    Thread thread = new Thread(task, "scalable-api-redis-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                },
                (task, shutDown) -> task.run());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Collects a connection's settings. Not thread-safe. */
    public static final class Builder {
        private final RedisAddress address;
        private Duration timeout = Duration.ofMillis(500);
        private SslOptions ssl = SslOptions.create();
        private OpenTelemetry telemetry = OpenTelemetry.noop();
        private Duration reconnectInterval = Duration.ofSeconds(1);
        private DnsServerAddressStreamProvider nameServers = DnsServerAddressStreamProviders.platformDefault();

        private Builder(RedisAddress address) {
            this.address = address;
        }

        /**
         * Sets how long an operation waits at the most; half a second unless set. A store's operation is one command,
         * or two where Redis does not know its script yet.
         *
         * @param timeout at least a millisecond
         * @return this
         * @throws IllegalArgumentException if the timeout is too short
         */
        public Builder timeout(Duration timeout) {
            if (timeout.compareTo(Duration.ofMillis(1)) < 0) {
                throw new IllegalArgumentException("timeout must be at least 1 ms");
            }
            this.timeout = timeout;
            return this;
        }

        /**
         * Sets whose certificates are trusted and which are shown, where the URL asks for TLS; the JVM's trust store
         * unless set.
         *
         * @param ssl of lettuce
         * @return this
         */
        public Builder sslOptions(SslOptions ssl) {
            this.ssl = ssl;
            return this;
        }

        /**
         * Sets where the metric {@code scalableapi.redis.breaker.open} goes: 1 while operations fail unsent, because
         * there is no connection to a primary or a circuit breaker is open, else 0; nowhere unless set.
         *
         * @param telemetry where
         * @return this
         */
        public Builder openTelemetry(OpenTelemetry telemetry) {
            this.telemetry = Objects.requireNonNull(telemetry);
            return this;
        }

        /** Sets the shortest time between two attempts to connect. */
        Builder reconnectInterval(Duration interval) {
            reconnectInterval = interval;
            return this;
        }

        /** Sets the name servers; those of the system unless set. */
        Builder nameServers(DnsServerAddressStreamProvider servers) {
            nameServers = servers;
            return this;
        }

        /** {@return a connection, which begins to connect} */
        public RedisConnection open() {
            RedisConnection connection = new RedisConnection(this);
            connection.sessions.start();
            return connection;
        }
    }
}
