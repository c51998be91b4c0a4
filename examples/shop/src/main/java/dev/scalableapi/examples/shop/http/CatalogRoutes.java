package dev.scalableapi.examples.shop.http;

import dev.scalableapi.cache.CachedRoute;
import dev.scalableapi.cache.ResponseCacheFilter;
import dev.scalableapi.core.cache.CacheStore;
import dev.scalableapi.core.fields.FieldMask;
import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.CacheControl;
import dev.scalableapi.core.http.HttpDate;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.core.http.Routes;
import dev.scalableapi.core.idempotency.IdempotencyFilter;
import dev.scalableapi.core.page.CursorCodec;
import dev.scalableapi.core.page.CursorKeyRing;
import dev.scalableapi.examples.shop.catalog.CachedProducts;
import dev.scalableapi.examples.shop.catalog.Category;
import dev.scalableapi.examples.shop.catalog.Product;
import dev.scalableapi.examples.shop.catalog.ProductRepository;
import dev.scalableapi.messaging.jdbc.JdbcIdempotencyStore;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** The catalog's calls: lists of products, one product through the cache, writes, the categories. */
final class CatalogRoutes {
    private static final Duration CATEGORIES_TTL = Duration.ofSeconds(60);
    private static final String CATEGORIES = "/categories";
    private static final String PRODUCTS = "/products";
    private static final String PRODUCT = "/products/{id}";

    private final Json json;
    private final Clock clock;
    private final ProductRepository repository;
    private final Executor blocking;
    private final CachedProducts products;
    private final ProductAnswers answers;
    private final ProductLists lists;
    private final ProductWrites writes;
    private final ResponseCacheFilter responses;
    private final IdempotencyFilter idempotency;

    CatalogRoutes(
            Json json,
            Clock clock,
            ProductRepository repository,
            JdbcIdempotencyStore keys,
            CacheStore store,
            Executor blocking,
            OpenTelemetry telemetry) {
        this.json = json;
        this.clock = clock;
        this.blocking = blocking;
        this.repository = repository;
        products = new CachedProducts(repository, store, json.mapper(), blocking, telemetry);
        answers = new ProductAnswers(json);
        CursorCodec cursors = CursorCodec.of(CursorKeyRing.of(repository.cursorKey()));
        lists = new ProductLists(json, clock, products, cursors);
        responses = ResponseCacheFilter.builder("responses", CATEGORIES_TTL)
                .route(CachedRoute.of(CATEGORIES).tags(request -> Set.of(CATEGORIES)))
                .store(store)
                .openTelemetry(telemetry)
                .build();
        idempotency = IdempotencyFilter.builder(keys).required("POST", PRODUCTS).build();
        writes = new ProductWrites(json, products, answers, keys, this::countsMayHaveChanged);
    }

    /** Repeats what was answered to the same key. */
    ApiFilter idempotency() {
        return idempotency;
    }

    /** Answers in place of the routes, where they have answered the same caller before. */
    ApiFilter responses() {
        return responses;
    }

    void addTo(Routes.Builder routes) {
        routes.add("GET", PRODUCTS, lists::list)
                .add("POST", PRODUCTS, Access.scopes("catalog:write"), writes::create)
                .add("GET", PRODUCT, this::product)
                .add("PUT", PRODUCT, Access.scopes("catalog:write"), writes::replace)
                .add("GET", CATEGORIES, ApiHandler.blocking(blocking, this::categories));
    }

    private CompletionStage<ApiResponse> product(ApiRequest request) {
        FieldMask mask = answers.mask(request);
        int id = ProductAnswers.id(request);
        return products.find(id).thenApply(cached -> {
            Product product = cached.value().orElseThrow(() -> ProductAnswers.notFound(id));
            return answers.masked(200, product, mask).withHeader(CacheStatus.FIELD, CacheStatus.of(cached, clock));
        });
    }

    /** The list of categories says how many products each has; it is right after a minute at the latest. */
    private CompletionStage<Void> countsMayHaveChanged() {
        return responses.invalidateTag(CATEGORIES).exceptionally(unknown -> null);
    }

    private ApiResponse categories(ApiRequest request) {
        return json.response(200, new Categories(repository.categories()))
                .withHeader(
                        "Cache-Control",
                        CacheControl.builder(CacheControl.Scope.PRIVATE)
                                .maxAge(CATEGORIES_TTL)
                                .build()
                                .toString())
                .withHeader("Expires", HttpDate.format(clock.instant().plus(CATEGORIES_TTL)));
    }

    private record Categories(List<Category> items) {}
}
