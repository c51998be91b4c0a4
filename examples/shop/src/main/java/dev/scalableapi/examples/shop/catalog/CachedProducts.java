package dev.scalableapi.examples.shop.catalog;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.scalableapi.cache.CacheAside;
import dev.scalableapi.cache.CacheAsideBuilder;
import dev.scalableapi.cache.Cached;
import dev.scalableapi.cache.Codec;
import dev.scalableapi.cache.FailedWrites;
import dev.scalableapi.cache.LoadContext;
import dev.scalableapi.cache.Loader;
import dev.scalableapi.core.cache.CacheStore;
import dev.scalableapi.core.page.Keyset;
import dev.scalableapi.core.page.Slice;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The products through the cache, one by one and in pages. A write empties the caches of all instances after its commit:
 * of the product itself, and of the pages that it may be on, by their tags. Thread-safe.
 */
public final class CachedProducts {
    private static final Duration PRODUCT_TTL = Duration.ofMinutes(10);
    private static final Duration PAGE_TTL = Duration.ofMinutes(1);
    private static final Duration IF_THE_DATABASE_FAILS = Duration.ofMinutes(10);
    private static final String ALL = "all";

    private final ProductRepository repository;
    private final Executor blocking;
    private final CacheAside<Integer, Product> products;
    private final CacheAside<PageKey, ProductPage> pages;

    /**
     * Makes the caches.
     *
     * @param repository what is cached
     * @param store for all instances
     * @param mapper writes the values
     * @param blocking where the database is asked
     * @param telemetry where the caches' metrics go
     */
    public CachedProducts(
            ProductRepository repository,
            CacheStore store,
            ObjectMapper mapper,
            Executor blocking,
            OpenTelemetry telemetry) {
        this.repository = repository;
        this.blocking = blocking;
        products = settings(CacheAside.<Integer, Product>builder(
                        "products", PRODUCT_TTL, Loader.blocking(blocking, repository::find)))
                .store(store, Codec.json(mapper, new TypeReference<>() {}))
                .openTelemetry(telemetry)
                .build();
        pages = settings(CacheAside.builder("product-pages", PAGE_TTL, Loader.blocking(blocking, this::load)))
                .store(
                        store,
                        Codec.json(mapper, new TypeReference<ProductPage>() {}).compressed(1_024, 1 << 20))
                .keys(PageKey::text)
                .nearEntries(1_000)
                .openTelemetry(telemetry)
                .build();
    }

    private static <K, V> CacheAsideBuilder<K, V> settings(CacheAsideBuilder<K, V> builder) {
        // A write is in the database when the caches hear of it: it must not fail because Redis is away.
        return builder.staleIfError(IF_THE_DATABASE_FAILS).failedWrites(FailedWrites.QUEUE);
    }

    /** What is not there is asked for by those who try names and numbers: it must not push out what is. */
    private Optional<ProductPage> load(PageKey key, LoadContext<ProductPage> context) {
        ProductQuery query = key.query();
        ProductPage page =
                new ProductPage(repository.page(query, key.offset(), key.limit()), repository.count(query.filters()));
        if (page.items().isEmpty()) {
            context.doNotCache();
        }
        context.tags(query.category().map(CachedProducts::tag).orElse(ALL));
        return Optional.of(page);
    }

    /** A name may be longer than a tag: then no category has it. */
    private static String tag(String category) {
        return "category:"
                + category.codePoints()
                        .limit(100)
                        .filter(c -> !Character.isISOControl(c))
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append);
    }

    /**
     * {@return the product with this id, and where it was found}
     *
     * @param id any number
     */
    public CompletionStage<Cached<Product>> find(int id) {
        return products.get(id);
    }

    /**
     * {@return some products, and where they were found}
     *
     * @param query which, in which order, and how much of each
     * @param offset how many to leave out before, not negative
     * @param limit how many to return, at the most
     */
    public CompletionStage<Cached<ProductPage>> page(ProductQuery query, long offset, int limit) {
        return pages.get(new PageKey(query, offset, limit));
    }

    /**
     * {@return some products, always from the database: a cursor is good for one caller, and costs one look into an index}
     *
     * @param query how much of each
     * @param keyset which, and in which order
     */
    public CompletionStage<Slice<ProductRow>> slice(ProductQuery query, Keyset<ProductRow> keyset) {
        return CompletableFuture.supplyAsync(() -> repository.slice(query, keyset), blocking);
    }

    /**
     * {@return whether there is a category of this name}
     *
     * @param category any text
     */
    public CompletionStage<Boolean> hasCategory(String category) {
        return CompletableFuture.supplyAsync(() -> repository.hasCategory(category), blocking);
    }

    /**
     * Replaces a product's content.
     *
     * @param id which one
     * @param content what it is from now on; its category must exist
     * @param check throws if this is not the state to replace; called within the write's transaction
     * @return completes with the new product when the caches know, or will know once their store is back; empty if there is
     *     no product with this id; fails with what the check has thrown
     */
    public CompletionStage<Optional<Product>> replace(int id, ProductContent content, Consumer<Product> check) {
        return CompletableFuture.supplyAsync(() -> repository.replace(id, content, check), blocking)
                .thenCompose(replaced -> replaced.map(one -> forget(one).thenApply(Optional::of))
                        .orElseGet(() -> CompletableFuture.completedStage(Optional.empty())));
    }

    /**
     * Makes a product.
     *
     * @param content its category must exist
     * @param record called in the write's transaction; what it throws ends that
     * @return completes with the product when the caches know, or will know once their store is back
     */
    public CompletionStage<Product> create(ProductContent content, ProductRepository.Recorder record) {
        return CompletableFuture.supplyAsync(() -> repository.create(content, record), blocking)
                .thenCompose(product -> forget(product, Set.of(ALL, tag(product.category()))));
    }

    private CompletionStage<Product> forget(Replaced replaced) {
        return forget(
                replaced.now(),
                new HashSet<>(List.of(
                        ALL,
                        tag(replaced.before().category()),
                        tag(replaced.now().category()))));
    }

    private CompletionStage<Product> forget(Product product, Set<String> tags) {
        List<CompletionStage<?>> told = new ArrayList<>();
        told.add(products.invalidate(product.id()));
        tags.forEach(tag -> told.add(pages.invalidateTag(tag)));
        return CompletableFuture.allOf(
                        told.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> product);
    }

    private record PageKey(ProductQuery query, long offset, int limit) {
        String text() {
            return offset + "/" + limit + "/" + query.canonical();
        }
    }
}
