package dev.scalableapi.cache;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * A source behind a cache is a register for each key, if whoever changes the source also invalidates. What fails is printed
 * as a scenario with its results, which is what Lincheck has in place of a seed.
 */
class CacheAsideLincheckTest {
    /** How many scenarios are run, each many times. */
    int scenarios() {
        return 2;
    }

    int runsOfAScenario() {
        return 100;
    }

    @Test
    void cacheWhoseWritersInvalidateIsLinearizable() {
        new StressOptions()
                .iterations(scenarios())
                .invocationsPerIteration(runsOfAScenario())
                .threads(2)
                .actorsPerThread(4)
                .actorsBefore(2)
                .actorsAfter(2)
                .sequentialSpecification(Registers.class)
                .check(CachedSource.class);
    }

    /** Made anew by Lincheck for each run. */
    @Param(name = "key", gen = IntGen.class, conf = "0:1")
    @Param(name = "value", gen = IntGen.class, conf = "1:9")
    public static final class CachedSource {
        private final AtomicIntegerArray source = new AtomicIntegerArray(2);
        private final SynchronousCache<Integer, Integer> cache = CacheAside.<Integer, Integer>builder(
                        "lincheck", Duration.ofMinutes(10), this::load)
                .earlyRefresh(0)
                .build()
                .synchronous();

        /**
         * Not between a change and its invalidation: a load that some other write has cut off could give its own caller the
         * new value then, and one after that would still hit the old one. This cache-aside does not promise otherwise.
         */
        private CompletionStage<Optional<Integer>> load(int key, LoadContext<Integer> context) {
            context.tags("t");
            synchronized (source) {
                return CompletableFuture.completedFuture(Optional.of(source.get(key)));
            }
        }

        @Operation
        public int read(@Param(name = "key") int key) {
            return cache.get(key).value().orElseThrow();
        }

        @Operation
        public void write(@Param(name = "key") int key, @Param(name = "value") int value) {
            change(key, value, () -> cache.invalidate(key));
        }

        @Operation
        public void writeAndClear(@Param(name = "key") int key, @Param(name = "value") int value) {
            change(key, value, cache::clear);
        }

        @Operation
        public void writeAndInvalidateTag(@Param(name = "key") int key, @Param(name = "value") int value) {
            change(key, value, () -> cache.invalidateTag("t"));
        }

        private void change(int key, int value, Runnable invalidation) {
            synchronized (source) {
                source.set(key, value);
                invalidation.run();
            }
        }
    }

    /** What the cache must look like. */
    public static final class Registers {
        private final int[] values = new int[2];

        public int read(int key) {
            return values[key];
        }

        public void write(int key, int value) {
            values[key] = value;
        }

        public void writeAndClear(int key, int value) {
            write(key, value);
        }

        public void writeAndInvalidateTag(int key, int value) {
            write(key, value);
        }
    }
}
