package dev.scalableapi.examples.shop.catalog;

import dev.scalableapi.core.fields.FieldMask;
import dev.scalableapi.core.http.QueryParameters;
import dev.scalableapi.core.page.Column;
import dev.scalableapi.core.page.FilterSchema;
import dev.scalableapi.core.page.Filters;
import dev.scalableapi.core.page.Sort;
import dev.scalableapi.core.page.SortSchema;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Which products a client asks for, in which order, and how much of each; equal ones ask for the same. Immutable.
 *
 * @param filters by category
 * @param sort by name, price or id
 * @param fields what is read of each product
 */
public record ProductQuery(Filters filters, Sort<ProductRow> sort, Set<ProductField> fields) {
    private static final Column<String> CATEGORY = Column.text("p.category");
    private static final Column<Long> ID = Column.integer("p.id");
    private static final FilterSchema FILTERS =
            FilterSchema.builder().equality("category", CATEGORY).build();
    private static final SortSchema<ProductRow> ORDERS = SortSchema.<ProductRow, Long>builder(
                    ID, row -> (long) row.id())
            .key("id", ID, row -> (long) row.id())
            .key("name", Column.text("p.name"), ProductRow::name)
            .key(
                    "price",
                    Column.decimal("p.price"),
                    row -> Objects.requireNonNull(row.price()).amount())
            .build();

    /**
     * {@return what a request asks for}
     *
     * @param query with {@code category} and {@code sort}
     * @param mask what the client wants to see of each
     * @throws dev.scalableapi.core.http.ApiException 400 if either is malformed
     */
    public static ProductQuery of(QueryParameters query, FieldMask mask) {
        Sort<ProductRow> sort = Sort.parse(query, ORDERS);
        return new ProductQuery(Filters.parse(query, FILTERS), sort, ProductField.neededFor(mask, sort));
    }

    /** {@return the category that the products must have; empty for all} */
    Optional<String> category() {
        return filters.value(CATEGORY);
    }

    /** The same for equal ones. */
    String canonical() {
        return fields + "/" + sort.canonical() + "/" + filters.canonical();
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
