package dev.scalableapi.benchmarks;

import java.util.List;
import java.util.Map;

/** A cache of products in a Redis, by one library. Thread-safe. */
interface Products extends AutoCloseable {
    /** {@return the product, loaded if need be} */
    Product get(String key);

    /** {@return the products, which must all be there} */
    Map<String, Product> getAll(List<String> keys);

    void put(String key, Product product);

    /** Makes others forget it, too. */
    void invalidate(String key);

    @Override
    void close();

    /** What is cached. */
    @FunctionalInterface
    interface Source {
        /** Blocks until it is loaded. */
        Product load(String key);

        /** {@return one that holds nothing: for what must be a hit} */
        static Source none() {
            return key -> {
                throw new IllegalStateException("Not a hit");
            };
        }
    }
}
