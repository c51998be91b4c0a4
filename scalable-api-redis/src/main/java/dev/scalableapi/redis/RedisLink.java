package dev.scalableapi.redis;

import dev.scalableapi.core.http.ThreadContext;
import dev.scalableapi.core.internal.WarningPacer;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One connection to a Redis, which comes and goes with it: opened in the background, tried again until it is there, and
 * opened again when it is lost. While there is none, and when too much is under way, operations fail at once. Their
 * stages complete on threads of the link, never on one that reads the socket. Thread-safe.
 */
final class RedisLink implements AutoCloseable {
    private static final int MAX_OPERATIONS = 10_000;
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(2);
    /** The delay no longer grows here. */
    private static final int FLAT_ATTEMPT = 30;

    private static final Delay RETRY =
            Delay.equalJitter(Duration.ofMillis(20), Duration.ofSeconds(2), 20, TimeUnit.MILLISECONDS);

    private final RedisURI uri;
    private final ClientResources resources;
    private final RedisClient client;
    private final ThreadPoolExecutor threads = threads();
    private final Semaphore operations = new Semaphore(MAX_OPERATIONS);
    private final WarningPacer warnings = WarningPacer.create();
    private volatile @Nullable StatefulRedisConnection<byte[], byte[]> connection;
    private volatile boolean closed;

    private RedisLink(RedisURI uri, Duration timeout) {
        this.uri = uri;
        resources = ClientResources.builder().reconnectDelay(RETRY).build();
        client = RedisClient.create(resources, uri);
        client.setOptions(options(timeout));
    }

    /** Opens a link; the Redis need not be there yet. */
    static RedisLink open(RedisURI uri, Duration timeout) {
        RedisURI own = RedisURI.builder(uri).withTimeout(timeout).build();
        RedisLink link = new RedisLink(own, timeout);
        link.connect(1);
        return link;
    }

    private static ClientOptions options(Duration timeout) {
        return ClientOptions.builder()
                .autoReconnect(true)
                // Also ends what is under way when the connection breaks: nothing is sent twice.
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MAX_OPERATIONS)
                .timeoutOptions(TimeoutOptions.builder().fixedTimeout(timeout).build())
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(Duration.ofSeconds(2))
                        // Finds a peer that vanished without a word within half a minute.
                        .keepAlive(SocketOptions.KeepAliveOptions.builder()
                                .enable()
                                .idle(Duration.ofSeconds(15))
                                .interval(Duration.ofSeconds(5))
                                .count(3)
                                .build())
                        .build())
                .build();
    }

    /** A connection that opens while the link closes is closed by the client, which knows it. */
    private void connect(int attempt) {
        opening().whenComplete((opened, failure) -> {
            if (failure == null) {
                connection = opened;
            } else {
                retry(attempt, failure);
            }
        });
    }

    private CompletionStage<StatefulRedisConnection<byte[], byte[]>> opening() {
        try {
            return client.connectAsync(ByteArrayCodec.INSTANCE, uri);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void retry(int attempt, Throwable failure) {
        if (closed) {
            return;
        }
        if (warnings.isDue()) {
            LoggerFactory.getLogger(RedisLink.class).warn("Redis can't be reached yet; trying again", failure);
        }
        long delay = RETRY.createDelay(attempt).toMillis();
        CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS, threads)
                .execute(() -> connect(Math.min(attempt + 1, FLAT_ATTEMPT)));
    }

    /** Sends a command; the stage fails with a {@link RedisException} within the timeout. */
    <T extends @Nullable Object> CompletionStage<T> call(
            Function<RedisAsyncCommands<byte[], byte[]>, CompletionStage<T>> command) {
        StatefulRedisConnection<byte[], byte[]> open = connection;
        if (open == null || closed) {
            return CompletableFuture.failedFuture(new RedisException("There is no connection to Redis"));
        }
        if (!operations.tryAcquire()) {
            return CompletableFuture.failedFuture(new RedisException("Too many operations are under way"));
        }
        CompletionStage<T> reply;
        try {
            reply = command.apply(open.async());
        } catch (RuntimeException e) {
            reply = CompletableFuture.failedFuture(e);
        }
        return onOwnThread(reply);
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

    /** Ends what is under way with a failure, and everything that the link has started. */
    @Override
    public void close() {
        closed = true;
        client.shutdown(Duration.ZERO, LONGEST_CLOSE);
        resources
                .shutdown(0, LONGEST_CLOSE.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(LONGEST_CLOSE.toMillis());
        threads.shutdown();
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
}
