package dev.scalableapi.examples.shop.catalog;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.http.QueryParameters;
import dev.scalableapi.examples.shop.TestServers;
import dev.scalableapi.examples.shop.database.Database;
import dev.scalableapi.examples.shop.database.DatabaseException;
import dev.scalableapi.examples.shop.database.DatabaseUrl;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(TestServers.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CatalogTest {
    private static final int PRODUCTS = 10_000;

    private static final ProductQueries QUERIES =
            new ProductQueries(JsonMapper.builder().build());

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
            products.page(query(""), offset, 97).forEach(product -> ids.add(product.id()));
        }

        assertThat(ids).isEqualTo(IntStream.rangeClosed(1, PRODUCTS).boxed().toList());
    }

    @Test
    void pageBeyondTheEndIsEmpty() {
        assertThat(products.page(query(""), PRODUCTS, 10)).isEmpty();
        assertThat(products.page(query(""), Long.MAX_VALUE, 10)).isEmpty();
        assertThat(products.page(query(""), PRODUCTS - 3, 10)).hasSize(3);
    }

    @Test
    void pagesOfACategoryAreCompleteAndItsOwn() {
        List<ProductRow> books = new ArrayList<>();
        int count = products.count(query("category=books").filters());
        for (int offset = 0; offset < count; offset += 100) {
            books.addAll(products.page(query("category=books"), offset, 100));
        }

        assertThat(books).hasSize(count).allMatch(product -> "books".equals(product.category()));
        assertThat(books).extracting(ProductRow::id).isSorted().doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "-name", "price", "-price", "-price,name", "price,-name", "-id", "price,id,name"})
    void pagesComeInTheOrderThatWasAskedFor(String sort) {
        List<ProductRow> rows = new ArrayList<>();
        ProductQuery query = query("category=toys&sort=" + sort);
        for (int offset = 0; offset < count(catalog, "category=toys"); offset += 100) {
            rows.addAll(products.page(query, offset, 100));
        }

        assertThat(rows).isSortedAccordingTo(order(sort)).doesNotHaveDuplicates();
    }

    /** The id comes last, in the direction of the key before; texts by code point, as in the database. */
    private static Comparator<ProductRow> order(String sort) {
        Comparator<ProductRow> order = Comparator.comparing(row -> 0);
        String last = sort.substring(sort.lastIndexOf(',') + 1);
        for (String key : (sort + (last.startsWith("-") ? ",-id" : ",id")).split(",", -1)) {
            Comparator<ProductRow> next = switch (key.replace("-", "")) {
                case "name" -> Comparator.comparing(row -> requireNonNull(row.name()));
                case "price" ->
                    Comparator.comparing(row -> requireNonNull(row.price()).amount());
                default -> Comparator.comparing(ProductRow::id);
            };
            order = order.thenComparing(key.startsWith("-") ? next.reversed() : next);
        }
        return order;
    }

    @Test
    void onlyTheColumnsThatAreNeededAreRead(TestServers servers) {
        DatabaseUrl url = servers.database("catalog_columns");
        try (Catalog narrow = Catalog.open(url, 5)) {
            execute(url, "ALTER TABLE product RENAME description TO hidden");
            ProductQuery query = query("fields=images.url,price(amount)&sort=name");

            assertThat(narrow.products().page(query, 0, 5))
                    .hasSize(5)
                    .allSatisfy(row -> assertThat(row.price()).isNotNull())
                    .allSatisfy(row -> assertThat(row.images()).isNotNull())
                    .allSatisfy(row -> assertThat(row.name()).as("of the order").isNotNull())
                    .allSatisfy(row -> assertThat(row.updatedAt()).isNull());
            assertThatThrownBy(() -> narrow.products().page(query(""), 0, 5)).isInstanceOf(DatabaseException.class);
        }
    }

    @Test
    void queriesThatAskForTheSameAreEqual() {
        assertThat(query("sort=-price,name&category=books"))
                .isEqualTo(query("category=books&sort=-price,name"))
                .hasSameHashCodeAs(query("category=books&sort=-price,name"))
                .isNotEqualTo(query("category=books&sort=price,name"))
                .isNotEqualTo(query("category=toys&sort=-price,name"))
                .isNotEqualTo(query("sort=-price,name"));
    }

    private static ProductQuery query(String text) {
        QueryParameters parameters = QueryParameters.parse(text);
        return QUERIES.parse(parameters, QUERIES.mask(parameters));
    }

    private static int count(Catalog catalog, String query) {
        return catalog.products().count(query(query).filters());
    }

    @Test
    void categoriesCountTheirProducts() {
        List<Category> categories = products.categories();

        assertThat(categories).hasSize(12).extracting(Category::name).isSorted();
        assertThat(categories.stream().mapToInt(Category::products).sum()).isEqualTo(PRODUCTS);
        assertThat(count(catalog, "")).isEqualTo(PRODUCTS);
    }

    @Test
    void categoryThatDoesNotExistIsEmpty() {
        for (String name : List.of("cars", "", "%27%20OR%201=1%20--")) {
            ProductQuery query = query("category=" + name);
            assertThat(products.page(query, 0, 10)).isEmpty();
            assertThat(products.count(query.filters())).isZero();
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
            assertThat(count(again, "")).isEqualTo(51);
            assertThat(again.products().find(7).orElseThrow().name()).isEqualTo("Renamed");
        }
        try (Catalog smaller = Catalog.open(url, 40)) {
            assertThat(count(smaller, "")).isEqualTo(40);
            assertThat(smaller.products().page(query(""), 0, 100)).hasSize(40);
            assertThat(smaller.products().find(7).orElseThrow().name()).isNotEqualTo("Renamed");
        }
    }

    @Test
    void countsFollowEveryKindOfChange(TestServers servers) {
        DatabaseUrl url = servers.database("catalog_counts");
        try (Catalog changed = Catalog.open(url, 200)) {
            int books = count(changed, "category=books");
            int toys = count(changed, "category=toys");

            execute(url, "UPDATE product SET category = 'toys' WHERE category = 'books'");
            assertThat(count(changed, "category=books")).isZero();
            assertThat(count(changed, "category=toys")).isEqualTo(toys + books);

            execute(url, "DELETE FROM product WHERE category = 'toys'");
            assertThat(count(changed, "category=toys")).isZero();
            assertThat(count(changed, "")).isEqualTo(200 - toys - books);
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
                assertThat(count(opened, "")).isEqualTo(300);
                assertThat(opened.isReady()).isTrue();
            }
        }
    }

    @Test
    void closedCatalogIsNotReady(TestServers servers) {
        Catalog closed = Catalog.open(servers.database("catalog_closed"), 1);
        closed.close();

        assertThat(closed.isReady()).isFalse();
        assertThatThrownBy(() -> count(closed, "")).isInstanceOf(DatabaseException.class);
    }

    private static void execute(DatabaseUrl url, String sql) {
        try (Database database = Database.open("catalog", url)) {
            int rows = database.query(connection -> {
                try (var statement = connection.createStatement()) {
                    return statement.executeUpdate(sql);
                }
            });
            assertThat(rows > 0).as(sql).isNotEqualTo(sql.startsWith("ALTER"));
        }
    }
}
