package dev.scalableapi.auth;

import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ThreadContext;
import dev.scalableapi.core.internal.WarningPacer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleGauge;
import io.opentelemetry.context.Context;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The public keys that an issuer publishes as a JWK set (RFC 7517 section 5), fetched over HTTPS and kept fresh.
 *
 * <ul>
 *   <li><b>No request waits for a key that is known.</b> The set is fetched anew in the background once four fifths of its
 *       time to live have passed, whether or not there are requests. So a key that the issuer removes is refused within
 *       the time to live.
 *   <li><b>Unknown keys.</b> A token that names one waits for a fetch; all that come meanwhile share it, and there is at
 *       most one fetch in each interval, however many keys are named. In between, unknown keys are rejected at once.
 *   <li><b>An issuer that is down</b> is asked again at each interval. Once a fetch has failed, the keys stay in use beyond
 *       their time to live, but no longer than the stale-if-error limit; then there are none, until it answers. Without a
 *       failed fetch, as after the process stood still, they end with their time to live: the next token waits for a
 *       fetch. While there are no keys, or the last fetch has failed, tokens with an unknown key get 503 and not 401
 *       ({@link Verification.Reason#KEYS_UNAVAILABLE}): the issuer may have begun to sign with a key that is not here.
 *   <li><b>A response</b> is at most 64 KiB, strict JSON, without redirects. Its keys are read as by
 *       {@link VerificationKeySet#fromJwks(String)}; skipped keys are logged once. A response without a usable key, or with
 *       secret keys beside public ones or only secret keys, counts as a failed fetch.
 * </ul>
 *
 * <p>Thread-safe. It begins with no keys and fetches the first ones at once, in the background; a token that arrives
 * before, with or without a key id, waits for them. Close it to end its thread.
 */
public final class RemoteJwkSet implements VerificationKeySource, AutoCloseable {
    static final VerificationKeySet NO_KEYS = VerificationKeySet.ofAny(List.of());
    /** An issuer whose keys change at each fetch does not fill the log, nor the memory of what was logged. */
    private static final int MAX_LOGGED = 1000;

    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");

    private final Endpoint endpoint;
    private final KeyLocator locator;
    private final Duration timeToLive;
    private final Duration interval;
    private final Duration staleIfError;
    private final ScheduledThreadPoolExecutor scheduler = scheduler();
    private final WarningPacer warnings = WarningPacer.create();
    private final Attributes source;
    private final LongSupplier nanoTime;
    private final LongCounter fetches;
    private final ObservableDoubleGauge ageGauge;

    private volatile Fetched fetched = Fetched.NOTHING;
    private volatile boolean lastFetchFailed;

    /** Which skipped keys have been logged. Guarded by this, as are the next three. */
    private final Set<PublishedKeys.Skipped> logged = new HashSet<>();

    private CompletableFuture<Void> fetch = CompletableFuture.completedFuture(null);

    private @Nullable Long lastStart;

    private @Nullable ScheduledFuture<?> next;

    private RemoteJwkSet(Builder builder) {
        endpoint = new Endpoint(
                Endpoint.checked(builder.uri, builder.plainHttpPermitted), builder.client, builder.timeout);
        locator = builder.locator;
        timeToLive = builder.timeToLive;
        interval = builder.interval;
        staleIfError = builder.staleIfError;
        source = endpoint.attributes();
        nanoTime = builder.nanoTime;
        Meter meter = builder.telemetry.getMeter("dev.scalableapi.auth");
        fetches = meter.counterBuilder("scalableapi.auth.key_set.fetches")
                .setDescription("Fetches of the issuer's keys, by outcome")
                .setUnit("{fetch}")
                .build();
        ageGauge = meter.gaugeBuilder("scalableapi.auth.key_set.age")
                .setDescription("Time since the issuer's keys were last fetched")
                .setUnit("s")
                .buildWithCallback(now -> age().ifPresent(age -> now.record(age.toMillis() / 1000.0, source)));
    }

    private static ScheduledThreadPoolExecutor scheduler() {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "scalable-api-keys");
            thread.setDaemon(true);
            return thread;
        });
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        scheduler.setRemoveOnCancelPolicy(true);
        scheduler.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        return scheduler;
    }

    /**
     * {@return a builder}
     *
     * @param uri where the issuer publishes its keys: {@code https}, or on this machine {@code http}
     */
    public static Builder builder(URI uri) {
        return new Builder(uri);
    }

    /** {@return the keys that were fetched last; none before the first fetch, and once they are too old} */
    @Override
    public VerificationKeySet current() {
        Fetched now = fetched;
        return now.isUsable(nanoTime.getAsLong()) ? now.keys : NO_KEYS;
    }

    @Override
    public CompletionStage<VerificationKeySet> refreshed() {
        CompletableFuture<Void> shared = fetchIfDue();
        if (shared.isDone()) {
            return CompletableFuture.completedFuture(current());
        }
        CompletableFuture<VerificationKeySet> mine = new CompletableFuture<>();
        ThreadContext caller = ThreadContext.capture(Context.current());
        CompletionStage<Void> over = shared;
        over.whenComplete(
                (done, failure) -> caller.wrap(() -> mine.complete(current())).run());
        return mine;
    }

    /** {@return whether the last fetch failed or there are no keys, so that keys may be missing} */
    @Override
    public boolean isStale() {
        return lastFetchFailed || current().isEmpty();
    }

    /** {@return how long ago the keys were fetched, successfully; empty before the first time} */
    public Optional<Duration> age() {
        Fetched now = fetched;
        return now.keys == NO_KEYS ? Optional.empty() : Optional.of(Duration.ofNanos(nanoTime.getAsLong() - now.at));
    }

    /** The fetch that is under way, or a new one, or one that is over, if it began within the interval. */
    private synchronized CompletableFuture<Void> fetchIfDue() {
        boolean tooSoon = lastStart != null && nanoTime.getAsLong() - lastStart < interval.toNanos();
        return tooSoon ? fetch : fetchNow();
    }

    /** The fetch that is under way, or a new one. While one that began in time is under way, the keys are not late. */
    private synchronized CompletableFuture<Void> fetchNow() {
        if (fetch.isDone() && !scheduler.isShutdown()) {
            long now = nanoTime.getAsLong();
            lastStart = now;
            if (fetched.isUsable(now)) {
                fetched = fetched.excused();
            }
            fetch = fetch(fetched);
        }
        return fetch;
    }

    /** Never fails: the outcome is in the keys. */
    private CompletableFuture<Void> fetch(Fetched before) {
        return ask(before).thenAccept(answer -> fetched = answer).handle((done, failure) -> {
            fetches.add(
                    1,
                    source.toBuilder()
                            .put(OUTCOME, failure == null ? "success" : "failure")
                            .build());
            if (failure != null) {
                fetched = before.excused();
                warn(failure);
            }
            lastFetchFailed = failure != null;
            scheduleNext(failure == null ? fetched.freshness.multipliedBy(4).dividedBy(5) : interval);
            return null;
        });
    }

    private CompletableFuture<Fetched> ask(Fetched before) {
        long start = System.nanoTime();
        return locator.locate(endpoint, start).thenCompose(location -> {
            Endpoint keys = endpoint.at(location.uri()).since(start);
            HttpRequest.Builder request = keys.request();
            if (location.equals(before.location)) {
                before.entityTag.ifPresent(tag -> request.header("If-None-Match", tag));
            }
            return keys.send(request.build()).thenApply(answer -> taken(answer, location, before));
        });
    }

    private void warn(Throwable failure) {
        if (warnings.isDue()) {
            LoggerFactory.getLogger(RemoteJwkSet.class)
                    .warn("The issuer's keys could not be fetched", ApiPipeline.cause(failure));
        }
    }

    private Fetched taken(HttpResponse<byte[]> answer, KeyLocator.Location location, Fetched before) {
        Duration freshness = freshness(answer);
        if (answer.statusCode() == 304 && before.keys != NO_KEYS && location.equals(before.location)) {
            return fetched(before.keys, location, before.entityTag, freshness);
        }
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("The address of the keys answered with the status " + answer.statusCode());
        }
        VerificationKeySet keys = merged(before.keys, published(answer.body(), location.algorithms()));
        return fetched(keys, location, answer.headers().firstValue("ETag"), freshness);
    }

    private Fetched fetched(
            VerificationKeySet keys, KeyLocator.Location location, Optional<String> entityTag, Duration freshness) {
        long now = nanoTime.getAsLong();
        long end = now + freshness.toNanos();
        return new Fetched(keys, location, entityTag, freshness, now, end, end + staleIfError.toNanos(), false);
    }

    private List<VerificationKey> published(byte[] json, Set<SignatureAlgorithm> algorithms) {
        PublishedKeys published = PublishedKeys.read(json, algorithms);
        for (PublishedKeys.Skipped skipped : published.skipped()) {
            logOnce(skipped);
        }
        if (published.keys().get(0).algorithm().isSymmetric()) {
            throw new IllegalStateException("The issuer publishes secret keys");
        }
        return published.keys();
    }

    private synchronized void logOnce(PublishedKeys.Skipped skipped) {
        if (logged.size() < MAX_LOGGED && logged.add(skipped)) {
            skipped.log(RemoteJwkSet.class);
        }
    }

    /** A known key stays the same object, and so does an unchanged set: what was prepared for it is kept. */
    private static VerificationKeySet merged(VerificationKeySet before, List<VerificationKey> fetched) {
        List<VerificationKey> merged = fetched.stream()
                .map(key -> before.find(key.kid()).filter(key::equals).orElse(key))
                .toList();
        return merged.equals(before.keys()) ? before : VerificationKeySet.ofAny(merged);
    }

    /** The issuer may ask for less than our time to live, though not for more fetches than one an interval. */
    private Duration freshness(HttpResponse<byte[]> answer) {
        Duration freshness = timeToLive;
        for (String directive :
                answer.headers().firstValue("Cache-Control").orElse("").split(",", 16)) {
            String[] parts = directive.strip().split("=", 2);
            if (parts.length == 2 && parts[0].equalsIgnoreCase("max-age") && parts[1].matches("[0-9]{1,9}")) {
                Duration asked = Duration.ofSeconds(Long.parseLong(parts[1]));
                freshness = asked.compareTo(freshness) < 0 ? asked : freshness;
            }
        }
        return freshness.compareTo(interval) < 0 ? interval : freshness;
    }

    /** Instead of the one that was to be next: else each fetch for an unknown key would add one for ever. */
    private synchronized void scheduleNext(Duration delay) {
        if (next != null) {
            next.cancel(false);
        }
        next = scheduler.schedule(this::fetchInBackground, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Whatever the interval, which is there for those who name keys. */
    private void fetchInBackground() {
        CompletableFuture<Void> unused = fetchNow();
    }

    /** Ends the fetching; the keys stay until they are too old. */
    @Override
    public void close() {
        scheduler.shutdown();
        ageGauge.close();
    }

    /** {@return the ids and algorithms of the keys} */
    @Override
    public String toString() {
        return "RemoteJwkSet" + current().keys();
    }

    /**
     * What was fetched, where and when, and until when it may be used, in nanoseconds: for its time to live, and longer
     * only with an excuse, which is a fetch that failed, or one that began in time and is under way.
     */
    private record Fetched(
            VerificationKeySet keys,
            KeyLocator.@Nullable Location location,
            Optional<String> entityTag,
            Duration freshness,
            long at,
            long end,
            long lateEnd,
            boolean isExcused) {
        private static final Fetched NOTHING =
                new Fetched(NO_KEYS, null, Optional.empty(), Duration.ZERO, 0, 0, 0, false);

        private boolean isUsable(long now) {
            return now - (isExcused ? lateEnd : end) <= 0;
        }

        private Fetched excused() {
            return new Fetched(keys, location, entityTag, freshness, at, end, lateEnd, true);
        }
    }

    /** Collects the settings. Not thread-safe. */
    public static final class Builder {
        private static final Duration LEAST = Duration.ofMillis(50);
        private static final Duration LONGEST = Duration.ofDays(1);

        private final URI uri;
        private boolean plainHttpPermitted;
        private HttpClient client = Endpoint.client();
        private Duration timeToLive = Duration.ofMinutes(5);
        private Duration interval = Duration.ofSeconds(30);
        private Duration staleIfError = Duration.ofHours(1);
        private Duration timeout = Duration.ofSeconds(5);
        private OpenTelemetry telemetry = OpenTelemetry.noop();
        private LongSupplier nanoTime = System::nanoTime;

        private KeyLocator locator;

        private Builder(URI uri) {
            this.uri = uri;
            locator = KeyLocator.at(uri);
        }

        /** Sets how the address of the keys is found, if the builder's own is that of the issuer. */
        Builder locator(KeyLocator locator) {
            this.locator = locator;
            return this;
        }

        boolean isPlainHttpPermitted() {
            return plainHttpPermitted;
        }

        /**
         * Permits {@code http} to other machines: only where the network itself proves who answers, as a service mesh
         * does. Whoever can answer for the issuer can sign tokens.
         *
         * @return this
         */
        public Builder permitPlainHttp() {
            plainHttpPermitted = true;
            return this;
        }

        /**
         * Sets what asks the issuer, such as one with a trust store of its own; unless set, one that follows no redirect.
         *
         * @param client must not follow redirects
         * @return this
         * @throws IllegalArgumentException if it does
         */
        public Builder httpClient(HttpClient client) {
            if (client.followRedirects() != HttpClient.Redirect.NEVER) {
                throw new IllegalArgumentException("The client must not follow redirects");
            }
            this.client = client;
            return this;
        }

        /**
         * Sets how long keys are used before they have been fetched anew; five minutes unless set. The issuer may ask for
         * less with {@code Cache-Control: max-age}.
         *
         * @param timeToLive from 50 milliseconds to a day
         * @return this
         * @throws IllegalArgumentException if it is outside
         */
        public Builder timeToLive(Duration timeToLive) {
            this.timeToLive = within(timeToLive, LEAST, "timeToLive");
            return this;
        }

        /**
         * Sets how long after a fetch none is begun for an unknown key, and how long after one that failed the next is;
         * 30 seconds unless set.
         *
         * @param interval from 50 milliseconds to a day
         * @return this
         * @throws IllegalArgumentException if it is outside
         */
        public Builder interval(Duration interval) {
            this.interval = within(interval, LEAST, "interval");
            return this;
        }

        /**
         * Sets how long keys are used beyond their time to live once a fetch has failed; one hour unless set.
         *
         * @param staleIfError from zero to a day
         * @return this
         * @throws IllegalArgumentException if it is outside
         */
        public Builder staleIfError(Duration staleIfError) {
            this.staleIfError = within(staleIfError, Duration.ZERO, "staleIfError");
            return this;
        }

        /**
         * Sets how long a fetch may take; five seconds unless set.
         *
         * @param timeout from 50 milliseconds to a day
         * @return this
         * @throws IllegalArgumentException if it is outside
         */
        public Builder timeout(Duration timeout) {
            this.timeout = within(timeout, LEAST, "timeout");
            return this;
        }

        /**
         * Sets where the metrics {@code scalableapi.auth.key_set.age} and {@code scalableapi.auth.key_set.fetches} go.
         *
         * @param telemetry the application's
         * @return this
         */
        public Builder openTelemetry(OpenTelemetry telemetry) {
            this.telemetry = telemetry;
            return this;
        }

        /** Goes by another clock, for tests; but for the background, which goes by real time. */
        Builder nanoTime(LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
            return this;
        }

        private static Duration within(Duration value, Duration least, String name) {
            if (value.compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(name + " must be from " + least + " to " + LONGEST);
            }
            return value;
        }

        /**
         * {@return the keys, of which the first are fetched now, in the background}
         *
         * @throws IllegalArgumentException if the address is none of a server, or plain {@code http} without permission, or
         *     the time to live is shorter than the interval
         */
        public RemoteJwkSet build() {
            if (timeToLive.compareTo(interval) < 0) {
                throw new IllegalArgumentException("timeToLive must not be shorter than the interval");
            }
            RemoteJwkSet keys = new RemoteJwkSet(this);
            keys.fetchInBackground();
            return keys;
        }
    }
}
