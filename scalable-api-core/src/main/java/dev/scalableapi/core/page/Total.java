package dev.scalableapi.core.page;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.OptionalLong;

/**
 * How many items a collection has, in as far as somebody counted: to count all of a long one costs more than its page.
 * Immutable. Its members stand among the page's own in JSON.
 */
public sealed interface Total {
    /** {@return how many pages there are, where that is known} */
    OptionalLong pages();

    /**
     * All items were counted.
     *
     * @param totalPages 0 when the collection is empty
     * @param totalItems how many items the collection has
     */
    @JsonPropertyOrder({"totalPages", "totalItems"})
    record Exact(long totalPages, long totalItems) implements Total {
        /**
         * Checks both.
         *
         * @param totalPages counted from 0
         * @param totalItems counted from 0
         * @throws IllegalArgumentException if either is negative
         */
        public Exact {
            if (totalPages < 0 || totalItems < 0) {
                throw new IllegalArgumentException("Totals count from 0: " + totalPages + ", " + totalItems);
            }
        }

        static Exact of(long totalItems, int limit) {
            long wholePages = totalItems / limit;
            return new Exact(totalItems % limit == 0 ? wholePages : wholePages + 1, totalItems);
        }

        @Override
        public OptionalLong pages() {
            return OptionalLong.of(totalPages);
        }
    }

    /**
     * The count went so far and no further.
     *
     * @param hasNext whether there is a page after this one
     * @param minimumItems how many items the collection has at the least
     */
    @JsonPropertyOrder({"hasNext", "minimumItems"})
    record AtLeast(boolean hasNext, long minimumItems) implements Total {
        /**
         * Checks the number.
         *
         * @param hasNext whether there is a page after this one
         * @param minimumItems counted from 0
         * @throws IllegalArgumentException if it is negative
         */
        public AtLeast {
            if (minimumItems < 0) {
                throw new IllegalArgumentException("Totals count from 0: " + minimumItems);
            }
        }

        @Override
        public OptionalLong pages() {
            return OptionalLong.empty();
        }
    }

    /**
     * Nothing was counted.
     *
     * @param hasNext whether there is a page after this one
     */
    record Unknown(boolean hasNext) implements Total {
        @Override
        public OptionalLong pages() {
            return OptionalLong.empty();
        }
    }
}
