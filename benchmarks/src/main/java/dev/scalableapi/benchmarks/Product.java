package dev.scalableapi.benchmarks;

import java.math.BigDecimal;
import java.util.List;

/**
 * What the caches hold: some 250 bytes of JSON.
 *
 * @param id which one
 * @param name for people
 * @param description for people
 * @param price in the currency
 * @param currency ISO 4217
 * @param tags for the search
 * @param stock how many there are
 */
public record Product(
        long id, String name, String description, BigDecimal price, String currency, List<String> tags, int stock) {
    static Product of(String key) {
        return of(key, 42);
    }

    static Product of(String key, int stock) {
        return new Product(
                key.hashCode(),
                "Espresso machine " + key,
                "Fifteen bars, a thermostat that keeps its word, and a drip tray of stainless steel.",
                new BigDecimal("349.90"),
                "EUR",
                List.of("kitchen", "coffee", "espresso"),
                stock);
    }
}
