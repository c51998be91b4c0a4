package dev.scalableapi.examples.shop.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ProductGeneratorTest {
    private static final int MANY = 10_000;

    private final ProductGenerator generator = ProductGenerator.seeded(7);

    @Test
    void sameSeedGivesTheSameProductsWhateverTheirNumber() {
        List<Product> ten = generator.products(10).toList();

        assertThat(ProductGenerator.seeded(7).products(1000).limit(10)).isEqualTo(ten);
        assertThat(ProductGenerator.seeded(8).products(10)).isNotEqualTo(ten);
    }

    /** If this fails, products have changed: then the edition must, too. */
    @Test
    void editionNamesExactlyTheseProducts() throws Exception {
        JsonMapper json = JsonMapper.builder().build();
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (Product product : generator.products(MANY).toList()) {
            digest.update(json.writeValueAsBytes(product));
        }

        assertThat(ProductGenerator.EDITION + " " + HexFormat.of().formatHex(digest.digest(), 0, 8))
                .isEqualTo("1 bdb53fb911d1a573");
    }

    @Test
    void idsRunFromOneWithoutGaps() {
        assertThat(generator.products(100).map(Product::id))
                .hasSize(100)
                .startsWith(1, 2, 3)
                .endsWith(99, 100);
    }

    @Test
    void everyCategoryHasManyProductsAndBooksIsOne() {
        var sizes = generator.products(MANY).collect(Collectors.groupingBy(Product::category, Collectors.counting()));

        assertThat(generator.categories())
                .hasSize(12)
                .extracting(Category::name)
                .contains("books");
        assertThat(sizes)
                .hasSize(12)
                .allSatisfy((name, size) -> assertThat(size).isBetween(700L, 1000L));
    }

    @Test
    void textsReadAsText() {
        assertThat(generator.products(MANY)).allSatisfy(product -> {
            assertThat(product.name()).matches("[A-Z0-9].{3,90}").doesNotContain("{", "}", "null");
            assertThat(product.description())
                    .matches("[A-Z0-9].{30,400}\\.")
                    .doesNotContain("{", "}", "null", "  ")
                    .doesNotContainPattern("\\b[Aa] [aeiou]");
        });
    }

    @Test
    void mostNamesAreTheirOwn() {
        assertThat(generator.products(MANY).map(Product::name).distinct().count())
                .isGreaterThan(MANY / 2);
    }

    @Test
    void pricesHaveTwoPlacesAndEveryProductAPicture() {
        assertThat(generator.products(MANY)).allSatisfy(product -> {
            assertThat(product.price().amount().scale()).isEqualTo(2);
            assertThat(product.price().amount()).isBetween(BigDecimal.ONE, new BigDecimal("1900.00"));
            assertThat(product.images()).hasSizeBetween(1, 3).doesNotHaveDuplicates();
        });
    }
}
