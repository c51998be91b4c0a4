package dev.scalableapi.benchmarks.spring;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/** The shop's product, in the same JSON. */
record Product(
        int id,
        String name,
        String description,
        String category,
        Price price,
        List<Image> images,
        long version,
        Instant updatedAt) {
    record Price(
            @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal amount, String currency) {}

    record Image(String url, String alt) {}
}
