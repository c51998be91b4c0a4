package dev.scalableapi.examples.shop.catalog;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.util.StdConverter;
import java.time.Instant;
import java.util.List;

/**
 * Something to buy, as clients see it. Immutable.
 *
 * @param id from 1, without gaps
 * @param name a few words
 * @param description a few sentences
 * @param category the name of one
 * @param price for one piece
 * @param images the main one first; may be empty
 * @param version from 1, one more with each change: the entity tag's ground
 * @param updatedAt when it last changed
 */
public record Product(
        int id,
        String name,
        String description,
        String category,
        Price price,
        List<Image> images,
        long version,

        @JsonSerialize(using = ToStringSerializer.class) @JsonDeserialize(converter = InstantReader.class)
        Instant updatedAt) {
    /** Copies the list. */
    public Product {
        images = List.copyOf(images);
    }

    /** RFC 3339 both ways, without a further Jackson module. */
    static final class InstantReader extends StdConverter<String, Instant> {
        @Override
        public Instant convert(String text) {
            return Instant.parse(text);
        }
    }
}
