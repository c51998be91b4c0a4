package dev.scalableapi.redis;

import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands before a Redis, and on demand breaks a connection in place of passing an answer on, or passes nothing on. */
final class LossyProxy implements AutoCloseable {
    private final RedisURI target;
    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicBoolean loseNext = new AtomicBoolean();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger swallowed = new AtomicInteger();
    private final AtomicInteger losses = new AtomicInteger();

    private LossyProxy(RedisURI target, ServerSocket server) {
        this.target = target;
        this.server = server;
    }

    static LossyProxy to(RedisURI target) {
        try {
            LossyProxy proxy = new LossyProxy(target, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            proxy.threads.execute(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RedisURI uri() {
        return RedisURI.builder(target)
                .withHost(server.getInetAddress().getHostAddress())
                .withPort(server.getLocalPort())
                .build();
    }

    void loseNextAnswer() {
        loseNext.set(true);
    }

    /** From now on nothing comes out of the connections that are open; later ones work. */
    void swallow() {
        swallowed.set(accepted.get());
    }

    int losses() {
        return losses.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Socket redis = new Socket(target.getHost(), target.getPort());
                int number = accepted.incrementAndGet();
                threads.execute(() -> pass(client, redis, number, false));
                threads.execute(() -> pass(redis, client, number, true));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void pass(Socket from, Socket to, int number, boolean answers) {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] buffer = new byte[8_192];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (answers && loseNext.compareAndSet(true, false)) {
                    losses.incrementAndGet();
                    return;
                }
                if (number > swallowed.get()) {
                    out.write(buffer, 0, n);
                }
            }
        } catch (IOException broken) {
            // As it is meant to be.
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
