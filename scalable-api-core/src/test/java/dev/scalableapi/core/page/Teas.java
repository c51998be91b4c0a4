package dev.scalableapi.core.page;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A list for tests. */
final class Teas {
    static final SortSchema<Tea> SORTS = SortSchema.builder(Column.integer("t.id"), Tea::id)
            .key("id", Column.integer("t.id"), Tea::id)
            .key("name", Column.text("t.name"), Tea::name)
            .key("price", Column.decimal("t.price"), Tea::price)
            .key("rating", Column.decimal("t.rating").nullsLast(), Tea::rating)
            .key("picked", Column.instant("t.picked").nullsFirst(), Tea::picked)
            .build();

    static final FilterSchema FILTERS = FilterSchema.builder()
            .equality("origin", Column.text("t.origin"))
            .equality("maker", Column.uuid("t.maker"))
            .equality("price", Column.decimal("t.price"))
            .equality("grade", Column.integer("t.grade"))
            .equality("organic", Column.bool("t.organic"))
            .equality("picked", Column.instant("t.picked"))
            .equality("strength", Column.floatingPoint("t.strength"))
            .equality("harvest", Column.date("t.harvest"))
            .build();

    private Teas() {}

    record Tea(
            long id,
            String name,
            BigDecimal price,
            @Nullable BigDecimal rating,
            @Nullable Instant picked) {
        static Tea of(long id) {
            return new Tea(id, "Tea " + id, BigDecimal.valueOf(id, 2), null, null);
        }
    }

    static final UUID MAKER = UUID.fromString("8f14e45f-ceea-467f-a9c5-0a1b2c3d4e5f");
}
