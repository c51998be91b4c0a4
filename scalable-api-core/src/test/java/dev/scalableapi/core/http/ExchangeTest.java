package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.scalableapi.core.LogOf;
import dev.scalableapi.testkit.TestRun;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class ExchangeTest {
    private static final int THREADS = 100;
    private static final AttributeKey<Integer> NUMBER = AttributeKey.create("number");
    private static final ContextKey<String> NAME = ContextKey.named("name");

    @AfterEach
    void forget() {
        MDC.clear();
    }

    @Test
    void callbacksRunOnceInReverseOrder() {
        Exchange exchange = Exchange.start();
        List<String> seen = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            exchange.onEnd(outcome -> seen.add(name + outcome.status()));
        }
        assertThat(seen).isEmpty();

        exchange.end(201, 7, null);
        exchange.end(500, 8, new Exception("late"));

        assertThat(seen).containsExactly("c201", "b201", "a201");
    }

    @Test
    void outcomeTellsHowItEnded() {
        Exchange exchange = Exchange.start();
        List<Outcome> seen = new ArrayList<>();
        exchange.onEnd(seen::add);
        Exception cause = new Exception("gone");

        exchange.end(200, 7, cause);

        assertThat(seen).singleElement().satisfies(outcome -> {
            assertThat(outcome.status()).isEqualTo(200);
            assertThat(outcome.bytes()).isEqualTo(7);
            assertThat(outcome.duration()).isPositive();
            assertThat(outcome.cause()).isEqualTo(Optional.of(cause));
        });
    }

    @Test
    void lateCallbackRunsAtOnceWithTheFirstOutcome() {
        Exchange exchange = Exchange.start();
        assertThat(exchange).hasToString("Exchange[ended=false]");
        exchange.end(200, 7, null);
        exchange.end(500, 7, null);
        List<Outcome> seen = new ArrayList<>();

        exchange.onEnd(seen::add);

        assertThat(seen).singleElement().extracting(Outcome::status).isEqualTo(200);
        assertThat(exchange).hasToString("Exchange[ended=true]");
    }

    @Test
    void callbackMayRegisterAnother() {
        Exchange exchange = Exchange.start();
        List<String> seen = new ArrayList<>();
        exchange.onEnd(outcome -> {
            exchange.onEnd(again -> seen.add("inner"));
            seen.add("outer");
        });

        exchange.end(200, 0, null);

        assertThat(seen).containsExactly("inner", "outer");
    }

    @Test
    void callbackThatThrowsHindersNoOther() {
        Exchange exchange = Exchange.start();
        List<String> seen = new ArrayList<>();
        exchange.onEnd(outcome -> seen.add("first"));
        exchange.onEnd(outcome -> {
            throw new IllegalStateException("one fails");
        });
        exchange.onEnd(outcome -> {
            throw new AssertionError("another fails worse");
        });
        exchange.onEnd(outcome -> seen.add("last"));

        try (LogOf log = new LogOf(Exchange.class)) {
            exchange.end(200, 0, null);
            assertThat(log.events()).hasSize(2);
        }
        assertThat(seen).containsExactly("last", "first");
    }

    @Test
    void callbacksRunInTheExchangesContextAndWithTheMdcOfTheirRegistration() {
        Exchange exchange = Exchange.start();
        List<String> seen = new ArrayList<>();
        MDC.put("id", "registered");
        exchange.onEnd(outcome -> seen.add(Context.current().get(NAME) + " " + MDC.get("id")));
        MDC.put("id", "ending");
        exchange.context(Context.root().with(NAME, "span"));

        exchange.end(200, 0, null);

        assertThat(seen).containsExactly("span registered");
        assertThat(MDC.get("id")).isEqualTo("ending");
        assertThat(Context.current().get(NAME)).isNull();
        assertThat(exchange.context().get(NAME)).isEqualTo("span");
    }

    @Test
    void startTakesTheContextOfItsCaller() {
        try (var scope = Context.current().with(NAME, "caller").makeCurrent()) {
            assertThat(Exchange.start().context().get(NAME)).isEqualTo("caller");
            assertThat(scope).isNotNull();
        }
    }

    @Test
    void everyCallbackRunsExactlyOnceWhenRegistrationAndEndRace() throws Exception {
        for (int round = 0; round < 50; round++) {
            Exchange exchange = Exchange.start();
            AtomicIntegerArray calls = new AtomicIntegerArray(THREADS);
            AtomicInteger different = new AtomicInteger();
            AtomicInteger firstStatus = new AtomicInteger();
            race(thread -> {
                if (thread % 2 == 0) {
                    exchange.end(200 + thread, 0, null);
                }
                exchange.onEnd(outcome -> {
                    calls.incrementAndGet(thread);
                    if (!firstStatus.compareAndSet(0, outcome.status()) && firstStatus.get() != outcome.status()) {
                        different.incrementAndGet();
                    }
                });
                if (thread % 2 == 1) {
                    exchange.end(200 + thread, 0, null);
                }
            });

            for (int i = 0; i < THREADS; i++) {
                assertThat(calls.get(i)).as("callback %d in round %d", i, round).isEqualTo(1);
            }
            assertThat(different).hasValue(0);
        }
    }

    @Test
    void attributesAreNeitherLostNorMixedWhenPutsRace() throws Exception {
        Exchange exchange = Exchange.start();
        List<AttributeKey<Integer>> keys = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            keys.add(AttributeKey.create("key"));
        }
        AtomicInteger wrong = new AtomicInteger();
        race(thread -> {
            AttributeKey<Integer> mine = keys.get(thread);
            for (int i = 0; i < 100; i++) {
                exchange.put(mine, i);
                exchange.put(NUMBER, thread);
                boolean right = exchange.get(mine).equals(Optional.of(i))
                        && exchange.get(NUMBER).isPresent();
                if (!right) {
                    wrong.incrementAndGet();
                }
            }
        });

        assertThat(wrong).hasValue(0);
        assertThat(keys).allSatisfy(key -> assertThat(exchange.get(key)).contains(99));
        assertThat(exchange.get(NUMBER).orElseThrow()).isBetween(0, THREADS - 1);
    }

    @Test
    void laterValueHidesTheEarlier() {
        Exchange exchange = Exchange.start();
        assertThat(exchange.get(NUMBER)).isEmpty();
        exchange.put(NUMBER, 1);
        exchange.put(NUMBER, 2);
        assertThat(exchange.get(NUMBER)).contains(2);
    }

    @Test
    @SuppressWarnings("NullAway")
    void nullIsRefusedWhereItIsPut() {
        Exchange exchange = Exchange.start();
        assertThatNullPointerException()
                .isThrownBy(() -> exchange.put(NUMBER, null))
                .withMessage("number");
    }

    private interface Racer {
        void run(int thread);
    }

    private static void race(Racer racer) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            CyclicBarrier barrier = new CyclicBarrier(THREADS);
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                all.add(threads.submit(() -> {
                    barrier.await(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                    racer.run(thread);
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
