package dev.scalableapi.examples.shop.catalog;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Product} in a list, as far as it was read: what was not asked for is null. Immutable.
 *
 * @param id always read
 * @param name null unless it was read
 * @param description null unless it was read
 * @param category null unless it was read
 * @param price null unless it was read
 * @param images null unless they were read
 * @param version null unless it was read
 * @param updatedAt null unless it was read
 */
public record ProductRow(
        int id,
        @Nullable String name,
        @Nullable String description,
        @Nullable String category,
        @Nullable Price price,
        @Nullable List<Image> images,
        @Nullable Long version,

        @JsonSerialize(using = ToStringSerializer.class)
        @JsonDeserialize(converter = Product.InstantReader.class)
        @Nullable Instant updatedAt) {
    /** Copies the list. */
    public ProductRow {
        images = images == null ? null : List.copyOf(images);
    }

    /** Of a row that was read as a whole. */
    @JsonIgnore
    Product product() {
        return new Product(
                id,
                Objects.requireNonNull(name),
                Objects.requireNonNull(description),
                Objects.requireNonNull(category),
                Objects.requireNonNull(price),
                Objects.requireNonNull(images),
                Objects.requireNonNull(version),
                Objects.requireNonNull(updatedAt));
    }
}
