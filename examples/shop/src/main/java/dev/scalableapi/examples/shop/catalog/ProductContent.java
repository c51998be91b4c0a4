package dev.scalableapi.examples.shop.catalog;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * What can be changed of a product: a {@link Product} as clients send it back. Immutable.
 *
 * @param name a few words
 * @param description a few sentences
 * @param category the name of one
 * @param price for one piece
 * @param images the main one first; may be empty
 */
@JsonIgnoreProperties({"id", "version", "updatedAt"})
public record ProductContent(String name, String description, String category, Price price, List<Image> images) {}
