package dev.scalableapi.examples.shop.catalog;

import dev.scalableapi.core.page.Filters;
import dev.scalableapi.core.page.Sort;
import java.util.List;
import java.util.Optional;

/**
 * Which products a client asks for, in which order, and how much of each; equal ones ask for the same. Immutable.
 *
 * @param filters by category
 * @param sort by name, price or id
 * @param columns what is read of each product, sorted
 */
public record ProductQuery(Filters filters, Sort<ProductRow> sort, List<String> columns) {
    /** Copies the columns. */
    public ProductQuery {
        columns = List.copyOf(columns);
    }

    /** {@return the category that the products must have; empty for all} */
    Optional<String> category() {
        return filters.value(ProductQueries.CATEGORY);
    }

    /** The same for equal ones. */
    String canonical() {
        return columns + "/" + sort.canonical() + "/" + filters.canonical();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProductQuery that && that.canonical().equals(canonical());
    }

    @Override
    public int hashCode() {
        return canonical().hashCode();
    }
}
