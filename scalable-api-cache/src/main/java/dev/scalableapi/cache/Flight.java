package dev.scalableapi.cache;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A value of the near level that is there or on its way; what Caffeine holds. When its load fails it completes with
 * null: Caffeine drops it then, as it would after a failure, but does not log each one with its stack trace. Those who
 * wait are answered after Caffeine has taken note.
 */
final class Flight<V> extends CompletableFuture<NearEntry<V>> {
    private final CompletableFuture<Cached<V>> answer = new CompletableFuture<>();

    static <V> Flight<V> landed(NearEntry<V> entry) {
        Flight<V> flight = new Flight<>();
        flight.land(entry);
        return flight;
    }

    void land(NearEntry<V> entry) {
        complete(entry);
        answer.complete(entry.first());
    }

    void fail(Throwable failure) {
        complete(null);
        answer.completeExceptionally(failure);
    }

    /** A caller's own stage. */
    CompletionStage<Cached<V>> answer() {
        return answer.copy();
    }

    /** The value, if it is there. */
    @Nullable NearEntry<V> entry() {
        return isDone() ? join() : null;
    }
}
