package dev.scalableapi.core.http;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One request's way through the server: the only mutable carrier, shared by all copies of the request. Filters leave
 * attributes here for one another, and learn here when the response has been written. Thread-safe and lock-free.
 */
public final class Exchange {
    /**
     * The failure behind an error response of status 500 or more, for telemetry: the exception that was not expected,
     * or an {@link ApiException} with a cause. The filter that renders the response puts it.
     */
    public static final AttributeKey<Throwable> FAILURE = AttributeKey.create("failure");

    private final long startedNanos = System.nanoTime();
    private final AtomicReference<@Nullable Attribute> attributes = new AtomicReference<>();
    private final AtomicReference<Ending> ending = new AtomicReference<>(Ending.Pending.NONE);
    private final AtomicReference<@Nullable String> ownTraceId = new AtomicReference<>();
    private volatile Context context;

    private Exchange(Context context) {
        this.context = context;
    }

    /** {@return a new exchange, started now, in the caller's OpenTelemetry context} */
    public static Exchange start() {
        return new Exchange(Context.current());
    }

    /**
     * {@return the attribute of this key, if one was put}
     *
     * @param key which one
     * @param <T> its type
     */
    public <T> Optional<T> get(AttributeKey<T> key) {
        for (Attribute a = attributes.get(); a != null; a = a.next) {
            if (a.key == key) {
                return Optional.of(key.cast(a.value));
            }
        }
        return Optional.empty();
    }

    /**
     * Puts an attribute; a later value hides an earlier one of the same key, which stays in memory until the exchange
     * ends.
     *
     * @param key which one
     * @param value its value
     * @param <T> its type
     */
    public <T> void put(AttributeKey<T> key, T value) {
        Objects.requireNonNull(value, key::toString);
        Attribute head;
        do {
            head = attributes.get();
        } while (!attributes.compareAndSet(head, new Attribute(key, value, head)));
    }

    /** {@return the OpenTelemetry context of the request: its server span, once telemetry has begun one} */
    public Context context() {
        return context;
    }

    /**
     * Replaces the context; for the filter that begins the span.
     *
     * @param context the new one
     */
    public void context(Context context) {
        this.context = context;
    }

    /**
     * {@return the trace id that the client, the log and the trace share} It is the one of the span in the context
     * (W3C Trace Context); where there is no valid span, a random one, the same at each call.
     */
    public String traceId() {
        SpanContext span = Span.fromContext(context).getSpanContext();
        return span.isValid() ? span.getTraceId() : ownTraceId();
    }

    private String ownTraceId() {
        String id = ownTraceId.get();
        if (id == null) {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            ownTraceId.compareAndSet(null, TraceId.fromLongs(random.nextLong(), random.nextLong() | 1));
            id = ownTraceId.get();
        }
        return String.valueOf(id);
    }

    /**
     * Calls back once when the exchange ends, or at once if it has ended. Callbacks run in reverse order of
     * registration, as nested filters would unwind, in the exchange's OpenTelemetry context and with the MDC of their
     * registration; one that throws is logged and hinders no other.
     *
     * @param callback told how the exchange ended; must not block
     */
    public void onEnd(Consumer<Outcome> callback) {
        Map<String, String> mdc = MDC.getCopyOfContextMap();
        Ending now;
        do {
            now = ending.get();
            if (now instanceof Ending.Ended ended) {
                call(callback, mdc, ended.outcome());
                return;
            }
        } while (!(now instanceof Ending.Pending pending
                && ending.compareAndSet(pending, pending.with(callback, mdc))));
    }

    /**
     * Ends the exchange; for adapters. Only the first call counts.
     *
     * @param status the status sent
     * @param bytes the bytes of the body that were written
     * @param cause what cut the response short; null when all was written
     */
    public void end(int status, long bytes, @Nullable Throwable cause) {
        Outcome outcome = new Outcome(
                status, bytes, Duration.ofNanos(System.nanoTime() - startedNanos), Optional.ofNullable(cause));
        Ending before = ending.getAndUpdate(now -> now instanceof Ending.Ended ? now : new Ending.Ended(outcome));
        if (before instanceof Ending.Pending pending) {
            for (Callback c = pending.last(); c != null; c = c.earlier) {
                call(c.action, c.mdc, outcome);
            }
        }
    }

    private void call(Consumer<Outcome> callback, @Nullable Map<String, String> mdc, Outcome outcome) {
        try {
            new ThreadContext(context, mdc).wrap(() -> callback.accept(outcome)).run();
        } catch (Throwable e) {
            LoggerFactory.getLogger(Exchange.class).warn("A callback for the end of an exchange failed", e);
        }
    }

    @Override
    public String toString() {
        return "Exchange[ended=" + (ending.get() instanceof Ending.Ended) + "]";
    }

    private record Attribute(
            AttributeKey<?> key, Object value, @Nullable Attribute next) {}

    private record Callback(
            Consumer<Outcome> action,
            @Nullable Map<String, String> mdc,
            @Nullable Callback earlier) {}

    private sealed interface Ending {
        record Pending(@Nullable Callback last) implements Ending {
            private static final Pending NONE = new Pending(null);

            Pending with(Consumer<Outcome> callback, @Nullable Map<String, String> mdc) {
                return new Pending(new Callback(callback, mdc, last));
            }
        }

        record Ended(Outcome outcome) implements Ending {}
    }
}
