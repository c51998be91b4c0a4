package dev.scalableapi.examples.shop.catalog;

import dev.scalableapi.core.fields.FieldMask;
import dev.scalableapi.core.page.Sort;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** What a product has: the member of its JSON, and the columns that this is read from. */
public enum ProductField {
    ID("id", "p.id"),
    NAME("name", "p.name"),
    DESCRIPTION("description", "p.description"),
    CATEGORY("category", "p.category"),
    PRICE("price", "p.price, p.currency"),
    IMAGES("images", "p.images"),
    VERSION("version", "p.version"),
    UPDATED_AT("updatedAt", "p.updated_at");

    private final String member;
    private final String columns;

    ProductField(String member, String columns) {
        this.member = member;
        this.columns = columns;
    }

    static Set<ProductField> all() {
        return Collections.unmodifiableSet(EnumSet.allOf(ProductField.class));
    }

    /** Those that a client wants to see, and those that say where a row stands: the keys of the order, and the id. */
    static Set<ProductField> neededFor(FieldMask mask, Sort<?> sort) {
        Set<String> keys = Set.copyOf(sort.keys());
        return Arrays.stream(values())
                .filter(field -> field == ID || mask.contains(field.member) || keys.contains(field.member))
                .collect(Collectors.collectingAndThen(
                        Collectors.toCollection(() -> EnumSet.noneOf(ProductField.class)),
                        Collections::unmodifiableSet));
    }

    /** What stands after SELECT. */
    static String columns(Set<ProductField> fields) {
        return fields.stream().map(field -> field.columns).collect(Collectors.joining(", "));
    }
}
