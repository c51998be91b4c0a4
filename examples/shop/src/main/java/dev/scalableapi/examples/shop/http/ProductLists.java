package dev.scalableapi.examples.shop.http;

import com.fasterxml.jackson.databind.ObjectWriter;
import dev.scalableapi.core.fields.FieldMask;
import dev.scalableapi.core.fields.FieldMaskModule;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.core.http.QueryPart;
import dev.scalableapi.core.page.CursorCodec;
import dev.scalableapi.core.page.CursorRequest;
import dev.scalableapi.core.page.CursorScope;
import dev.scalableapi.core.page.Cursors;
import dev.scalableapi.core.page.Keyset;
import dev.scalableapi.core.page.Page;
import dev.scalableapi.core.page.PageRequest;
import dev.scalableapi.examples.shop.catalog.CachedProducts;
import dev.scalableapi.examples.shop.catalog.ProductPage;
import dev.scalableapi.examples.shop.catalog.ProductQueries;
import dev.scalableapi.examples.shop.catalog.ProductQuery;
import dev.scalableapi.examples.shop.catalog.ProductRow;
import java.time.Clock;
import java.util.concurrent.CompletionStage;

/** {@code GET /products}: by page number through the cache, or by cursor; sorted, filtered, and with the fields asked for. */
final class ProductLists {
    private final Json json;
    private final Clock clock;
    private final CachedProducts products;
    private final CursorCodec cursors;
    private final ProductQueries queries;

    ProductLists(Json json, Clock clock, CachedProducts products, CursorCodec cursors) {
        this.json = json;
        this.clock = clock;
        this.products = products;
        this.cursors = cursors;
        queries = new ProductQueries(json.mapper());
    }

    CompletionStage<ApiResponse> list(ApiRequest request) {
        FieldMask mask = queries.mask(request.query());
        ProductQuery query = queries.parse(request.query(), mask);
        ObjectWriter writer = FieldMaskModule.writer(json.mapper(), mask);
        QueryPart[] parts = {query.filters(), query.sort(), mask};
        return CursorRequest.isIn(request.query())
                ? slice(request, query, writer, parts)
                : page(request, query, writer, parts);
    }

    private CompletionStage<ApiResponse> page(
            ApiRequest request, ProductQuery query, ObjectWriter writer, QueryPart... parts) {
        PageRequest asked = Pages.requested(request);
        return products.page(query, asked.offset(), asked.limit()).thenApply(cached -> {
            ProductPage found = cached.value().orElseThrow();
            Page<ProductRow> page = Page.of(found.items(), asked, found.total());
            return Pages.response(json, writer, request, asked, page, parts)
                    .withHeader(CacheStatus.FIELD, CacheStatus.of(cached, clock));
        });
    }

    private CompletionStage<ApiResponse> slice(
            ApiRequest request, ProductQuery query, ObjectWriter writer, QueryPart... parts) {
        CursorRequest asked = Pages.requestedByCursor(request);
        Cursors scoped = cursors.in(CursorScope.of(request, query.sort(), query.filters()));
        Keyset<ProductRow> keyset = Keyset.of(asked, scoped, query.sort(), query.filters());
        return products.slice(query, keyset)
                .thenApply(slice -> Pages.response(json, writer, request, asked, slice, parts)
                        .withHeader(CacheStatus.FIELD, CacheStatus.BYPASS));
    }
}
