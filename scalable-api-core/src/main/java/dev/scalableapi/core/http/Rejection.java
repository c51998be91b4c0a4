package dev.scalableapi.core.http;

import java.util.concurrent.CompletionStage;

/**
 * A failure that is known before the filters run and is thrown at {@link Stage#REFUSAL}: the server rejects the request, or
 * no route matches it.
 */
final class Rejection {
    private static final AttributeKey<ApiException> KEY = AttributeKey.create("rejection");

    private Rejection() {}

    static void put(Exchange exchange, ApiException failure) {
        exchange.put(KEY, failure);
    }

    static boolean isIn(Exchange exchange) {
        return exchange.get(KEY).isPresent();
    }

    static ApiFilter filter() {
        ApiFilter filter = Rejection::filter;
        return filter.at(Stage.REFUSAL);
    }

    private static CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next) {
        request.exchange().get(KEY).ifPresent(failure -> {
            throw failure;
        });
        return next.handle(request);
    }
}
