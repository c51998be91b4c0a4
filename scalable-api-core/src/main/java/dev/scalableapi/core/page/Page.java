package dev.scalableapi.core.page;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.function.Function;

/**
 * A page of a collection, as clients see it. Immutable.
 *
 * @param items what the page holds, in order; copied, without nulls
 * @param currentPage counted from 1
 * @param totalPages 0 when the collection is empty
 * @param totalItems how many items the collection has
 * @param <T> what an item is
 */
@JsonPropertyOrder({"items", "currentPage", "totalPages", "totalItems"})
public record Page<T>(List<T> items, int currentPage, long totalPages, long totalItems) {
    /**
     * Copies the items.
     *
     * @param items what the page holds, in order
     * @param currentPage counted from 1
     * @param totalPages counted from 0
     * @param totalItems counted from 0
     * @throws IllegalArgumentException if a number is out of range
     */
    public Page {
        if (currentPage < 1 || totalPages < 0 || totalItems < 0) {
            throw new IllegalArgumentException("A page counts from 1, and its totals from 0");
        }
        items = List.copyOf(items);
    }

    /**
     * {@return the answer to a page request}
     *
     * @param items what was found; none beyond the end
     * @param request what was asked for
     * @param totalItems how many items the collection has
     * @param <T> what an item is
     * @throws IllegalArgumentException if the total is negative
     */
    public static <T> Page<T> of(List<T> items, PageRequest request, long totalItems) {
        long wholePages = totalItems / request.limit();
        long totalPages = totalItems % request.limit() == 0 ? wholePages : wholePages + 1;
        return new Page<>(items, request.page(), totalPages, totalItems);
    }

    /**
     * {@return the same page of other items}
     *
     * @param mapping makes one of the other items from one of these
     * @param <R> what an item becomes
     */
    public <R> Page<R> map(Function<? super T, ? extends R> mapping) {
        List<R> mapped = items.stream().<R>map(mapping).toList();
        return new Page<>(mapped, currentPage, totalPages, totalItems);
    }
}
