package dev.scalableapi.examples.shop.catalog;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.fields.FieldColumns;
import dev.scalableapi.core.fields.FieldMask;
import dev.scalableapi.core.fields.FieldSchema;
import dev.scalableapi.core.http.QueryParameters;
import dev.scalableapi.core.page.Column;
import dev.scalableapi.core.page.FilterSchema;
import dev.scalableapi.core.page.Filters;
import dev.scalableapi.core.page.Sort;
import dev.scalableapi.core.page.SortSchema;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What lists of products can be asked for: orders, filters, and fields with their columns. Immutable and thread-safe. */
public final class ProductQueries {
    static final Column<String> CATEGORY = Column.text("p.category");

    private static final Column<Long> ID = Column.integer("p.id");
    private static final FilterSchema FILTERS =
            FilterSchema.builder().equality("category", CATEGORY).build();

    /** The keys are fields, so that their columns are known. */
    private static final SortSchema<ProductRow> ORDERS = SortSchema.<ProductRow, Long>builder(
                    ID, row -> (long) row.id())
            .key("id", ID, row -> (long) row.id())
            .key("name", Column.text("p.name"), ProductRow::name)
            .key(
                    "price",
                    Column.decimal("p.price"),
                    row -> Objects.requireNonNull(row.price()).amount())
            .build();

    private final FieldSchema fields;
    private final FieldColumns columns;

    /**
     * Reads the fields from a mapper.
     *
     * @param mapper writes the products
     */
    public ProductQueries(JsonMapper mapper) {
        fields = FieldSchema.of(mapper, ProductRow.class);
        columns = FieldColumns.builder(fields)
                .always("p.id")
                .field("id")
                .field("name", "p.name")
                .field("description", "p.description")
                .field("category", "p.category")
                .field("price", "p.price", "p.currency")
                .field("images", "p.images")
                .field("version", "p.version")
                .field("updatedAt", "p.updated_at")
                .build();
    }

    /**
     * {@return the fields that a request wants to see}
     *
     * @param query with {@code fields}
     * @throws dev.scalableapi.core.http.ApiException 400 if they are malformed or unknown
     */
    public FieldMask mask(QueryParameters query) {
        return FieldMask.parse(query, fields);
    }

    /**
     * {@return what a request asks for}
     *
     * @param query with {@code category} and {@code sort}
     * @param mask what is to be seen of each product
     * @throws dev.scalableapi.core.http.ApiException 400 if one is malformed
     */
    public ProductQuery parse(QueryParameters query, FieldMask mask) {
        Sort<ProductRow> sort = Sort.parse(query, ORDERS);
        return new ProductQuery(Filters.parse(query, FILTERS), sort, columns(mask, sort));
    }

    /** What a client wants to see, and what says where a row stands. */
    private List<String> columns(FieldMask mask, Sort<?> sort) {
        Set<String> needed = new LinkedHashSet<>(columns.selectedBy(mask));
        if (!sort.keys().isEmpty()) {
            needed.addAll(columns.selectedBy(FieldMask.parse(String.join(",", sort.keys()), fields)));
        }
        return needed.stream().sorted().toList();
    }
}
