package dev.scalableapi.core.http;

import java.util.Arrays;

/**
 * How large a request may be. Immutable.
 *
 * @param targetLength characters of path and query, still encoded
 * @param headerBytes characters of all fields' names and values together
 * @param bodyBytes bytes of the body
 */
public record RequestLimits(int targetLength, int headerBytes, long bodyBytes) {
    /**
     * Checks the limits.
     *
     * @param targetLength characters of path and query
     * @param headerBytes characters of all fields' names and values together
     * @param bodyBytes bytes of the body
     * @throws IllegalArgumentException if one is below 1
     */
    public RequestLimits {
        if (targetLength < 1 || headerBytes < 1 || bodyBytes < 1) {
            throw new IllegalArgumentException("Each limit of a request must be at least 1");
        }
    }

    /** {@return 8 KiB of target, 16 KiB of headers, 1 MiB of body} */
    public static RequestLimits defaults() {
        return new RequestLimits(8 << 10, 16 << 10, 1 << 20);
    }

    /**
     * {@return the same limits with another one for the body}
     *
     * @param bytes at the most
     * @throws IllegalArgumentException if it is below 1
     */
    public RequestLimits withBodyBytes(long bytes) {
        return new RequestLimits(targetLength, headerBytes, bytes);
    }

    /**
     * Checks a request.
     *
     * @param request as it came
     * @return the request, whose body fails with 413 {@code PAYLOAD_TOO_LARGE} where it goes beyond the limit
     * @throws ApiException 414 {@code URI_TOO_LONG}, 431 {@code HEADERS_TOO_LARGE}, 413 {@code PAYLOAD_TOO_LARGE}
     *     already if the length is known; 400 {@code INVALID_QUERY} if the query is malformed; 415
     *     {@code UNSUPPORTED_CONTENT_CODING} if the body is coded, since nothing here decodes it
     */
    public ApiRequest check(ApiRequest request) {
        if (request.target().length() > targetLength) {
            throw ApiException.of(414, "URI_TOO_LONG", "The URI must not exceed " + targetLength + " characters.");
        }
        if (size(request.headers()) > headerBytes) {
            throw ApiException.of(431, "HEADERS_TOO_LARGE", "The headers must not exceed " + headerBytes + " bytes.");
        }
        refuseCodings(request.headers());
        request.query();
        refuseDeclaredLength(request.headers());
        Body limited = request.body().limited(bodyBytes);
        return limited == request.body() ? request : request.withBody(limited);
    }

    private static long size(Headers headers) {
        long[] size = new long[1];
        headers.forEach((name, value) -> size[0] += name.length() + value.length());
        return size[0];
    }

    private static void refuseCodings(Headers headers) {
        if (headers.combined("Content-Encoding").filter(RequestLimits::isCoded).isPresent()) {
            String message = "The body must not be compressed.";
            throw ApiException.of(415, "UNSUPPORTED_CONTENT_CODING", message)
                    .withViolation(Violation.header("Content-Encoding", message))
                    .withHeader("Accept-Encoding", AcceptEncoding.IDENTITY);
        }
    }

    private static boolean isCoded(String codings) {
        return Arrays.stream(codings.split(",", -1))
                .map(String::strip)
                .anyMatch(coding -> !coding.isEmpty() && !coding.equalsIgnoreCase(AcceptEncoding.IDENTITY));
    }

    /** An adapter may not know the length that the client declared. A length that is no number is the server's matter. */
    private void refuseDeclaredLength(Headers headers) {
        String declared = headers.first("Content-Length").orElse("0");
        boolean number = declared.chars().allMatch(c -> c >= '0' && c <= '9') && !declared.isEmpty();
        if (number && (declared.length() > 18 || Long.parseLong(declared) > bodyBytes)) {
            throw LimitedPublisher.tooLarge(bodyBytes);
        }
    }

    /** {@return the filter that applies these limits} */
    public ApiFilter filter() {
        ApiFilter filter = (request, next) -> next.handle(check(request));
        return filter.at(Stage.LIMITS);
    }
}
