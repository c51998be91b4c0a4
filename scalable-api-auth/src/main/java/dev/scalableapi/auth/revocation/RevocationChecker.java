package dev.scalableapi.auth.revocation;

import dev.scalableapi.auth.audit.AuthEvent;
import dev.scalableapi.auth.audit.AuthEventListener;
import dev.scalableapi.core.http.ApiException;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleGauge;
import io.opentelemetry.api.metrics.ObservableLongGauge;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Knows which access tokens have been taken back before their time. What one node revokes, that node refuses from then
 * on, and every other one after its next pull: a thread of the checker reads from the {@link RevocationStore} what was
 * added, once a second unless set otherwise, so that no request waits for the store.
 *
 * <p>A checker never forgets a revocation before its end, whatever happens to the store. While the store is down, it
 * answers as it was told at its creation: {@link #failOpen} from what it knows, {@link #failClosed} with
 * {@link RevocationStatus#UNKNOWN}. What was revoked here and the store has not taken, or has lost, is added again until
 * the store has it.
 *
 * <p>Thread-safe. It holds one object of some 200 bytes for each revoked token or subject until the end of the
 * revocation, up to a bound; beyond it nothing is dropped: {@link #revoke} fails, and the reading of others'
 * revocations stops as if the store were down, until others have ended. Close it to end its thread.
 */
public final class RevocationChecker implements AutoCloseable {
    private final RevocationStore store;
    private final RevocationSet known;
    private final RevocationSync sync;
    private final PullThread thread;
    private final boolean isFailClosed;
    private final Duration maxStaleness;
    private final AuthEventListener listener;
    private final Clock clock;
    private final List<Runnable> gauges;

    private RevocationChecker(Builder builder) {
        store = builder.store;
        known = new RevocationSet(builder.maxEntries);
        sync = new RevocationSync(store, known, builder.maxEntries, builder.patience, builder.clock);
        thread = new PullThread(sync::pull, new PullDelay(builder.interval));
        isFailClosed = builder.maxStaleness.isPresent();
        maxStaleness = builder.maxStaleness.orElseGet(() -> staleAfter(builder.interval));
        listener = builder.listener.guarded();
        clock = builder.clock;
        gauges = gauges(builder.telemetry.getMeter("dev.scalableapi.auth"));
    }

    /** Makes the gauges, and says how to end each. */
    private List<Runnable> gauges(Meter meter) {
        ObservableDoubleGauge age = meter.gaugeBuilder("scalableapi.auth.revocations.age")
                .setDescription("Time since revocations were last read from the store")
                .setUnit("s")
                .buildWithCallback(now -> age().ifPresent(since -> now.record(since.toMillis() / 1000.0)));
        ObservableLongGauge stale = meter.gaugeBuilder("scalableapi.auth.revocations.stale")
                .setDescription("1 while revocations of other nodes may be missing, else 0")
                .setUnit("1")
                .ofLongs()
                .buildWithCallback(now -> now.record(isStale() ? 1 : 0));
        ObservableLongGauge known = meter.gaugeBuilder("scalableapi.auth.revocations.known")
                .setDescription("Revocations in force that are held in memory")
                .setUnit("{revocation}")
                .ofLongs()
                .buildWithCallback(now -> now.record(size()));
        return List.of(age::close, stale::close, known::close);
    }

    private static Duration staleAfter(Duration interval) {
        Duration missed = interval.multipliedBy(5);
        return missed.compareTo(Builder.LEAST_STALENESS) < 0 ? Builder.LEAST_STALENESS : missed;
    }

    /**
     * {@return a builder of checkers that go on without their store} They refuse what they know to be revoked and let all
     * else pass; {@link #isStale()} tells, once nothing could be read for five intervals and at least five seconds. For
     * APIs that rather serve a revoked token until it expires than refuse everybody.
     *
     * @param store where nodes tell each other; the caller closes it, after the checker
     */
    public static Builder failOpen(RevocationStore store) {
        return new Builder(store, Optional.empty());
    }

    /**
     * {@return a builder of checkers that accept no token without recent word from their store} For APIs that rather
     * refuse everybody than serve a revoked token.
     *
     * @param store where nodes tell each other; the caller closes it, after the checker
     * @param maxStaleness how old the last successful pull may be, from 1 second to 1 day; build refuses less than two
     *     intervals
     * @throws IllegalArgumentException if the staleness is outside
     */
    public static Builder failClosed(RevocationStore store, Duration maxStaleness) {
        if (maxStaleness.compareTo(Duration.ofSeconds(1)) < 0 || maxStaleness.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("maxStaleness must be from 1 second to 1 day");
        }
        return new Builder(store, Optional.of(maxStaleness));
    }

    /**
     * Says what is known of a token that is valid otherwise. Takes no lock and asks no store.
     *
     * @param tokenId its claim {@code jti}
     * @param subject its claim {@code sub}
     * @param issuedAt its claim {@code iat}
     * @return whether it may be accepted; {@link RevocationStatus#UNKNOWN} from a fail-closed checker alone
     */
    public RevocationStatus check(String tokenId, String subject, Instant issuedAt) {
        if (known.isRevoked(tokenId, subject, issuedAt)) {
            return RevocationStatus.REVOKED;
        }
        return isFailClosed && isStale() ? RevocationStatus.UNKNOWN : RevocationStatus.NOT_REVOKED;
    }

    /**
     * Revokes a token, or what a subject was issued. When this returns, this checker refuses it, whether the store can be
     * reached or not; what has ended already is left alone.
     *
     * @param revocation what is no longer accepted
     * @return completes when the store has it, so that the other nodes' next pull finds it. Fails if the store does not
     *     answer: then it is added again in the background for as long as this checker is open. Fails with an
     *     {@link ApiException} 503 {@code OVERLOADED}, and revokes nothing, if this checker holds as many as it may
     * @throws IllegalArgumentException if its end is further away than the store's {@link RevocationStore#retention()}
     */
    public CompletionStage<Void> revoke(Revocation revocation) {
        Instant now = clock.instant();
        if (revocation.until().isAfter(now.plus(store.retention()))) {
            throw new IllegalArgumentException("until must not be further away than the store's retention");
        }
        if (!revocation.until().isAfter(now)) {
            return CompletableFuture.completedFuture(null);
        }
        if (!known.add(revocation)) {
            return CompletableFuture.failedFuture(ApiException.overloaded());
        }
        listener.onEvent(event(revocation));
        return sync.publish(revocation);
    }

    private static AuthEvent event(Revocation revocation) {
        return revocation instanceof Revocation.OfSubject subject
                ? new AuthEvent.SubjectRevoked(subject.subject(), subject.notBefore())
                : new AuthEvent.TokenRevoked(((Revocation.OfToken) revocation).tokenId());
    }

    /** {@return whether the last successful pull is too old to rely on, or there was none yet} */
    public boolean isStale() {
        return sync.isOlderThan(maxStaleness);
    }

    /** {@return the time since the last successful pull; empty before the first} */
    public Optional<Duration> age() {
        return sync.age();
    }

    /** {@return how many tokens and subjects are revoked, as far as this checker knows} */
    public int size() {
        return known.size();
    }

    /** Reads from the store now, on this thread, and says whether that worked. */
    boolean pull() throws InterruptedException {
        return sync.pull();
    }

    /** Ends the checker's thread. What it knows it still refuses. */
    @Override
    public void close() {
        thread.close();
        sync.close();
        gauges.forEach(Runnable::run);
    }

    /** Collects a checker's settings. Not thread-safe. */
    public static final class Builder {
        private static final Duration LEAST_STALENESS = Duration.ofSeconds(5);
        private static final Duration LEAST_INTERVAL = Duration.ofMillis(50);
        private static final Duration LONGEST_INTERVAL = Duration.ofHours(1);

        private final RevocationStore store;
        private final Optional<Duration> maxStaleness;
        private Duration interval = Duration.ofSeconds(1);
        private int maxEntries = 1_000_000;
        private AuthEventListener listener = AuthEventListener.noop();
        private OpenTelemetry telemetry = OpenTelemetry.noop();
        private Clock clock = Clock.systemUTC();
        private Duration patience = Duration.ofSeconds(10);

        private Builder(RevocationStore store, Optional<Duration> maxStaleness) {
            this.store = store;
            this.maxStaleness = maxStaleness;
        }

        /**
         * Sets how long the checker rests between two pulls; one second unless set. It may rest for up to a quarter less,
         * so that nodes do not march in step, and rests longer while the store is down: five seconds at the most, or an
         * interval that is longer.
         *
         * @param interval from 50 milliseconds to an hour
         * @return this
         * @throws IllegalArgumentException if the interval is outside
         */
        public Builder interval(Duration interval) {
            if (interval.compareTo(LEAST_INTERVAL) < 0 || interval.compareTo(LONGEST_INTERVAL) > 0) {
                throw new IllegalArgumentException("interval must be from 50 ms to 1 hour");
            }
            this.interval = interval;
            return this;
        }

        /**
         * Sets how many revocations the checker holds at the most; a million unless set.
         *
         * @param maxEntries at least 1
         * @return this
         * @throws IllegalArgumentException if the bound is below 1
         */
        public Builder maxEntries(int maxEntries) {
            if (maxEntries < 1) {
                throw new IllegalArgumentException("maxEntries must be at least 1");
            }
            this.maxEntries = maxEntries;
            return this;
        }

        /**
         * Sets who is told of what is revoked here, on the thread that revokes; nobody unless set.
         *
         * @param listener for the audit trail
         * @return this
         */
        public Builder listener(AuthEventListener listener) {
            this.listener = listener;
            return this;
        }

        /**
         * Sets where the metrics {@code scalableapi.auth.revocations.age}, {@code .stale} and {@code .known} go.
         *
         * @param telemetry the application's
         * @return this
         */
        public Builder openTelemetry(OpenTelemetry telemetry) {
            this.telemetry = telemetry;
            return this;
        }

        /**
         * Sets the clock; the system's unless set.
         *
         * @param clock tells when revocations end, and how old the last pull is
         * @return this
         */
        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /**
         * {@return a checker, which begins to read}
         *
         * @throws IllegalArgumentException if the staleness is less than two intervals
         */
        public RevocationChecker build() {
            RevocationChecker checker = unstarted();
            checker.thread.start();
            return checker;
        }

        /** How long a store may take, should it never answer. */
        Builder patience(Duration patience) {
            this.patience = patience;
            return this;
        }

        /** A checker that reads only when a test tells it to. */
        RevocationChecker unstarted() {
            if (maxStaleness.isPresent() && maxStaleness.get().compareTo(interval.multipliedBy(2)) < 0) {
                throw new IllegalArgumentException("maxStaleness must be at least two intervals");
            }
            return new RevocationChecker(this);
        }
    }
}
