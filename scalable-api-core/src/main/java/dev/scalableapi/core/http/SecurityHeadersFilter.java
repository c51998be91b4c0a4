package dev.scalableapi.core.http;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Adds to every response, errors among them, what a browser must be told of an API's answers, wherever the handler said
 * nothing of the kind: {@code X-Content-Type-Options: nosniff}; a {@code Content-Security-Policy} by which an answer runs
 * and loads nothing and stands in no frame; and {@code Cache-Control: no-store} for a response that has neither a validator
 * nor {@code Expires}, so that no cache keeps tokens, personal data or a 404 by a guess of its own. To a 304 only the first is
 * added: what it says replaces what the handler said with the content. Immutable and thread-safe.
 */
public final class SecurityHeadersFilter implements ApiFilter {
    private static final List<String> CACHEABLE = List.of("Cache-Control", "Expires", "ETag", "Last-Modified");

    private static final Headers NO_SNIFFING = Headers.of("X-Content-Type-Options", "nosniff");

    private static final String TRANSPORT_SECURITY = "Strict-Transport-Security";

    private final Headers defaults;
    private final Headers overHttp;

    private SecurityHeadersFilter(Headers defaults) {
        this.defaults = defaults;
        overHttp = defaults.without(TRANSPORT_SECURITY);
    }

    /** {@return the filter} */
    public static SecurityHeadersFilter create() {
        return new SecurityHeadersFilter(
                NO_SNIFFING.with("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"));
    }

    /**
     * {@return the filter with one more field, or another value for one, such as {@code Strict-Transport-Security}} That one
     * is left out where the request's scheme is {@code http} (RFC 6797 section 7.2).
     *
     * @param name a token
     * @param value for responses whose handler gave none
     * @throws IllegalArgumentException if either is malformed
     */
    public SecurityHeadersFilter with(String name, String value) {
        return new SecurityHeadersFilter(defaults.with(name, value));
    }

    @Override
    public Stage stage() {
        return Stage.CORS;
    }

    @Override
    public CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next) {
        Headers wanted = request.scheme().equals("https") ? defaults : overHttp;
        return EveryAnswer.of(
                next.handle(request), response -> completed(response, wanted), refusal -> completed(refusal, wanted));
    }

    /**
     * {@return the response with the fields that it lacks}
     *
     * @param response of a handler
     */
    public ApiResponse apply(ApiResponse response) {
        return completed(response, defaults);
    }

    private static ApiResponse completed(ApiResponse response, Headers wanted) {
        Headers own = response.headers();
        return response.withHeaders(
                added(own, response.status() == 304 ? missing(own, NO_SNIFFING) : missingInAll(own, wanted)));
    }

    private static ApiException completed(ApiException refusal, Headers wanted) {
        ApiException[] complete = {refusal};
        missingInAll(refusal.headers(), wanted)
                .forEach((name, value) -> complete[0] = complete[0].withHeader(name, value));
        return complete[0];
    }

    private static Headers added(Headers own, Headers more) {
        Headers[] all = {own};
        more.forEach((name, value) -> all[0] = all[0].withAdded(name, value));
        return all[0];
    }

    private static Headers missingInAll(Headers own, Headers wanted) {
        Headers missing = missing(own, wanted);
        return CACHEABLE.stream().anyMatch(own::contains) ? missing : missing.withAdded("Cache-Control", "no-store");
    }

    private static Headers missing(Headers own, Headers wanted) {
        Headers.Builder missing = Headers.builder();
        wanted.forEach((name, value) -> {
            if (!own.contains(name)) {
                missing.add(name, value);
            }
        });
        return missing.build();
    }
}
