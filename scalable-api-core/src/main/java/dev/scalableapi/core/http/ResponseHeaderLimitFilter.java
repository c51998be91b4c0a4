package dev.scalableapi.core.http;

import java.util.concurrent.CompletionStage;

/**
 * Limits the size of response headers. Servers, proxies and clients have limits of their own, and answer a larger response with
 * a bare 500 or 502. A response beyond the limit fails with an exception whose message names its longest field, which is
 * rendered and logged as any other unexpected failure. Every {@link ApiPipeline} has this filter; add another one to change
 * the limit. Immutable and thread-safe.
 */
public final class ResponseHeaderLimitFilter implements ApiFilter {
    /** What is left to the filters outside and to the server, in the 8 KiB that many servers and proxies accept. */
    private static final int RESERVE = 1024;

    private final int maxBytes;

    private ResponseHeaderLimitFilter(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** {@return a filter with a limit of 7 KiB, which leaves 1 KiB of 8 to outer filters and the server} */
    static ResponseHeaderLimitFilter create() {
        return of((8 << 10) - RESERVE);
    }

    /**
     * {@return a filter with another limit}
     *
     * @param maxBytes maximum size of all names, values and separators that the handler and the filters inside of
     *     {@link Stage#COMPRESSION} set; the server's own limit should be 1 KiB higher
     * @throws IllegalArgumentException if it is below 1
     */
    public static ResponseHeaderLimitFilter of(int maxBytes) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes must be positive: " + maxBytes);
        }
        return new ResponseHeaderLimitFilter(maxBytes);
    }

    /** Inside of the filter that renders failures. */
    @Override
    public Stage stage() {
        return Stage.COMPRESSION;
    }

    @Override
    public CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next) {
        CompletionStage<ApiResponse> stage = next.handle(request);
        ApiResponse ready = ApiPipeline.ready(stage);
        if (ready != null) {
            check(ready.headers());
            return stage;
        }
        return EveryAnswer.of(
                stage,
                response -> {
                    check(response.headers());
                    return response;
                },
                refusal -> {
                    check(refusal.headers());
                    return refusal;
                });
    }

    private void check(Headers headers) {
        if (headers.bytes() > maxBytes) {
            throw new IllegalStateException("The response headers have " + headers.bytes() + " bytes, and at most "
                    + maxBytes + " are allowed. The longest field is " + headers.longestField() + ".");
        }
    }
}
