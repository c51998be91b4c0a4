package dev.scalableapi.examples.shop.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.examples.shop.TestServers;
import dev.scalableapi.examples.shop.database.Database;
import dev.scalableapi.examples.shop.database.DatabaseException;
import dev.scalableapi.examples.shop.database.DatabaseUrl;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestServers.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CatalogTest {
    private static final int PRODUCTS = 10_000;

    private Catalog catalog;
    private ProductRepository products;

    @BeforeAll
    void open(TestServers servers) {
        catalog = Catalog.open(servers.database("catalog_read"), PRODUCTS);
        products = catalog.products();
    }

    @AfterAll
    void close() {
        catalog.close();
    }

    @Test
    void pagesByOffsetAreCompleteAndEachProductComesOnce() {
        List<Integer> ids = new ArrayList<>();
        for (int offset = 0; offset < PRODUCTS; offset += 97) {
            products.page(offset, 97).forEach(product -> ids.add(product.id()));
        }

        assertThat(ids).isEqualTo(IntStream.rangeClosed(1, PRODUCTS).boxed().toList());
    }

    @Test
    void pageBeyondTheEndIsEmpty() {
        assertThat(products.page(PRODUCTS, 10)).isEmpty();
        assertThat(products.page(Long.MAX_VALUE, 10)).isEmpty();
        assertThat(products.page(PRODUCTS - 3, 10)).hasSize(3);
    }

    @Test
    void pagesOfACategoryAreCompleteAndItsOwn() {
        List<Product> books = new ArrayList<>();
        int count = products.countOf("books");
        for (int offset = 0; offset < count; offset += 100) {
            books.addAll(products.pageOf("books", offset, 100));
        }

        assertThat(books).hasSize(count).allMatch(product -> product.category().equals("books"));
        assertThat(books).extracting(Product::id).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void categoriesCountTheirProducts() {
        List<Category> categories = products.categories();

        assertThat(categories).hasSize(12).extracting(Category::name).isSorted();
        assertThat(categories.stream().mapToInt(Category::products).sum()).isEqualTo(PRODUCTS);
        assertThat(products.count()).isEqualTo(PRODUCTS);
    }

    @Test
    void categoryThatDoesNotExistIsEmpty() {
        for (String name : List.of("cars", "", "bo\0oks", "\uD800", "' OR 1=1 --")) {
            assertThat(products.pageOf(name, 0, 10)).isEmpty();
            assertThat(products.countOf(name)).isZero();
        }
    }

    @Test
    void storedProductIsTheGeneratedOne() {
        ProductGenerator generator = ProductGenerator.seeded(Catalog.SEED);

        assertThat(List.of(1, 4711, PRODUCTS))
                .allSatisfy(id -> assertThat(products.find(id)).contains(generator.product(id)));
        assertThat(products.find(0)).isEmpty();
        assertThat(products.find(PRODUCTS + 1)).isEmpty();
        assertThat(products.find(Integer.MIN_VALUE)).isEmpty();
    }

    @Test
    void jsonOfAProductIsReadBackAsTheSame() throws Exception {
        JsonMapper json = JsonMapper.builder().build();
        Product product = products.find(17).orElseThrow();

        String written = json.writeValueAsString(product);

        assertThat(json.readValue(written, Product.class)).isEqualTo(product);
        assertThat(json.readTree(written).fieldNames())
                .toIterable()
                .containsExactly("id", "name", "description", "category", "price", "images", "version", "updatedAt");
        assertThat(json.readTree(written).at("/price/amount").isTextual()).isTrue();
        assertThat(json.readTree(written).at("/updatedAt").textValue())
                .isEqualTo(product.updatedAt().toString());
    }

    @Test
    void filledCatalogIsLeftAsItIsUntilAnotherNumberIsAskedFor(TestServers servers) {
        DatabaseUrl url = servers.database("catalog_kept");
        Catalog.open(url, 50).close();
        execute(url, "UPDATE product SET name = 'Renamed' WHERE id = 7");
        execute(
                url,
                "INSERT INTO product (id, name, description, category, price, currency)"
                        + " SELECT 51, name, description, category, price, currency FROM product WHERE id = 7");

        try (Catalog again = Catalog.open(url, 50)) {
            assertThat(again.products().count()).isEqualTo(51);
            assertThat(again.products().find(7).orElseThrow().name()).isEqualTo("Renamed");
        }
        try (Catalog smaller = Catalog.open(url, 40)) {
            assertThat(smaller.products().count()).isEqualTo(40);
            assertThat(smaller.products().page(0, 100)).hasSize(40);
            assertThat(smaller.products().find(7).orElseThrow().name()).isNotEqualTo("Renamed");
        }
    }

    @Test
    void countsFollowEveryKindOfChange(TestServers servers) {
        DatabaseUrl url = servers.database("catalog_counts");
        try (Catalog changed = Catalog.open(url, 200)) {
            int books = changed.products().countOf("books");
            int toys = changed.products().countOf("toys");

            execute(url, "UPDATE product SET category = 'toys' WHERE category = 'books'");
            assertThat(changed.products().countOf("books")).isZero();
            assertThat(changed.products().countOf("toys")).isEqualTo(toys + books);

            execute(url, "DELETE FROM product WHERE category = 'toys'");
            assertThat(changed.products().countOf("toys")).isZero();
            assertThat(changed.products().count()).isEqualTo(200 - toys - books);
        }
    }

    @Test
    void catalogsThatOpenTogetherFillItOnce(TestServers servers) {
        DatabaseUrl url = servers.database("catalog_race");
        var openings = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> Catalog.open(url, 300)))
                .toList();

        for (CompletableFuture<Catalog> opening : openings) {
            try (Catalog opened = opening.join()) {
                assertThat(opened.products().count()).isEqualTo(300);
                assertThat(opened.isReady()).isTrue();
            }
        }
    }

    @Test
    void closedCatalogIsNotReady(TestServers servers) {
        Catalog closed = Catalog.open(servers.database("catalog_closed"), 1);
        closed.close();

        assertThat(closed.isReady()).isFalse();
        assertThatThrownBy(() -> closed.products().count()).isInstanceOf(DatabaseException.class);
    }

    private static void execute(DatabaseUrl url, String sql) {
        try (Database database = Database.open("catalog", url)) {
            int rows = database.query(connection -> {
                try (var statement = connection.createStatement()) {
                    return statement.executeUpdate(sql);
                }
            });
            assertThat(rows).isPositive();
        }
    }
}
