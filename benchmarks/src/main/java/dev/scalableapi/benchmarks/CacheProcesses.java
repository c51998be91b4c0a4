package dev.scalableapi.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What two processes on one Redis do to each other: a stampede on a cold key, a load whose process is killed, and how soon
 * a change is seen. Prints tables; each library has processes of its own.
 */
final class CacheProcesses {
    private static final int THREADS = 200;
    private static final int LOAD_MILLIS = 100;
    private static final int WARM_UP = 20;
    private static final int LONGEST_TAKEOVER_SECONDS = 40;

    private final String url = RedisServer.url();
    private final RawRedis database = RawRedis.synchronous(url, Products.Source.none());

    private CacheProcesses() {}

    /**
     * Measures.
     *
     * @param arguments {@code stampede}, {@code takeover} or {@code visibility}, how often, and the libraries
     */
    public static void main(String[] arguments) {
        CacheProcesses processes = new CacheProcesses();
        int rounds = Integer.parseInt(arguments[1]);
        List<Library> libraries = Arrays.stream(arguments)
                .skip(2)
                .map(name -> Library.valueOf(name.toUpperCase(Locale.ROOT)))
                .toList();
        switch (arguments[0]) {
            case "stampede" -> processes.stampede(rounds, libraries);
            case "takeover" -> processes.takeover(rounds, libraries);
            case "visibility" -> processes.visibility(rounds, libraries);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        processes.database.close();
    }

    private void stampede(int rounds, List<Library> libraries) {
        print(
                "| %d threads in each of 2 processes | loads (most) | the waiting process's first answer after the load, ms "
                        + "(worst) | its last | the loading process's last |",
                THREADS);
        print("|---|---|---|---|---|");
        for (Library library : libraries) {
            try (RemoteNode first = new RemoteNode(library, url);
                    RemoteNode second = new RemoteNode(library, url)) {
                List<Double> loads = new ArrayList<>();
                List<Double> waits = new ArrayList<>();
                List<Double> firsts = new ArrayList<>();
                List<Double> own = new ArrayList<>();
                for (int round = -WARM_UP; round < rounds; round++) {
                    long at = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);
                    String order = "read cold-" + round + " " + THREADS + " " + LOAD_MILLIS + " " + at;
                    first.tell(order);
                    second.tell(order);
                    Reads one = Reads.of(first.heard("done", 120));
                    Reads two = Reads.of(second.heard("done", 120));
                    if (round >= 0) {
                        loads.add((double) (one.loads + two.loads));
                        Reads waiting = one.loads == 0 ? one : two;
                        Reads loading = one.loads == 0 ? two : one;
                        firsts.add(millis(waiting.firstWait(loading)));
                        waits.add(millis(waiting.lastWait(loading)));
                        own.add(millis(loading.lastWait(waiting)));
                    }
                }
                print(
                        "| %s | %.0f (%.0f) | %.1f (%.1f) | %.1f (%.1f) | %.1f (%.1f) |",
                        library,
                        median(loads),
                        worst(loads),
                        median(firsts),
                        worst(firsts),
                        median(waits),
                        worst(waits),
                        median(own),
                        worst(own));
            }
        }
        print("%nMedians of %d rounds; a load takes %d ms.", rounds, LOAD_MILLIS);
    }

    /** What a process has to tell of its readers. */
    private record Reads(long loads, long loadEnded, long first, long last) {
        static Reads of(long[] numbers) {
            return new Reads(numbers[0], numbers[1], numbers[2], numbers[3]);
        }

        /** When the load had ended that this process waited for: its own, if it loaded too. */
        private long begin(Reads other) {
            return loads > 0 ? loadEnded : other.loadEnded;
        }

        /** Until its first reader was answered. */
        long firstWait(Reads other) {
            return first - begin(other);
        }

        /** Until all of its readers were. */
        long lastWait(Reads other) {
            return last - begin(other);
        }
    }

    private void takeover(int rounds, List<Library> libraries) {
        print("| the loading process is killed | the other begins to load after, ms: median (worst) |");
        print("|---|---|");
        for (Library library : libraries) {
            List<Double> times = new ArrayList<>();
            boolean ended = true;
            for (int round = 0; round < rounds && ended; round++) {
                ended = takeover(library, "hold-" + round, times);
            }
            if (ended) {
                print("| %s | %.0f (%.0f) |", library, median(times), worst(times));
            } else {
                print("| %s | not within %d s |", library, LONGEST_TAKEOVER_SECONDS);
            }
        }
    }

    private boolean takeover(Library library, String key, List<Double> times) {
        try (RemoteNode first = new RemoteNode(library, url);
                RemoteNode second = new RemoteNode(library, url)) {
            first.tell("read " + key + " 1 60000 0");
            first.heard("loading", 30);
            second.tell("read " + key + " 1 10 0");
            // At any moment of the lease's renewals.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1_000 + 137L * times.size() % 1_000));
            long killed = System.nanoTime();
            first.kill();
            long[] loading = second.heardWithin("loading", LONGEST_TAKEOVER_SECONDS);
            if (loading == null) {
                return false;
            }
            times.add(millis(loading[0] - killed));
            return true;
        }
    }

    private void visibility(int rounds, List<Library> libraries) {
        print(
                "| one process invalidates, another polls its near level | seen after the return, ms: median | p99 | worst "
                        + "| after the call, ms: median |");
        print("|---|---|---|---|---|");
        for (Library library : libraries) {
            try (RemoteNode first = new RemoteNode(library, url);
                    RemoteNode second = new RemoteNode(library, url)) {
                List<Double> sinceReturn = new ArrayList<>();
                List<Double> sinceCall = new ArrayList<>();
                int unseen = 0;
                for (int round = -WARM_UP; round < rounds; round++) {
                    String key = CacheNode.IN_DATABASE + round;
                    database.put(key, Product.of(key, 1));
                    second.tell("watch " + key);
                    second.heard("watching", 30);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3));
                    database.put(key, Product.of(key, 2));
                    first.tell("invalidate " + key);
                    long[] invalidated = first.heard("invalidated", 30);
                    long[] seen = second.heardWithin("seen", 1);
                    if (seen == null) {
                        unseen++;
                    } else if (round >= 0) {
                        sinceCall.add(millis(seen[0] - invalidated[0]));
                        sinceReturn.add(millis(seen[0] - invalidated[1]));
                    }
                }
                print(
                        "| %s%s | %.2f | %.2f | %.2f | %.2f |",
                        library,
                        unseen == 0 ? "" : " (" + unseen + " not within 1 s)",
                        median(sinceReturn),
                        percentile(sinceReturn, 99),
                        worst(sinceReturn),
                        median(sinceCall));
            }
        }
        print("%n%d rounds.", rounds);
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }

    private static double median(List<Double> values) {
        return percentile(values, 50);
    }

    private static double worst(List<Double> values) {
        return percentile(values, 100);
    }

    private static double percentile(List<Double> values, int percent) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.isEmpty() ? Double.NaN : sorted.get((sorted.size() - 1) * percent / 100);
    }

    private static void print(String format, Object... arguments) {
        System.out.printf(Locale.ROOT, format + "%n", arguments);
    }
}
