package dev.scalableapi.examples.shop.http;

import dev.scalableapi.cache.Cached;
import dev.scalableapi.cache.CachedRoute;
import dev.scalableapi.cache.ResponseCacheFilter;
import dev.scalableapi.core.cache.CacheStore;
import dev.scalableapi.core.fields.FieldMask;
import dev.scalableapi.core.fields.FieldMaskModule;
import dev.scalableapi.core.fields.FieldSchema;
import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.CacheControl;
import dev.scalableapi.core.http.EntityTag;
import dev.scalableapi.core.http.HttpDate;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.core.http.Preconditions;
import dev.scalableapi.core.http.Routes;
import dev.scalableapi.core.http.Validators;
import dev.scalableapi.core.http.Violation;
import dev.scalableapi.core.page.Page;
import dev.scalableapi.core.page.PageRequest;
import dev.scalableapi.examples.shop.catalog.CachedProducts;
import dev.scalableapi.examples.shop.catalog.Category;
import dev.scalableapi.examples.shop.catalog.Product;
import dev.scalableapi.examples.shop.catalog.ProductContent;
import dev.scalableapi.examples.shop.catalog.ProductPage;
import dev.scalableapi.examples.shop.catalog.ProductRepository;
import dev.scalableapi.examples.shop.database.Database;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The catalog's calls: pages of products, one product through the cache, the categories. */
final class CatalogRoutes {
    private static final Duration CATEGORIES_TTL = Duration.ofSeconds(60);
    private static final String CATEGORIES = "/categories";
    private static final int MAX_NAME = 200;
    private static final int MAX_DESCRIPTION = 5_000;
    private static final int MAX_IMAGES = 20;
    private static final String REVALIDATE =
            CacheControl.builder(CacheControl.Scope.PRIVATE).noCache().build().toString();

    private final Json json;
    private final Clock clock;
    private final ProductRepository repository;
    private final CachedProducts products;
    private final ResponseCacheFilter responses;
    private final Executor blocking;
    private final FieldSchema fields;

    CatalogRoutes(
            Json json,
            Clock clock,
            ProductRepository repository,
            CacheStore store,
            Executor blocking,
            OpenTelemetry telemetry) {
        this.json = json;
        this.clock = clock;
        this.repository = repository;
        this.blocking = blocking;
        products = new CachedProducts(repository, store, json.mapper(), blocking, telemetry);
        responses = ResponseCacheFilter.builder("responses", CATEGORIES_TTL)
                .route(CachedRoute.of(CATEGORIES).tags(request -> Set.of(CATEGORIES)))
                .store(store)
                .openTelemetry(telemetry)
                .build();
        fields = FieldSchema.of(json.mapper(), Product.class);
    }

    /** Answers in place of the routes, where they have answered the same caller before. */
    ApiFilter responses() {
        return responses;
    }

    void addTo(Routes.Builder routes) {
        routes.add("GET", "/products", this::page)
                .add("GET", "/products/{id}", this::product)
                .add("PUT", "/products/{id}", Access.scopes("catalog:write"), this::replace)
                .add("GET", CATEGORIES, ApiHandler.blocking(blocking, this::categories));
    }

    private CompletionStage<ApiResponse> page(ApiRequest request) {
        refuseWhatIsNotThereYet(request);
        PageRequest asked = Pages.requested(request);
        FieldMask mask = FieldMask.parse(request.query(), fields);
        return products.page(request.query().single("category"), asked.offset(), asked.limit())
                .thenApply(cached -> {
                    ProductPage found = cached.value().orElseThrow();
                    Page<Product> page = Page.of(found.items(), asked, found.total());
                    return Pages.response(json, FieldMaskModule.writer(json.mapper(), mask), request, asked, page)
                            .withHeader("Cache-Status", status(cached));
                });
    }

    /** Better an error than a page in another order than was asked for. */
    private static void refuseWhatIsNotThereYet(ApiRequest request) {
        for (String parameter : List.of("sort", "cursor")) {
            if (!request.query().all(parameter).isEmpty()) {
                String message = "The parameter " + parameter + " is not supported.";
                throw ApiException.of(400, "INVALID_PARAMETER", message)
                        .withViolation(Violation.query(parameter, message));
            }
        }
    }

    private CompletionStage<ApiResponse> product(ApiRequest request) {
        FieldMask mask = FieldMask.parse(request.query(), fields);
        int id = id(request.pathParameter("id"));
        return products.find(id).thenApply(cached -> {
            Product product = cached.value().orElseThrow(() -> notFound(id));
            return response(product, mask).withHeader("Cache-Status", status(cached));
        });
    }

    private ApiResponse response(Product product, FieldMask mask) {
        return json.response(200, product, FieldMaskModule.writer(json.mapper(), mask))
                .withHeader("ETag", tag(product).toString())
                .withHeader("Last-Modified", HttpDate.format(product.updatedAt()))
                .withHeader("Cache-Control", REVALIDATE);
    }

    private CompletionStage<ApiResponse> replace(ApiRequest request) {
        FieldMask mask = FieldMask.parse(request.query(), fields);
        int id = id(request.pathParameter("id"));
        return json.read(request, ProductContent.class)
                .thenCompose(content -> products.hasCategory(checked(content).category())
                        .thenCompose(exists -> {
                            if (!exists) {
                                throw Credentials.invalid("category", "must name one that exists.");
                            }
                            return products.replace(
                                    id,
                                    content,
                                    present -> Preconditions.of(request)
                                            .requireMatch(Optional.of(Validators.of(tag(present)))));
                        }))
                .thenCompose(replaced -> countsMayHaveChanged().thenApply(known -> replaced))
                .thenApply(replaced -> response(replaced.orElseThrow(() -> notFound(id)), mask));
    }

    /** The list of categories says how many products each has; it is right after a minute at the latest. */
    private CompletionStage<Void> countsMayHaveChanged() {
        return responses.invalidateTag(CATEGORIES).exceptionally(unknown -> null);
    }

    @SuppressWarnings("ConstantValue") // JSON can leave members out.
    private static ProductContent checked(ProductContent content) {
        requireText("name", content.name(), MAX_NAME);
        requireText("description", content.description(), MAX_DESCRIPTION);
        requireText("category", content.category(), MAX_NAME);
        if (content.price() == null) {
            throw Credentials.invalid("price", "must not be empty.");
        }
        if (content.images() == null || content.images().size() > MAX_IMAGES) {
            throw Credentials.invalid("images", "must be a list of up to " + MAX_IMAGES + ".");
        }
        content.images().forEach(image -> {
            if (image == null) {
                throw Credentials.invalid("images", "must not hold null.");
            }
            requireText("images", image.url(), MAX_NAME);
            requireText("images", image.alt(), MAX_NAME);
        });
        return content;
    }

    private static void requireText(String member, @Nullable String text, int longest) {
        if (text == null || text.isBlank() || text.length() > longest || !Database.canHold(text)) {
            throw Credentials.invalid(member, "must have 1 to " + longest + " characters.");
        }
    }

    /** The time beside the version tells a product from one that had its id in an earlier catalog. */
    private static EntityTag tag(Product product) {
        return EntityTag.strong(
                product.version() + "-" + Long.toString(product.updatedAt().toEpochMilli(), 36));
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

    /** RFC 9211. */
    private String status(Cached<?> cached) {
        long ttl = cached.remaining(clock.instant()).toSeconds();
        return switch (cached.origin()) {
            case HIT_NEAR -> "shop;hit;ttl=" + ttl + ";detail=near";
            case HIT_STORE -> "shop;hit;ttl=" + ttl + ";detail=store";
            case LOADED -> "shop;fwd=miss;ttl=" + ttl;
        };
    }

    private record Categories(List<Category> items) {}
}
