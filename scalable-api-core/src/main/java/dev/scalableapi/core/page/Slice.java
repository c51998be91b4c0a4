package dev.scalableapi.core.page;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list between two cursors, as clients see it. Immutable.
 *
 * @param items what it holds, in order; copied, without nulls
 * @param nextCursor asks for what follows; null at the end
 * @param previousCursor asks for what is before; null at the start
 * @param <T> what an item is
 */
@JsonPropertyOrder({"items", "nextCursor", "previousCursor", "hasMore"})
public record Slice<T>(
        List<T> items,
        @Nullable String nextCursor,
        @Nullable String previousCursor) {
    /**
     * Copies the items.
     *
     * @param items what it holds, in order
     * @param nextCursor asks for what follows
     * @param previousCursor asks for what is before
     */
    public Slice {
        items = List.copyOf(items);
    }

    /** {@return whether something follows, as far as is known: after a step back, it is what the client came from} */
    @JsonProperty
    public boolean hasMore() {
        return nextCursor != null;
    }

    /**
     * {@return the same slice of other items}
     *
     * @param mapping makes one of the other items from one of these
     * @param <R> what an item becomes
     */
    public <R> Slice<R> map(Function<? super T, ? extends R> mapping) {
        List<R> mapped = items.stream().<R>map(mapping).toList();
        return new Slice<>(mapped, nextCursor, previousCursor);
    }

    /** {@return how many items there are, and whether something follows: a cursor tells of a row} */
    @Override
    public String toString() {
        return "Slice[" + items.size() + " items" + (hasMore() ? ", more]" : "]");
    }
}
