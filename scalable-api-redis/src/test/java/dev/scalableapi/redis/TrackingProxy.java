package dev.scalableapi.redis;

import dev.scalableapi.testkit.TestRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a Redis, and tells connections on which changes are told from those on which data goes: only the answers on
 * the latter are held back, and only the former are made to lead nowhere, without their being closed.
 */
final class TrackingProxy implements AutoCloseable {
    private static final byte[] TRACKING = "TRACKING".getBytes(StandardCharsets.US_ASCII);

    private final TestRedis target;
    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Link> links = new CopyOnWriteArrayList<>();
    private final AtomicInteger swallowed = new AtomicInteger();
    private volatile @Nullable Answers held;

    private TrackingProxy(TestRedis target, ServerSocket server) {
        this.target = target;
        this.server = server;
    }

    static TrackingProxy to(TestRedis target) {
        try {
            TrackingProxy proxy = new TrackingProxy(target, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            proxy.threads.execute(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "redis://:" + TestRedis.PASSWORD + "@127.0.0.1:" + server.getLocalPort();
    }

    /** From now on answers on data connections wait here. */
    Answers holdAnswers() {
        Answers answers = new Answers(new CompletableFuture<>(), new CompletableFuture<>());
        held = answers;
        return answers;
    }

    /** The first of the answers that are held, and what it takes to let all go. */
    record Answers(CompletableFuture<String> first, CompletableFuture<Void> gate) {
        String awaitFirst() {
            return first.copy()
                    .orTimeout(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }

        void letGo() {
            gate.complete(null);
        }

        private void pass(String answer) {
            first.complete(answer);
            gate.join();
        }
    }

    /** From now on the tracking connections that are open lead nowhere, either way; later ones work. Gives how many. */
    long swallowTracking() {
        List<Link> tracking = links.stream().filter(link -> link.tracking).toList();
        tracking.forEach(link -> link.swallowing = true);
        return tracking.size();
    }

    /** How often something has been swallowed. */
    int swallowed() {
        return swallowed.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Link link = new Link(server.accept(), new Socket(InetAddress.getLoopbackAddress(), target.port()));
                links.add(link);
                threads.execute(() -> link.pass(link.client, link.redis, false));
                threads.execute(() -> link.pass(link.redis, link.client, true));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private final class Link {
        final Socket client;
        final Socket redis;
        volatile boolean tracking;
        volatile boolean swallowing;
        private int matched;

        Link(Socket client, Socket redis) {
            this.client = client;
            this.redis = redis;
        }

        void pass(Socket from, Socket to, boolean answers) {
            try (from;
                    to;
                    InputStream in = from.getInputStream();
                    OutputStream out = to.getOutputStream()) {
                byte[] buffer = new byte[8_192];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    see(buffer, n, answers);
                    if (swallowing) {
                        swallowed.incrementAndGet();
                    } else {
                        out.write(buffer, 0, n);
                    }
                }
            } catch (IOException broken) {
                // As it is meant to be.
            }
        }

        private void see(byte[] buffer, int length, boolean answers) {
            Answers holding = held;
            if (!answers) {
                look(buffer, length);
            } else if (!tracking && holding != null) {
                holding.pass(new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
            }
        }

        /** The word may come in pieces. */
        private void look(byte[] buffer, int length) {
            for (int i = 0; i < length && !tracking; i++) {
                matched = buffer[i] == TRACKING[matched] ? matched + 1 : buffer[i] == TRACKING[0] ? 1 : 0;
                tracking = matched == TRACKING.length;
            }
        }
    }

    @Override
    public void close() {
        Answers holding = held;
        if (holding != null) {
            holding.letGo();
        }
        try {
            server.close();
            for (Link link : links) {
                link.client.close();
                link.redis.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
