package dev.scalableapi.examples.shop.http;

import dev.scalableapi.core.fields.FieldMask;
import dev.scalableapi.core.fields.FieldMaskModule;
import dev.scalableapi.core.fields.FieldSchema;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.CacheControl;
import dev.scalableapi.core.http.EntityTag;
import dev.scalableapi.core.http.HttpDate;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.core.http.PlainNumber;
import dev.scalableapi.examples.shop.catalog.Product;

/** What is answered about one product, with its validators. */
final class ProductAnswers {
    private static final String REVALIDATE =
            CacheControl.builder(CacheControl.Scope.PRIVATE).noCache().build().toString();

    private final Json json;
    private final FieldSchema fields;

    ProductAnswers(Json json) {
        this.json = json;
        fields = FieldSchema.of(json.mapper(), Product.class);
    }

    FieldMask mask(ApiRequest request) {
        return FieldMask.parse(request.query(), fields);
    }

    ApiResponse whole(int status, Product product) {
        return masked(status, product, FieldMask.all());
    }

    ApiResponse masked(int status, Product product, FieldMask mask) {
        return json.response(status, product, FieldMaskModule.writer(json.mapper(), mask))
                .withHeader("ETag", tag(product).toString())
                .withHeader("Last-Modified", HttpDate.format(product.updatedAt()))
                .withHeader("Cache-Control", REVALIDATE);
    }

    /** The time beside the version tells a product from one that had its id in an earlier catalog. */
    static EntityTag tag(Product product) {
        return EntityTag.strong(
                product.version() + "-" + Long.toString(product.updatedAt().toEpochMilli(), 36));
    }

    static int id(ApiRequest request) {
        String text = request.pathParameter("id");
        long id = PlainNumber.parseInteger(text).orElse(0);
        if (id < 1 || id > Integer.MAX_VALUE) {
            throw ApiException.notFound("There is no such product.");
        }
        return (int) id;
    }

    static ApiException notFound(int id) {
        return ApiException.notFound("Product with ID " + id + " not found.");
    }
}
