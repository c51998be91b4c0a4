package dev.scalableapi.examples.shop.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.core.http.Preconditions;
import dev.scalableapi.core.http.Validators;
import dev.scalableapi.core.idempotency.IdempotentWork;
import dev.scalableapi.examples.shop.catalog.CachedProducts;
import dev.scalableapi.examples.shop.catalog.Product;
import dev.scalableapi.examples.shop.catalog.ProductContent;
import dev.scalableapi.messaging.jdbc.JdbcIdempotencyStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** {@code POST /products} and {@code PUT /products/{id}}. */
final class ProductWrites {
    private final Json json;
    private final CachedProducts products;
    private final ProductAnswers answers;
    private final JdbcIdempotencyStore idempotency;
    private final Supplier<CompletionStage<Void>> categoriesChanged;

    /**
     * Makes the handlers.
     *
     * @param categoriesChanged forgets the list of categories, which has counts of products
     */
    ProductWrites(
            Json json,
            CachedProducts products,
            ProductAnswers answers,
            JdbcIdempotencyStore idempotency,
            Supplier<CompletionStage<Void>> categoriesChanged) {
        this.json = json;
        this.products = products;
        this.answers = answers;
        this.idempotency = idempotency;
        this.categoriesChanged = categoriesChanged;
    }

    /** The product and the answer are committed together: whatever dies, a key makes one product. */
    CompletionStage<ApiResponse> create(ApiRequest request) {
        IdempotentWork work = request.exchange().get(IdempotentWork.KEY).orElseThrow();
        return content(request)
                .thenCompose(content ->
                        products.create(content, (connection, product) -> record(connection, work, created(product))))
                .thenCompose(product -> categoriesChanged.get().thenApply(known -> created(product)));
    }

    private void record(Connection connection, IdempotentWork work, ApiResponse answer) throws SQLException {
        if (!idempotency.complete(connection, work, answer)) {
            // Another was given the key meanwhile, as this one took longer than its lease.
            throw ApiException.of(409, "IDEMPOTENCY_IN_PROGRESS", "The request with this key is being worked on.")
                    .withRetryAfter(Duration.ofSeconds(1));
        }
    }

    private ApiResponse created(Product product) {
        return answers.whole(201, product).withHeader("Location", "/products/" + product.id());
    }

    CompletionStage<ApiResponse> replace(ApiRequest request) {
        int id = ProductAnswers.id(request);
        return content(request)
                .thenCompose(content -> products.replace(
                        id,
                        content,
                        present -> Preconditions.of(request)
                                .requireMatch(Optional.of(Validators.of(ProductAnswers.tag(present))))))
                .thenCompose(replaced -> categoriesChanged.get().thenApply(known -> replaced))
                .thenApply(replaced -> answers.whole(200, replaced.orElseThrow(() -> ProductAnswers.notFound(id))));
    }

    private CompletionStage<ProductContent> content(ApiRequest request) {
        return json.read(request, JsonNode.class).thenCompose(body -> {
            ProductDraft draft = new ProductDraft(body);
            return products.hasCategory(draft.category()).thenApply(exists -> {
                if (!exists) {
                    draft.categoryIsUnknown();
                }
                return draft.checked();
            });
        });
    }
}
