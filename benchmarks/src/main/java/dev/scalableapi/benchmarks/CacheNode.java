package dev.scalableapi.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One of the processes of {@link CacheProcesses}: does what its standard input says, line by line, and ends with it. Moments
 * are those of {@link System#nanoTime()}, which on Linux is the same in all processes.
 */
final class CacheNode {
    /** Keys of what is read from the database, which is a key in the same Redis; all others only take their time. */
    static final String IN_DATABASE = "db-";

    private static final int MOST_THREADS = 1_000;

    private final RawRedis database;
    private final Products products;
    private final AtomicInteger loads = new AtomicInteger();
    private final AtomicLong loadEnded = new AtomicLong();
    private volatile long loadMillis;

    private CacheNode(Library library, String url) {
        database = RawRedis.synchronous(url, Products.Source.none());
        products = library.open(url, this::load);
    }

    /**
     * Runs until the end of its input.
     *
     * @param arguments library and address
     * @throws IOException if its input can't be read
     */
    public static void main(String[] arguments) throws IOException {
        CacheNode node = new CacheNode(Library.valueOf(arguments[0]), arguments[1]);
        say("opened");
        try (BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            String order = orders.readLine();
            while (order != null) {
                node.follow(order.split(" "));
                order = orders.readLine();
            }
        }
        // Threads of the libraries, and those that hang, do not matter any more.
        Runtime.getRuntime().halt(0);
    }

    private void follow(String[] order) {
        switch (order[0]) {
            case "read" ->
                read(order[1], Integer.parseInt(order[2]), Long.parseLong(order[3]), Long.parseLong(order[4]));
            case "watch" -> start(() -> watch(order[1]));
            case "invalidate" -> invalidate(order[1]);
            default -> throw new IllegalArgumentException(order[0]);
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "reader");
        thread.setDaemon(true);
        thread.start();
    }

    /** Many threads ask for one key, from a moment on. */
    private void read(String key, int threads, long millis, long at) {
        if (threads > MOST_THREADS) {
            throw new IllegalArgumentException("Too many threads");
        }
        loads.set(0);
        loadEnded.set(0);
        loadMillis = millis;
        CountDownLatch begin = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(threads);
        AtomicLong first = new AtomicLong(Long.MAX_VALUE);
        AtomicLong last = new AtomicLong();
        for (int i = 0; i < threads; i++) {
            start(() -> {
                await(begin);
                products.get(key);
                long answered = System.nanoTime();
                first.accumulateAndGet(answered, Math::min);
                last.accumulateAndGet(answered, Math::max);
                done.countDown();
            });
        }
        start(() -> {
            LockSupport.parkNanos(at - System.nanoTime());
            begin.countDown();
            await(done);
            say("done " + loads + " " + loadEnded + " " + first + " " + last);
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Product load(String key) {
        if (key.startsWith(IN_DATABASE)) {
            return database.get(key);
        }
        loads.incrementAndGet();
        say("loading " + System.nanoTime());
        try {
            TimeUnit.MILLISECONDS.sleep(loadMillis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        loadEnded.accumulateAndGet(System.nanoTime(), Math::max);
        return Product.of(key);
    }

    /** Asks again and again until there is another value. */
    private void watch(String key) {
        int former = products.get(key).stock();
        say("watching");
        while (products.get(key).stock() == former) {
            Thread.onSpinWait();
        }
        say("seen " + System.nanoTime());
    }

    private void invalidate(String key) {
        products.get(key);
        long before = System.nanoTime();
        products.invalidate(key);
        say("invalidated " + before + " " + System.nanoTime());
    }

    private static synchronized void say(String line) {
        System.out.println(line);
    }
}
