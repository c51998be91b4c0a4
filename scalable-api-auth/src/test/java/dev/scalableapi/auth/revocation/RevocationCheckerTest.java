package dev.scalableapi.auth.revocation;

import static dev.scalableapi.auth.revocation.RevocationStatus.NOT_REVOKED;
import static dev.scalableapi.auth.revocation.RevocationStatus.REVOKED;
import static dev.scalableapi.auth.revocation.RevocationStatus.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.scalableapi.auth.ManualClock;
import dev.scalableapi.auth.audit.AuthEvent;
import dev.scalableapi.auth.revocation.FaultyStore.Fault;
import dev.scalableapi.auth.revocation.Revocation.OfSubject;
import dev.scalableapi.auth.revocation.Revocation.OfToken;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.testkit.TestRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RevocationCheckerTest {
    private static final Duration STALE = Duration.ofSeconds(10);
    private static final Duration BOUND = TestRun.PATIENCE;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final RevocationStore memory = RevocationStore.inMemory(100_000, clock);
    private final FaultyStore store = new FaultyStore(memory);
    private final RevocationChecker one = failOpen().unstarted();
    private final RevocationChecker other = failOpen().unstarted();

    @Test
    void tokenRevokedOnOneNodeIsRefusedByTheOtherAfterItsPull() throws Exception {
        done(one, token("t"));
        assertThat(status(one, "t")).isEqualTo(REVOKED);
        assertThat(status(other, "t")).isEqualTo(NOT_REVOKED);

        assertThat(other.pull()).isTrue();
        assertThat(status(other, "t")).isEqualTo(REVOKED);
        assertThat(status(other, "another")).isEqualTo(NOT_REVOKED);
    }

    @Test
    void subjectRevokedOnOneNodeIsRefusedByTheOtherAfterItsPull() throws Exception {
        done(one, subject("s", clock.instant()));
        other.pull();

        for (RevocationChecker node : List.of(one, other)) {
            assertThat(node.check("t", "s", clock.instant().minusSeconds(1))).isEqualTo(REVOKED);
            assertThat(node.check("t", "s", clock.instant().plusSeconds(1))).isEqualTo(NOT_REVOKED);
            assertThat(node.check("t", "r", clock.instant().minusSeconds(1))).isEqualTo(NOT_REVOKED);
        }
    }

    @Test
    void tokenOfTheSecondInWhichItsSubjectWasRevokedIsRefusedUnlessItSaysThatItIsLater() {
        Instant second = clock.instant();
        done(one, subject("whole", second));
        done(one, subject("half", second.plusMillis(500)));

        assertThat(one.check("t", "whole", second)).isEqualTo(REVOKED);
        assertThat(one.check("t", "half", second)).isEqualTo(REVOKED);
        assertThat(one.check("t", "half", second.plusMillis(500))).isEqualTo(REVOKED);
        assertThat(one.check("t", "half", second.plusMillis(501))).isEqualTo(NOT_REVOKED);
        assertThat(one.check("t", "half", second.plusSeconds(1))).isEqualTo(NOT_REVOKED);
    }

    @Test
    void earlierRevocationOfASubjectTakesNothingFromALaterOne() throws Exception {
        Instant now = clock.instant();
        done(one, new OfSubject("s", now, now.plusSeconds(30)));
        done(one, new OfSubject("s", now.minusSeconds(60), now.plusSeconds(300)));
        other.pull();
        clock.advance(Duration.ofSeconds(60));
        one.pull();
        other.pull();

        assertThat(one.check("t", "s", now)).isEqualTo(REVOKED);
        assertThat(other.check("t", "s", now)).isEqualTo(REVOKED);
    }

    @Test
    void earlierEndOfATokenTakesNothingFromALaterOne() throws Exception {
        Instant now = clock.instant();
        done(one, new OfToken("t", now.plusSeconds(300)));
        done(one, new OfToken("t", now.plusSeconds(30)));
        clock.advance(Duration.ofSeconds(60));
        one.pull();

        assertThat(status(one, "t")).isEqualTo(REVOKED);
    }

    @Test
    void checkAsksNoStore() throws Exception {
        store.fault(Fault.HANG);
        RevocationChecker closed = failClosed().unstarted();
        assertThat(one.revoke(token("t"))).isNotDone();
        int reads = store.reads.get();

        assertThat(status(one, "t")).isEqualTo(REVOKED);
        assertThat(status(one, "u")).isEqualTo(NOT_REVOKED);
        assertThat(status(closed, "t")).isEqualTo(UNKNOWN);
        assertThat(store.reads).hasValue(reads);
    }

    @Test
    void failOpenGoesOnWithoutTheStoreAndSaysSo() throws Exception {
        assertThat(one.isStale()).isTrue();
        assertThat(one.age()).isEmpty();
        assertThat(status(one, "t")).isEqualTo(NOT_REVOKED);
        done(other, token("t"));
        one.pull();
        assertThat(one.isStale()).isFalse();

        store.fault(Fault.FAIL);
        clock.advance(Duration.ofSeconds(5));
        assertThat(one.pull()).isFalse();
        assertThat(one.isStale()).isFalse();
        clock.advance(Duration.ofMillis(1));
        assertThat(one.isStale()).isTrue();
        assertThat(one.age()).hasValue(Duration.ofMillis(5_001));
        assertThat(status(one, "t")).isEqualTo(REVOKED);
        assertThat(status(one, "u")).isEqualTo(NOT_REVOKED);

        store.fault(Fault.NONE);
        assertThat(one.pull()).isTrue();
        assertThat(one.isStale()).isFalse();
        assertThat(one.age()).hasValue(Duration.ZERO);
    }

    @Test
    void failOpenWithALongIntervalIsStaleAfterFive() throws Exception {
        RevocationChecker slow = failOpen().interval(Duration.ofSeconds(10)).unstarted();
        slow.pull();

        clock.advance(Duration.ofSeconds(50));
        assertThat(slow.isStale()).isFalse();
        clock.advance(Duration.ofMillis(1));
        assertThat(slow.isStale()).isTrue();
    }

    @Test
    void failClosedKnowsNothingWithoutRecentWordFromTheStore() throws Exception {
        RevocationChecker node = failClosed().unstarted();
        assertThat(status(node, "t")).isEqualTo(UNKNOWN);
        done(other, token("t"));
        node.pull();
        assertThat(status(node, "u")).isEqualTo(NOT_REVOKED);

        store.fault(Fault.THROW);
        clock.advance(STALE);
        assertThat(node.pull()).isFalse();
        assertThat(status(node, "u")).isEqualTo(NOT_REVOKED);
        clock.advance(Duration.ofMillis(1));
        assertThat(status(node, "u")).isEqualTo(UNKNOWN);
        assertThat(status(node, "t")).isEqualTo(REVOKED);

        store.fault(Fault.NONE);
        node.pull();
        assertThat(status(node, "u")).isEqualTo(NOT_REVOKED);
    }

    @Test
    void clockThatIsSetBackMakesNothingFresh() throws Exception {
        RevocationChecker node = failClosed().unstarted();
        node.pull();
        clock.advance(STALE.negated());
        assertThat(status(node, "t")).isEqualTo(NOT_REVOKED);

        clock.advance(Duration.ofMillis(-1));
        assertThat(status(node, "t")).isEqualTo(UNKNOWN);
    }

    @Test
    void failClosedWaitsForTheLastPage() throws Exception {
        RevocationChecker node = failClosed().maxEntries(1_500).unstarted();
        for (int i = 0; i < 2_000; i++) {
            memory.add(token("t" + i));
        }

        assertThat(node.pull()).isFalse();
        assertThat(status(node, "u")).isEqualTo(UNKNOWN);
        assertThat(status(node, "t0")).isEqualTo(REVOKED);
    }

    @Test
    void manyRevocationsComeInPages() throws Exception {
        for (int i = 0; i < 10_000; i++) {
            memory.add(token("t" + i));
        }
        other.pull();

        assertThat(store.reads).hasValue(10);
        assertThat(other.size()).isEqualTo(10_000);
        assertThat(status(other, "t0")).isEqualTo(REVOKED);
        assertThat(status(other, "t9999")).isEqualTo(REVOKED);
    }

    @Test
    void pullReadsOnlyWhatIsNew() throws Exception {
        List<String> cursors = new ArrayList<>();
        RevocationChecker node = RevocationChecker.failOpen(new ForwardingStore(memory) {
                    @Override
                    public CompletionStage<RevocationDelta> since(String cursor, int limit) {
                        cursors.add(cursor);
                        return super.since(cursor, limit);
                    }
                })
                .clock(clock)
                .unstarted();
        node.pull();
        memory.add(token("t"));
        node.pull();
        node.pull();

        assertThat(cursors).containsExactly(RevocationStore.START, "0", "1");
    }

    @Test
    void revocationDuringAnOutageIsRefusedHereAtOnceAndArrivesAfterIt() throws Exception {
        for (Fault fault : List.of(Fault.FAIL, Fault.THROW)) {
            store.fault(fault);
            Revocation revocation = token("during " + fault);
            assertThat(one.revoke(revocation).toCompletableFuture()).failsWithin(BOUND);
            assertThat(status(one, "during " + fault)).isEqualTo(REVOKED);
            assertThat(one.pull()).isFalse();
            store.fault(Fault.NONE);
            other.pull();
            assertThat(status(other, "during " + fault)).isEqualTo(NOT_REVOKED);

            assertThat(one.pull()).isTrue();
            other.pull();
            assertThat(status(other, "during " + fault)).isEqualTo(REVOKED);
        }
        assertThat(all(memory)).hasSize(2);
        one.pull();
        assertThat(all(memory)).hasSize(2);
    }

    @Test
    void thousandsOfRevocationsDuringAnOutageArriveAfterIt() throws Exception {
        store.fault(Fault.FAIL);
        for (int i = 0; i < 2_500; i++) {
            assertThat(one.revoke(token("t" + i)).toCompletableFuture()).isCompletedExceptionally();
        }
        assertThat(one.revoke(subject("s", clock.instant())).toCompletableFuture())
                .isCompletedExceptionally();
        store.fault(Fault.NONE);
        one.pull();
        other.pull();

        assertThat(other.size()).isEqualTo(2_501);
    }

    @Test
    void storeThatReadsButDoesNotWriteLeavesTheCheckerFreshAndTrying() throws Exception {
        RevocationStore readOnly = new ForwardingStore(memory) {
            @Override
            public CompletionStage<Void> add(Revocation revocation) {
                throw new IllegalStateException("full");
            }
        };
        RevocationChecker node =
                RevocationChecker.failOpen(readOnly).clock(clock).unstarted();
        node.revoke(token("t"));

        assertThat(node.pull()).isFalse();
        assertThat(node.isStale()).isFalse();
    }

    @Test
    void storeThatLostItsWritesGetsOurOwnAgainAndNothingIsForgotten() throws Exception {
        List<RevocationStore> current = new ArrayList<>(List.of(memory));
        RevocationStore failingOver = new ForwardingStore(memory) {
            @Override
            RevocationStore target() {
                return current.get(0);
            }
        };
        RevocationChecker a =
                RevocationChecker.failOpen(failingOver).clock(clock).unstarted();
        RevocationChecker b =
                RevocationChecker.failOpen(failingOver).clock(clock).unstarted();
        done(a, token("by a"));
        done(b, subject("by b", clock.instant()));
        a.pull();
        b.pull();
        RevocationStore empty = RevocationStore.inMemory(100, clock);
        current.set(0, empty);
        a.pull();

        assertThat(a.size()).isEqualTo(2);
        assertThat(b.size()).isEqualTo(2);
        assertThat(all(empty)).containsExactly(token("by a"));
        b.pull();
        assertThat(all(empty)).containsExactlyInAnyOrder(token("by a"), subject("by b", clock.instant()));
    }

    @Test
    void storeThatLosesEvenTheBeginningCountsAsDown() throws Exception {
        store.fault(Fault.LOSE_POSITION);

        assertThat(one.pull()).isFalse();
        assertThat(one.isStale()).isTrue();
    }

    @Test
    void expiredRevocationsLeaveMemory() throws Exception {
        done(one, new OfToken("short", clock.instant().plusSeconds(10)));
        done(one, new OfSubject("s", clock.instant(), clock.instant().plusSeconds(10)));
        done(one, new OfToken("long", clock.instant().plusSeconds(60)));
        one.pull();
        assertThat(one.size()).isEqualTo(3);

        clock.advance(Duration.ofSeconds(10));
        store.fault(Fault.FAIL);
        one.pull();
        assertThat(one.size()).isEqualTo(1);
        assertThat(status(one, "long")).isEqualTo(REVOKED);
    }

    @Test
    void whatEndedBeforeItCouldBeSentOrReadIsLetGo() throws Exception {
        store.fault(Fault.FAIL);
        one.revoke(new OfToken("unsent", clock.instant().plusSeconds(10)));
        memory.add(new OfToken("unread", clock.instant().plusSeconds(10)));
        memory.add(token("t"));
        clock.advance(Duration.ofSeconds(10));
        store.fault(Fault.NONE);
        one.pull();

        assertThat(one.size()).isEqualTo(1);
        assertThat(all(memory)).doesNotContain(new OfToken("unsent", clock.instant()));
    }

    @Test
    void whatHasEndedAlreadyIsLeftAlone() {
        List<AuthEvent> events = new ArrayList<>();
        RevocationChecker node = failOpen().listener(events::add).unstarted();

        done(node, new OfToken("t", clock.instant()));
        assertThat(node.size()).isZero();
        assertThat(events).isEmpty();
    }

    @Test
    void endThatIsTooFarAwayIsRefused() {
        Instant latest = clock.instant().plus(memory.retention());
        done(one, new OfToken("t", latest));

        assertThatIllegalArgumentException().isThrownBy(() -> one.revoke(new OfToken("u", latest.plusMillis(1))));
        assertThat(status(one, "u")).isEqualTo(NOT_REVOKED);
    }

    @Test
    void fullCheckerRefusesMoreAndDropsNothing() throws Exception {
        List<AuthEvent> events = new ArrayList<>();
        RevocationChecker node = failOpen().maxEntries(2).listener(events::add).unstarted();
        done(node, new OfToken("a", clock.instant().plusSeconds(10)));
        done(node, subject("s", clock.instant()));
        for (Revocation more : List.of(token("b"), subject("r", clock.instant()))) {
            assertThat(node.revoke(more).toCompletableFuture())
                    .failsWithin(BOUND)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.code()).isEqualTo("OVERLOADED"));
        }
        assertThat(events).hasSize(2);
        assertThat(status(node, "a")).isEqualTo(REVOKED);
        assertThat(status(node, "b")).isEqualTo(NOT_REVOKED);
        done(node, new OfToken("a", clock.instant().plusSeconds(10)));
        done(node, subject("s", clock.instant().plusSeconds(1)));
        assertThat(node.check("t", "s", clock.instant().plusSeconds(1))).isEqualTo(REVOKED);

        clock.advance(Duration.ofSeconds(10));
        node.pull();
        done(node, token("b"));
    }

    @Test
    void othersRevocationsThatFindNoPlaceAreReadWhenThereIsSome() throws Exception {
        RevocationChecker node = failOpen().maxEntries(1).unstarted();
        done(node, new OfToken("mine", clock.instant().plusSeconds(10)));
        done(other, token("theirs"));
        assertThat(node.pull()).isFalse();
        assertThat(node.isStale()).isTrue();

        clock.advance(Duration.ofSeconds(10));
        assertThat(node.pull()).isTrue();
        assertThat(status(node, "theirs")).isEqualTo(REVOKED);
    }

    @Test
    void listenerIsToldOfWhatIsRevokedHereAndMayFail() throws Exception {
        List<AuthEvent> events = new ArrayList<>();
        RevocationChecker node = failOpen()
                .listener(event -> {
                    events.add(event);
                    throw new IllegalStateException("listener");
                })
                .unstarted();
        Instant now = clock.instant();
        done(other, token("elsewhere"));
        node.pull();
        store.fault(Fault.FAIL);
        node.revoke(token("t"));
        node.revoke(subject("s", now));

        assertThat(events).containsExactly(new AuthEvent.TokenRevoked("t"), new AuthEvent.SubjectRevoked("s", now));
    }

    @Test
    void outageIsLoggedOnceAndItsEndToo() throws Exception {
        try (LogOf log = new LogOf(RevocationChecker.class)) {
            store.fault(Fault.FAIL);
            one.pull();
            one.pull();
            store.fault(Fault.NONE);
            one.pull();
            one.pull();

            assertThat(log.messages())
                    .containsExactly(
                            "Revocations can't be exchanged with the store; trying again",
                            "Revocations are exchanged with the store again");
        }
    }

    @Test
    void closeSaysWhatTheStoreHasNotTakenAndKeepsRefusing() {
        try (LogOf log = new LogOf(RevocationChecker.class)) {
            store.fault(Fault.FAIL);
            one.revoke(token("t"));
            one.close();
            other.close();

            assertThat(log.messages()).containsExactly("Closed with 1 revocations that the store has not taken");
            assertThat(status(one, "t")).isEqualTo(REVOKED);
        }
    }

    @Test
    void threadPullsByItselfAndEndsWithTheChecker() {
        Set<Thread> before = threads();
        RevocationChecker node = failOpen().interval(Duration.ofMillis(50)).build();
        Set<Thread> started = threads();
        started.removeAll(before);
        assertThat(started)
                .singleElement()
                .satisfies(thread -> assertThat(thread.isDaemon()).isTrue());
        done(other, token("first"));
        await().until(() -> status(node, "first") == REVOKED);
        store.fault(Fault.THROW);
        int reads = store.reads.get();
        await().until(() -> store.reads.get() > reads + 1);
        store.fault(Fault.NONE);
        done(other, token("second"));
        await().until(() -> status(node, "second") == REVOKED);

        node.close();
        node.close();
        await().until(() -> started.stream().noneMatch(Thread::isAlive));
    }

    @Test
    void closeEndsAThreadThatWaitsForTheStore() {
        store.fault(Fault.HANG);
        Set<Thread> before = threads();
        RevocationChecker node = failOpen().build();
        Set<Thread> started = threads();
        started.removeAll(before);
        await().until(() -> store.reads.get() > 0);
        assertThat(started).hasSize(1);

        node.close();
        await().atMost(BOUND).until(() -> started.stream().noneMatch(Thread::isAlive));
    }

    @Test
    void storeThatNeverAnswersIsGivenUpAndAskedAgain() throws Exception {
        RevocationChecker node = failOpen().patience(Duration.ofMillis(20)).unstarted();
        store.fault(Fault.HANG);
        assertThat(node.revoke(token("t")).toCompletableFuture()).failsWithin(BOUND);
        assertThat(node.pull()).isFalse();
        store.fault(Fault.NONE);

        assertThat(node.pull()).isTrue();
        assertThat(all(memory)).containsExactly(token("t"));
    }

    @Test
    void checksPullsAndRevocationsDoNotDisturbEachOther() throws Exception {
        int revokers = 3;
        int each = 2_000;
        CyclicBarrier barrier = new CyclicBarrier(revokers + 2);
        CountDownLatch revoked = new CountDownLatch(revokers);
        ExecutorService threads = Executors.newFixedThreadPool(revokers + 2);
        try {
            List<Future<?>> tasks = new ArrayList<>();
            for (int r = 0; r < revokers; r++) {
                RevocationChecker node = r == 0 ? one : other;
                String name = "r" + r + "-";
                tasks.add(threads.submit(() -> {
                    barrier.await();
                    for (int i = 0; i < each; i++) {
                        node.revoke(token(name + i));
                        node.revoke(subject("s", clock.instant().plusMillis(i)));
                        assertThat(status(node, name + i)).isEqualTo(REVOKED);
                        assertThat(node.check("t", "s", clock.instant().plusMillis(i)))
                                .isEqualTo(REVOKED);
                    }
                    revoked.countDown();
                    return null;
                }));
            }
            for (RevocationChecker node : List.of(one, other)) {
                tasks.add(threads.submit(() -> {
                    barrier.await();
                    while (revoked.getCount() > 0) {
                        assertThat(node.pull()).isTrue();
                    }
                    return null;
                }));
            }
            for (Future<?> task : tasks) {
                task.get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        one.pull();
        other.pull();

        assertThat(one.size()).isEqualTo(revokers * each + 1);
        assertThat(other.size()).isEqualTo(revokers * each + 1);
        assertThat(other.check("t", "s", clock.instant().plusMillis(each - 1))).isEqualTo(REVOKED);
    }

    @Test
    void revocationsMadeWhileTheStoreComesAndGoesAllArrive() throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(2);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> revoking = thread.submit(() -> {
                barrier.await();
                for (int i = 0; i < 5_000; i++) {
                    one.revoke(token("t" + i));
                }
                return null;
            });
            barrier.await();
            while (!revoking.isDone()) {
                store.fault(Fault.FAIL);
                one.pull();
                store.fault(Fault.NONE);
                one.pull();
            }
            revoking.get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } finally {
            thread.shutdownNow();
        }
        one.pull();
        other.pull();

        assertThat(other.size()).isEqualTo(5_000);
    }

    @Test
    void settingsOutsideTheirBoundsAreRefused() {
        RevocationChecker.Builder builder = failOpen();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.interval(Duration.ofMillis(49)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.interval(Duration.ofMinutes(61)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxEntries(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RevocationChecker.failClosed(store, Duration.ofMillis(999)));
        assertThatIllegalArgumentException().isThrownBy(() -> RevocationChecker.failClosed(store, Duration.ofDays(2)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> failClosed().interval(Duration.ofSeconds(6)).build());
    }

    private RevocationChecker.Builder failOpen() {
        return RevocationChecker.failOpen(store).clock(clock);
    }

    private RevocationChecker.Builder failClosed() {
        return RevocationChecker.failClosed(store, STALE).clock(clock);
    }

    private Revocation token(String id) {
        return new OfToken(id, clock.instant().plusSeconds(300));
    }

    private Revocation subject(String subject, Instant notBefore) {
        return new OfSubject(subject, notBefore, clock.instant().plusSeconds(300));
    }

    private RevocationStatus status(RevocationChecker node, String tokenId) {
        return node.check(tokenId, "somebody", clock.instant());
    }

    private static void done(RevocationChecker node, Revocation revocation) {
        assertThat(node.revoke(revocation).toCompletableFuture()).succeedsWithin(BOUND);
    }

    private static List<Revocation> all(RevocationStore store) {
        return ((RevocationDelta.Page) store.since(RevocationStore.START, 10_000)
                        .toCompletableFuture()
                        .join())
                .revocations();
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("scalable-api-revocation"))
                .collect(Collectors.toSet());
    }

    /** What a class logs while this is open. */
    private static final class LogOf implements AutoCloseable {
        private final Logger logger;
        private final ListAppender<ILoggingEvent> log = new ListAppender<>();

        LogOf(Class<?> source) {
            logger = (Logger) LoggerFactory.getLogger(source);
            log.start();
            logger.addAppender(log);
        }

        List<String> messages() {
            return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
        }

        @Override
        public void close() {
            logger.detachAppender(log);
        }
    }

    /** A store on another. */
    private static class ForwardingStore implements RevocationStore {
        private final RevocationStore store;

        ForwardingStore(RevocationStore store) {
            this.store = store;
        }

        RevocationStore target() {
            return store;
        }

        @Override
        public CompletionStage<Void> add(Revocation revocation) {
            return target().add(revocation);
        }

        @Override
        public CompletionStage<RevocationDelta> since(String cursor, int limit) {
            return target().since(cursor, limit);
        }

        @Override
        public Duration retention() {
            return target().retention();
        }
    }
}
