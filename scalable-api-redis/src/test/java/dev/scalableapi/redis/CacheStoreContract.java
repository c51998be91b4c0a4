package dev.scalableapi.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.core.cache.Acquisition;
import dev.scalableapi.core.cache.CacheStore;
import dev.scalableapi.core.cache.Lease;
import dev.scalableapi.core.cache.Lifetime;
import dev.scalableapi.core.cache.StoredEntry;
import dev.scalableapi.testkit.TestRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link CacheStore} does. */
abstract class CacheStoreContract {
    static final Duration MINUTE = Duration.ofMinutes(1);
    static final Lifetime FRESH = Lifetime.of(MINUTE);
    /** Stale almost at once, and for long. */
    static final Lifetime STALE = new Lifetime(Duration.ofNanos(1), MINUTE);

    private static final byte[] ONE = {1};
    private static final byte[] TWO = {2};

    abstract CacheStore store();

    /** The same entries, as another process sees them. */
    abstract CacheStore other();

    @Test
    void writtenEntryIsReadUntilItIsInvalidated() {
        done(store().put("a", ONE, FRESH));
        done(store().put("b", TWO, FRESH));
        assertThat(value("a")).hasValue(ONE);
        assertThat(get("a").orElseThrow().isFresh()).isTrue();
        assertThat(get("a").orElseThrow().remaining()).isBetween(Duration.ofNanos(1), MINUTE.plusMillis(1));

        done(store().invalidate("a"));
        assertThat(value("a")).isEmpty();
        assertThat(value("b")).hasValue(TWO);
        done(store().invalidate("never there"));
    }

    @Test
    void anyBytesUnderAnyKeyComeBackAsTheyWere() {
        byte[] all = new byte[70_000];
        new Random(1).nextBytes(all);
        for (String key : List.of("\u00e4 \ud83d\ude00 :*", "{", "{}", "a}b", "{a}{b}", " ", "\0", "x".repeat(5_000))) {
            done(store().put(key, all, FRESH));
            assertThat(value(key)).hasValue(all);
        }
        done(store().put("empty", new byte[0], FRESH));
        assertThat(value("empty")).hasValue(new byte[0]);
    }

    @Test
    void keysDoNotMeet() {
        done(store().put("a}b", ONE, FRESH));
        done(store().put("a", TWO, FRESH));
        done(store().invalidate("a"));

        assertThat(value("a}b")).hasValue(ONE);
    }

    @Test
    void laterEntryReplacesEarlierOneWithItsTimeAndItsVersion() {
        done(store().put("r", ONE, Lifetime.of(Duration.ofMillis(1))));
        done(store().put("r", TWO, FRESH));
        String version = get("r").orElseThrow().version();
        done(store().put("r", TWO, FRESH));

        assertThat(value("r")).hasValue(TWO);
        assertThat(get("r").orElseThrow().version()).isNotEmpty().isNotEqualTo(version);
    }

    @Test
    void entryExpires() {
        done(store().put("e", ONE, Lifetime.of(Duration.ofNanos(1))));

        await().untilAsserted(() -> assertThat(get("e")).isEmpty());
    }

    @Test
    void entryIsStaleAfterItsTimeAndGoneAfterThat() {
        done(store().put("stale", ONE, STALE));
        done(store().put("gone", ONE, new Lifetime(Duration.ofNanos(1), Duration.ofMillis(1))));

        await().until(() -> !get("stale").orElseThrow().isFresh());
        assertThat(get("stale").orElseThrow().remaining()).isLessThanOrEqualTo(Duration.ZERO);
        await().untilAsserted(() -> assertThat(get("gone")).isEmpty());
    }

    @Test
    void allAreReadInTheOrderAsked() {
        done(store().put("all1", ONE, FRESH));
        done(store().put("all2", TWO, FRESH));

        List<Optional<StoredEntry>> entries = done(store().getAll(List.of("all2", "all0", "all1", "all2")));
        assertThat(entries).hasSize(4);
        assertThat(entries.get(0).map(StoredEntry::value)).hasValue(TWO);
        assertThat(entries.get(1)).isEmpty();
        assertThat(entries.get(2).map(StoredEntry::value)).hasValue(ONE);
        assertThat(entries.get(3).map(StoredEntry::value)).hasValue(TWO);
        assertThat(done(store().getAll(List.of()))).isEmpty();
    }

    @Test
    void operationsOnOneKeyTakeEffectInTheirOrder() {
        for (int i = 0; i < 200; i++) {
            CompletionStage<Void> put = store().put("o", ONE, FRESH);
            CompletionStage<Void> removed = store().invalidate("o");
            CompletionStage<Optional<StoredEntry>> read = store().get("o");
            CompletionStage<Void> third = store().put("o", ONE, FRESH);
            CompletionStage<Void> again = store().put("o", TWO, FRESH);
            CompletionStage<Optional<StoredEntry>> last = store().get("o");

            assertThat(done(read)).isEmpty();
            assertThat(done(last).map(StoredEntry::value)).hasValue(TWO);
            done(put);
            done(removed);
            done(third);
            done(again);
        }
    }

    @Test
    void arraysAreNotShared() {
        byte[] mine = {1};
        CompletionStage<Void> put = store().put("s", mine, FRESH);
        mine[0] = 9;
        done(put);
        value("s").orElseThrow()[0] = 8;
        assertThat(value("s")).hasValue(ONE);

        byte[] loaded = {1};
        CompletionStage<Boolean> committed = store().commit(granted("s2"), loaded, FRESH);
        loaded[0] = 9;
        done(committed);
        assertThat(value("s2")).hasValue(ONE);
    }

    @Test
    void veryLongLifetimeWorks() {
        done(store().put("long", ONE, new Lifetime(Duration.ofDays(365_000), Duration.ofDays(365_000))));

        assertThat(get("long").orElseThrow().isFresh()).isTrue();
    }

    @Test
    void freshEntryIsAcquiredAsItIs() {
        done(store().put("f", ONE, FRESH));

        assertThat(acquire("f")).isInstanceOfSatisfying(Acquisition.Fresh.class, fresh -> {
            assertThat(fresh.entry().value()).isEqualTo(ONE);
            assertThat(fresh.entry().isFresh()).isTrue();
            assertThat(fresh.entry().version()).isEqualTo(get("f").orElseThrow().version());
        });
    }

    @Test
    void leaseIsGivenToOneOfAllWhoRaceForIt() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(64);
        try {
            for (int round = 0; round < 20; round++) {
                String key = "race" + round;
                CyclicBarrier start = new CyclicBarrier(64);
                List<Callable<Acquisition>> racers = new ArrayList<>();
                for (int i = 0; i < 64; i++) {
                    CacheStore racing = i % 2 == 0 ? store() : other();
                    racers.add(() -> {
                        start.await();
                        return done(racing.acquire(key, MINUTE, ""));
                    });
                }
                List<Acquisition> answers = results(threads.invokeAll(racers));

                assertThat(answers)
                        .filteredOn(Acquisition.Granted.class::isInstance)
                        .hasSize(1);
                assertThat(answers)
                        .filteredOn(Acquisition.Wait.class::isInstance)
                        .hasSize(63);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static <T> List<T> results(List<Future<T>> futures) throws ExecutionException, InterruptedException {
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            results.add(future.get());
        }
        return results;
    }

    @Test
    void othersAreToldHowLongToWaitAndGetTheLeaseAfterItsEnd() {
        Lease lease = granted("w");
        assertThat(acquire("w"))
                .isInstanceOfSatisfying(
                        Acquisition.Wait.class,
                        wait -> assertThat(wait.remaining()).isPositive().isLessThanOrEqualTo(MINUTE));

        done(store().renew(lease, Duration.ofMillis(1)));
        await().until(() -> acquire("w") instanceof Acquisition.Granted);
    }

    @Test
    void committedEntryIsReadAndEndsTheLease() {
        Lease lease = granted("c");
        assertThat(done(store().commit(lease, ONE, FRESH))).isTrue();

        assertThat(value("c")).hasValue(ONE);
        assertThat(acquire("c")).isInstanceOf(Acquisition.Fresh.class);
        assertThat(done(store().commit(lease, TWO, FRESH))).isFalse();
        assertThat(value("c")).hasValue(ONE);
    }

    @Test
    void leasePastItsEndCommitsNothing() {
        Lease lease = granted("p", Duration.ofMillis(1), "");
        await().until(() -> acquire("p") instanceof Acquisition.Granted);

        assertThat(done(store().commit(lease, ONE, FRESH))).isFalse();
        assertThat(done(store().renew(lease, MINUTE))).isFalse();
        assertThat(value("p")).isEmpty();
    }

    @Test
    void formerLeaseOfWhoHoldsTheNextCommitsNothing() {
        Lease former = granted("aba");
        done(store().release(former));
        Lease next = granted("aba");
        assertThat(next.token()).isNotEqualTo(former.token());

        assertThat(done(store().commit(former, ONE, FRESH))).isFalse();
        done(store().release(former));
        assertThat(done(store().renew(former, MINUTE))).isFalse();
        assertThat(done(store().commit(next, TWO, FRESH))).isTrue();
        assertThat(value("aba")).hasValue(TWO);
    }

    @Test
    void invalidatedKeyTakesNoCommitOfAnEarlierLease() {
        Lease lease = granted("ci");
        done(other().invalidate("ci"));

        assertThat(done(store().commit(lease, ONE, FRESH))).isFalse();
        assertThat(get("ci")).isEmpty();
        assertThat(acquire("ci")).isInstanceOf(Acquisition.Granted.class);
    }

    @Test
    void writtenKeyTakesNoCommitOfAnEarlierLease() {
        Lease lease = granted("cp");
        done(other().put("cp", TWO, FRESH));

        assertThat(done(store().commit(lease, ONE, FRESH))).isFalse();
        assertThat(value("cp")).hasValue(TWO);
    }

    @Test
    void expiredKeyTakesNoCommitOfAnEarlierLease() {
        Lease lease = granted("ce");
        done(other().expire("ce"));

        assertThat(done(store().commit(lease, ONE, FRESH))).isFalse();
        assertThat(get("ce")).isEmpty();
    }

    @Test
    void expireMakesStaleWhatWasFreshAndKeepsItsVersionAndItsEnd() {
        done(store().put("x", ONE, new Lifetime(MINUTE, MINUTE)));
        String version = get("x").orElseThrow().version();
        done(store().expire("x"));

        StoredEntry entry = get("x").orElseThrow();
        assertThat(entry.isFresh()).isFalse();
        assertThat(entry.value()).isEqualTo(ONE);
        assertThat(entry.version()).isEqualTo(version);
        assertThat(acquire("x"))
                .isInstanceOfSatisfying(
                        Acquisition.Granted.class,
                        granted -> assertThat(granted.former().map(StoredEntry::value))
                                .hasValue(ONE));
        done(store().expire("never there"));
        assertThat(get("never there")).isEmpty();
    }

    @Test
    void expireLeavesAStaleEntryAsStaleAsItIs() {
        done(store().put("xs", ONE, STALE));
        await().until(() -> get("xs").orElseThrow().remaining().isNegative());
        Duration before = get("xs").orElseThrow().remaining();
        done(store().expire("xs"));

        assertThat(get("xs").orElseThrow().remaining()).isLessThanOrEqualTo(before);
    }

    @Test
    void expireDoesNotProlongAnEntry() {
        done(store().put("xe", ONE, Lifetime.of(Duration.ofMillis(200))));
        done(store().expire("xe"));

        await().untilAsserted(() -> assertThat(get("xe")).isEmpty());
    }

    @Test
    void renewedLeaseStandsOnButNotWithoutEnd() {
        Lease lease = granted("n");
        assertThat(done(store().renew(lease, MINUTE.multipliedBy(60)))).isTrue();
        assertThat(acquire("n"))
                .isInstanceOfSatisfying(
                        Acquisition.Wait.class,
                        wait -> assertThat(wait.remaining()).isGreaterThan(MINUTE));

        assertThat(done(store().renew(lease, Duration.ofMillis(1)))).isTrue();
        await().until(() -> acquire("n") instanceof Acquisition.Granted);
        assertThat(done(store().renew(lease, MINUTE))).isFalse();
    }

    @Test
    void releasedLeaseCanBeHadAtOnce() {
        Lease lease = granted("rl");
        done(store().release(lease));

        assertThat(done(other().acquire("rl", MINUTE, ""))).isInstanceOf(Acquisition.Granted.class);
        assertThat(done(store().commit(lease, ONE, FRESH))).isFalse();
    }

    @Test
    void staleEntryComesWithTheLeaseAndWithTheWait() {
        done(store().put("sl", ONE, STALE));
        await().until(() -> !get("sl").orElseThrow().isFresh());

        assertThat(acquire("sl")).isInstanceOfSatisfying(Acquisition.Granted.class, granted -> {
            assertThat(granted.former().map(StoredEntry::value)).hasValue(ONE);
            assertThat(granted.former().orElseThrow().isFresh()).isFalse();
        });
        assertThat(acquire("sl"))
                .isInstanceOfSatisfying(
                        Acquisition.Wait.class,
                        wait -> assertThat(wait.former().map(StoredEntry::value))
                                .hasValue(ONE));
    }

    @Test
    void entryThatWasSeenIsNotReturnedAgain() {
        done(store().put("seen", ONE, FRESH));
        String version = get("seen").orElseThrow().version();

        Acquisition first = done(store().acquire("seen", MINUTE, version));
        assertThat(first)
                .isInstanceOfSatisfying(
                        Acquisition.Granted.class,
                        granted -> assertThat(granted.former()).isEmpty());
        assertThat(done(store().acquire("seen", MINUTE, version)))
                .isInstanceOfSatisfying(
                        Acquisition.Wait.class,
                        wait -> assertThat(wait.former()).isEmpty());
        assertThat(done(store().acquire("seen", MINUTE, "another"))).isInstanceOf(Acquisition.Fresh.class);

        done(store().commit(((Acquisition.Granted) first).lease(), TWO, FRESH));
        assertThat(done(store().acquire("seen", MINUTE, version)))
                .isInstanceOfSatisfying(
                        Acquisition.Fresh.class,
                        fresh -> assertThat(fresh.entry().value()).isEqualTo(TWO));
    }

    @Test
    void leasesOfDifferentKeysDoNotMeet() {
        Lease one = granted("k1");
        Lease two = granted("k2");

        assertThat(done(store().commit(new Lease("k1", two.token()), ONE, FRESH)))
                .isFalse();
        assertThat(done(store().commit(one, ONE, FRESH))).isTrue();
        assertThat(done(store().commit(two, TWO, FRESH))).isTrue();
    }

    @Test
    void leaseMustStandForAMillisecond() {
        Duration tooShort = Duration.ofNanos(999_999);
        Lease lease = granted("t");

        assertThatIllegalArgumentException().isThrownBy(() -> store().acquire("a", tooShort, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> store().renew(lease, tooShort));
    }

    @Test
    void noncesAreTheSameForAllUntilTheyChange() {
        List<String> first = nonces("g", "a", "b");
        assertThat(first).hasSize(2).doesNotHaveDuplicates().doesNotContain("");
        assertThat(done(other().nonces("g", List.of("b", "a"), MINUTE))).containsExactly(first.get(1), first.get(0));

        done(other().changeNonces("g", List.of("a")));
        List<String> second = nonces("g", "a", "b");
        assertThat(second.get(0))
                .isNotEqualTo(first.get(0))
                .isEqualTo(nonces("g", "a").get(0));
        assertThat(second.get(1)).isEqualTo(first.get(1));
    }

    @Test
    void noncesOfDifferentGroupsDoNotMeet() {
        String one = nonces("g1", "x").get(0);
        String two = nonces("g2", "x").get(0);
        assertThat(one).isNotEqualTo(two);
        done(store().changeNonces("g1", List.of("x", "never there")));

        assertThat(nonces("g2", "x")).containsExactly(two);
        assertThat(nonces("g1", "x").get(0)).isNotEqualTo(one);
    }

    @Test
    void nameOfANonceIsAnyText() {
        List<String> names = List.of("", "}", "{a}", "\u00e4 \ud83d\ude00");

        List<String> values = done(store().nonces("any {", names, Duration.ofDays(365_000)));
        assertThat(values).hasSize(4).doesNotHaveDuplicates();
        assertThat(done(other().nonces("any {", names, MINUTE))).isEqualTo(values);
    }

    @Test
    void allWhoRaceForANewNonceGetTheSame() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            for (int round = 0; round < 20; round++) {
                String name = "n" + round;
                CyclicBarrier start = new CyclicBarrier(16);
                List<Callable<List<String>>> racers = new ArrayList<>();
                for (int i = 0; i < 16; i++) {
                    CacheStore racing = i % 2 == 0 ? store() : other();
                    racers.add(() -> {
                        start.await();
                        return done(racing.nonces("raced", List.of(name), MINUTE));
                    });
                }
                assertThat(results(threads.invokeAll(racers)).stream().distinct())
                        .hasSize(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void listenersAreToldOfWhatIsDoneToAnEntry() {
        Heard here = Heard.of(store());
        Heard there = Heard.of(other());
        done(store().put("h1", ONE, FRESH));
        here.awaitEntry("h1");
        there.awaitEntry("h1");

        done(store().commit(granted("h2"), ONE, FRESH));
        there.awaitEntry("h2");

        there.clear();
        done(store().expire("h1"));
        there.awaitEntry("h1");

        there.clear();
        done(store().invalidate("h2"));
        there.awaitEntry("h2");
    }

    @Test
    void listenersAreToldWhenALeaseEnds() {
        Heard there = Heard.of(other());
        done(store().release(granted("l1")));
        there.awaitLease("l1");
        assertThat(there.entries()).doesNotContain("l1");

        granted("l2");
        done(store().invalidate("l2"));
        there.awaitEntry("l2");

        granted("l3");
        done(store().expire("l3"));
        there.awaitEntry("l3");
    }

    /** A copy may have been made of what is no longer there, or never was. */
    @Test
    void listenersAreToldOfWhatIsDoneToNothing() {
        Heard there = Heard.of(other());
        done(store().invalidate("\u00e4}{ not there"));
        there.awaitEntry("\u00e4}{ not there");
        done(store().expire("nor there"));
        there.awaitEntry("nor there");
        done(store().changeNonces("ng", List.of("neither")));
        there.awaitNonce("ng", "neither");
    }

    @Test
    void listenersAreToldOfNonces() {
        nonces("heard ", "a }{", "b");
        Heard there = Heard.of(other());
        done(store().changeNonces("heard ", List.of("b", "a }{")));

        there.awaitNonce("heard ", "a }{");
        there.awaitNonce("heard ", "b");
    }

    @Test
    void listenerThatWasRemovedIsToldNothing() {
        Heard stays = new Heard();
        Heard goes = new Heard();
        Runnable remove = other().listen(goes);
        other().listen(goes);
        other().listen(stays);
        remove.run();
        remove.run();
        done(store().put("rm", ONE, FRESH));
        stays.awaitEntry("rm");

        assertThat(goes.entries()).contains("rm");
        assertThat(goes.entries().stream().filter("rm"::equals).count())
                .isLessThanOrEqualTo(
                        stays.entries().stream().filter("rm"::equals).count());
    }

    @Test
    void epochLives() {
        assertThat(Heard.isLive(store())).isTrue();
        assertThat(Heard.isLive(other())).isTrue();
    }

    private List<String> nonces(String group, String... names) {
        return done(store().nonces(group, List.of(names), MINUTE));
    }

    Lease granted(String key) {
        return granted(key, MINUTE, "");
    }

    Lease granted(String key, Duration duration, String seen) {
        return ((Acquisition.Granted) done(store().acquire(key, duration, seen))).lease();
    }

    private Acquisition acquire(String key) {
        return done(store().acquire(key, MINUTE, ""));
    }

    Optional<StoredEntry> get(String key) {
        return done(store().get(key));
    }

    Optional<byte[]> value(String key) {
        return get(key).map(StoredEntry::value);
    }

    static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }
}
