package dev.scalableapi.core.http;

/**
 * Which responses have a body, and which may tell a length of their own (RFC 9110 sections 8.6, 9.3.2 and 15). The
 * framing is the adapter's: another length beside it would let a client see two responses in one.
 */
final class Framing {
    private Framing() {}

    /** Whether an adapter can write the response as it is. */
    static boolean isRight(ApiRequest request, ApiResponse response) {
        return (response.body() instanceof Body.Empty || hasBody(request, response))
                && (mayTellLength(request, response) || !response.headers().contains("Content-Length"))
                && !response.headers().contains("Transfer-Encoding");
    }

    /** The response as an adapter can write it. */
    static ApiResponse righted(ApiRequest request, ApiResponse response) {
        return isRight(request, response)
                ? response
                : new ApiResponse(
                        response.status(),
                        headers(request, response),
                        hasBody(request, response) ? response.body() : Body.empty());
    }

    private static Headers headers(ApiRequest request, ApiResponse response) {
        Headers others = response.headers().without("Transfer-Encoding");
        if (!mayTellLength(request, response)) {
            return others.without("Content-Length");
        }
        boolean isKnown = allowsBody(response.status())
                && !(response.body() instanceof Body.Empty)
                && response.body().length() >= 0;
        return isKnown
                ? others.with("Content-Length", Long.toString(response.body().length()))
                : others;
    }

    private static boolean hasBody(ApiRequest request, ApiResponse response) {
        return !isHead(request) && allowsBody(response.status());
    }

    /** Where there is no body, the length is what there would have been; 204 and 205 have none even so. */
    private static boolean mayTellLength(ApiRequest request, ApiResponse response) {
        return response.status() == 304 || (isHead(request) && allowsBody(response.status()));
    }

    private static boolean allowsBody(int status) {
        return status != 204 && status != 205 && status != 304;
    }

    private static boolean isHead(ApiRequest request) {
        return request.method().equals("HEAD");
    }
}
