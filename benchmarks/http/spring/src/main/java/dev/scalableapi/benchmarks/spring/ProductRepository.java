package dev.scalableapi.benchmarks.spring;

import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/** The one product that is measured, from a file: below the cache, this has an easier job than the shop's database. */
@Repository
class ProductRepository {
    private final JsonMapper mapper;
    private final Path file;

    ProductRepository(JsonMapper mapper, @Value("${benchmark.product}") Path file) {
        this.mapper = mapper;
        this.file = file;
    }

    @Cacheable("products")
    public Product find(int id) {
        Product product = mapper.readValue(file, Product.class);
        if (product.id() != id) {
            throw new UnknownProductException();
        }
        return product;
    }
}
