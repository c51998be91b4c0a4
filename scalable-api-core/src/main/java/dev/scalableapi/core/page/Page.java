package dev.scalableapi.core.page;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * A page of a collection, as clients see it. Immutable. In JSON, the members of the total stand beside the others:
 * {@code totalPages} and {@code totalItems} where it is exact.
 *
 * @param items what the page holds, in order; copied, without nulls
 * @param currentPage counted from 1
 * @param total how many items the collection has, in as far as that is known
 * @param <T> what an item is
 */
@JsonPropertyOrder({"items", "currentPage", "total"})
public record Page<T>(
        List<T> items, int currentPage, @JsonUnwrapped Total total) {
    /**
     * Copies the items.
     *
     * @param items what the page holds, in order
     * @param currentPage counted from 1
     * @param total how many items the collection has
     * @throws IllegalArgumentException if the page's number is below 1
     */
    public Page {
        if (currentPage < 1) {
            throw new IllegalArgumentException("A page counts from 1: " + currentPage);
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
        return new Page<>(items, request.page(), Total.Exact.of(totalItems, request.limit()));
    }

    /**
     * {@return the answer to a page request, for which items are counted only where the page does not tell: one that is
     * not empty and not full is the last}
     *
     * @param items what was found; none beyond the end
     * @param request what was asked for
     * @param count how many items the collection has; called at most once
     * @param <T> what an item is
     * @throws IllegalArgumentException if the total is negative
     */
    public static <T> Page<T> counting(List<T> items, PageRequest request, LongSupplier count) {
        boolean isLast = items.size() < request.limit() && (!items.isEmpty() || request.page() == 1);
        long totalItems = isLast ? Math.addExact(request.offset(), items.size()) : count.getAsLong();
        return of(items, request, totalItems);
    }

    /**
     * {@return the answer to a page request, without a total}
     *
     * @param rows what was found when {@link PageRequest#rows} were asked for: one more than the page holds if there is a
     *     next page; that one is left out
     * @param request what was asked for
     * @param <T> what an item is
     */
    public static <T> Page<T> uncounted(List<T> rows, PageRequest request) {
        return new Page<>(itemsOf(rows, request), request.page(), new Total.Unknown(rows.size() > request.limit()));
    }

    /**
     * {@return the answer to a page request, with a total up to a cap}
     *
     * @param rows what was found when {@link PageRequest#rows} were asked for
     * @param request what was asked for
     * @param counted how many items there are, counted to one beyond the cap at the most, as by {@code SELECT count(*) FROM
     *     (SELECT 1 FROM … LIMIT 10001)}
     * @param cap the largest total that is told, from 0
     * @param <T> what an item is
     * @throws IllegalArgumentException if a number is negative
     */
    public static <T> Page<T> counted(List<T> rows, PageRequest request, long counted, long cap) {
        Total total = counted > cap
                ? new Total.AtLeast(rows.size() > request.limit(), cap)
                : Total.Exact.of(counted, request.limit());
        return new Page<>(itemsOf(rows, request), request.page(), total);
    }

    private static <T> List<T> itemsOf(List<T> rows, PageRequest request) {
        return rows.subList(0, Math.min(rows.size(), request.limit()));
    }

    /** {@return whether there is a page after this one} */
    public boolean hasNext() {
        if (total instanceof Total.Exact exact) {
            return currentPage < exact.totalPages();
        }
        return total instanceof Total.AtLeast atLeast ? atLeast.hasNext() : ((Total.Unknown) total).hasNext();
    }

    /**
     * {@return the same page of other items}
     *
     * @param mapping makes one of the other items from one of these
     * @param <R> what an item becomes
     */
    public <R> Page<R> map(Function<? super T, ? extends R> mapping) {
        List<R> mapped = items.stream().<R>map(mapping).toList();
        return new Page<>(mapped, currentPage, total);
    }
}
