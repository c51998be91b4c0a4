package dev.scalableapi.benchmarks.spring;

import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The call that is measured. Its entity tag is the version: ShallowEtagHeaderFilter would hash every answer. */
@RestController
class ProductController {
    private final ProductRepository products;

    ProductController(ProductRepository products) {
        this.products = products;
    }

    @GetMapping("/products/{id}")
    ResponseEntity<Product> product(@PathVariable int id) {
        Product product = products.find(id);
        return ResponseEntity.ok()
                .eTag(product.version() + "-" + product.updatedAt().toEpochMilli())
                .lastModified(product.updatedAt())
                .cacheControl(CacheControl.noCache().cachePrivate())
                .body(product);
    }
}
