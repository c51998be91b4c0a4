package dev.scalableapi.examples.shop.http;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.scalableapi.cache.CacheAside;
import dev.scalableapi.cache.Cached;
import dev.scalableapi.cache.Codec;
import dev.scalableapi.cache.Loader;
import dev.scalableapi.core.cache.CacheStore;
import dev.scalableapi.core.fields.FieldMask;
import dev.scalableapi.core.fields.FieldMaskModule;
import dev.scalableapi.core.fields.FieldSchema;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.CacheControl;
import dev.scalableapi.core.http.EntityTag;
import dev.scalableapi.core.http.HttpDate;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.core.http.Routes;
import dev.scalableapi.core.page.Page;
import dev.scalableapi.core.page.PageRequest;
import dev.scalableapi.examples.shop.catalog.Category;
import dev.scalableapi.examples.shop.catalog.Product;
import dev.scalableapi.examples.shop.catalog.ProductRepository;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** The catalog's calls: pages of products, one product through the cache, the categories. */
final class CatalogRoutes {
    private static final Duration PRODUCT_TTL = Duration.ofMinutes(10);
    private static final Duration CATEGORIES_TTL = Duration.ofSeconds(60);
    private static final String CATEGORIES = "all";
    private static final String REVALIDATE =
            CacheControl.builder(CacheControl.Scope.PRIVATE).noCache().build().toString();

    private final Json json;
    private final Clock clock;
    private final ProductRepository products;
    private final CacheAside<Integer, Product> productCache;
    private final CacheAside<String, List<Category>> categoryCache;
    private final FieldSchema fields;
    private final Executor blocking;

    CatalogRoutes(Json json, Clock clock, ProductRepository products, CacheStore store, Executor blocking) {
        this.json = json;
        this.clock = clock;
        this.products = products;
        this.blocking = blocking;
        fields = FieldSchema.of(json.mapper(), Product.class);
        productCache = CacheAside.<Integer, Product>builder(
                        "products", PRODUCT_TTL, Loader.blocking(blocking, products::find))
                .store(store, Codec.json(json.mapper(), new TypeReference<>() {}))
                .clock(clock)
                .build();
        categoryCache = CacheAside.<String, List<Category>>builder(
                        "categories",
                        CATEGORIES_TTL,
                        Loader.blocking(blocking, all -> Optional.of(products.categories())))
                .store(store, Codec.json(json.mapper(), new TypeReference<>() {}))
                .clock(clock)
                .build();
    }

    void addTo(Routes.Builder routes) {
        routes.add("GET", "/products", ApiHandler.blocking(blocking, this::page))
                .add("GET", "/products/{id}", this::product)
                .add("GET", "/categories", this::categories);
    }

    private ApiResponse page(ApiRequest request) {
        refuseWhatIsNotThereYet(request);
        PageRequest asked = Pages.requested(request);
        FieldMask mask = FieldMask.parse(request.query(), fields);
        Page<Product> page = request.query()
                .single("category")
                .map(category -> Page.of(
                        products.pageOf(category, asked.offset(), asked.limit()), asked, products.countOf(category)))
                .orElseGet(() -> Page.of(products.page(asked.offset(), asked.limit()), asked, products.count()));
        return Pages.response(json, FieldMaskModule.writer(json.mapper(), mask), request, asked, page);
    }

    /** Better an error than a page in another order than was asked for. */
    private static void refuseWhatIsNotThereYet(ApiRequest request) {
        for (String parameter : List.of("sort", "cursor")) {
            if (!request.query().all(parameter).isEmpty()) {
                throw ApiException.of(400, "INVALID_PARAMETER", "The parameter " + parameter + " is not supported.")
                        .withParameter(parameter);
            }
        }
    }

    private CompletionStage<ApiResponse> product(ApiRequest request) {
        FieldMask mask = FieldMask.parse(request.query(), fields);
        int id = id(request.pathParameter("id"));
        return productCache.get(id).thenApply(cached -> {
            Product product = cached.value().orElseThrow(() -> notFound(id));
            return json.response(200, product, FieldMaskModule.writer(json.mapper(), mask))
                    .withHeader("ETag", EntityTag.strong(tag(product)).toString())
                    .withHeader("Last-Modified", HttpDate.format(product.updatedAt()))
                    .withHeader("Cache-Control", REVALIDATE)
                    .withHeader("Cache-Status", status(cached));
        });
    }

    /** The time beside the version tells a product from one that had its id in an earlier catalog. */
    private static String tag(Product product) {
        return product.version() + "-" + Long.toString(product.updatedAt().toEpochMilli(), 36);
    }

    private static int id(String text) {
        boolean plain = text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9') && text.charAt(0) != '0';
        if (!plain) {
            throw ApiException.of(404, "RESOURCE_NOT_FOUND", "There is no such product.");
        }
        return Integer.parseInt(text);
    }

    private static ApiException notFound(int id) {
        return ApiException.of(404, "RESOURCE_NOT_FOUND", "Product with ID " + id + " not found.");
    }

    private CompletionStage<ApiResponse> categories(ApiRequest request) {
        return categoryCache.get(CATEGORIES).thenApply(cached -> {
            Instant now = clock.instant();
            return json.response(200, new Categories(cached.value().orElse(List.of())))
                    .withHeader(
                            "Cache-Control",
                            CacheControl.builder(CacheControl.Scope.PRIVATE)
                                    .maxAge(CATEGORIES_TTL)
                                    .build()
                                    .toString())
                    .withHeader("Expires", HttpDate.format(now.plus(CATEGORIES_TTL)))
                    .withHeader("Cache-Status", status(cached));
        });
    }

    /** RFC 9211. */
    private String status(Cached<?> cached) {
        long ttl = cached.remaining(clock.instant()).toSeconds();
        return switch (cached.origin()) {
            case HIT_NEAR -> "shop; hit; ttl=" + ttl + "; detail=near";
            case HIT_STORE -> "shop; hit; ttl=" + ttl + "; detail=store";
            case LOADED -> "shop; fwd=miss; stored; ttl=" + ttl;
        };
    }

    private record Categories(List<Category> items) {}
}
