package dev.scalableapi.core.http;

import java.util.List;

/**
 * How large a request may be, and in which codings its body is taken. Immutable.
 *
 * <p>A coded body is decoded as it is read, once; the limit counts for what comes over the wire and for what becomes of
 * it. It may be coded twice, not more.
 *
 * @param targetLength characters of path and query, still encoded
 * @param headerBytes characters of all fields' names and values together
 * @param bodyBytes bytes of the body, coded and decoded
 * @param codings those that are decoded; with any other the request is refused
 */
public record RequestLimits(int targetLength, int headerBytes, long bodyBytes, List<ContentCoding> codings) {
    /**
     * Checks the limits.
     *
     * @param targetLength characters of path and query
     * @param headerBytes characters of all fields' names and values together
     * @param bodyBytes bytes of the body, coded and decoded
     * @param codings those that are decoded
     * @throws IllegalArgumentException if one is below 1
     */
    public RequestLimits {
        if (targetLength < 1 || headerBytes < 1 || bodyBytes < 1) {
            throw new IllegalArgumentException("Each limit of a request must be at least 1");
        }
        codings = List.copyOf(codings);
    }

    /** {@return 8 KiB of target, 16 KiB of headers, 1 MiB of body, no coding} */
    public static RequestLimits defaults() {
        return new RequestLimits(8 << 10, 16 << 10, 1 << 20, List.of());
    }

    /**
     * {@return the same limits with another one for the body}
     *
     * @param bytes at the most
     * @throws IllegalArgumentException if it is below 1
     */
    public RequestLimits withBodyBytes(long bytes) {
        return new RequestLimits(targetLength, headerBytes, bytes, codings);
    }

    /**
     * {@return the same limits, with bodies in these codings decoded} Each is code that strangers feed, some of it native:
     * so none is on before you name it.
     *
     * @param codings such as {@link ContentCoding#available()}, the preferred one first
     */
    public RequestLimits withCodings(List<ContentCoding> codings) {
        return new RequestLimits(targetLength, headerBytes, bodyBytes, codings);
    }

    /**
     * Checks a request.
     *
     * @param request as it came
     * @return the request, whose body fails with 413 {@code PAYLOAD_TOO_LARGE} where it goes beyond the limit, and with 400
     *     {@code MALFORMED_BODY} where its coding is broken; decoded, it has no {@code Content-Encoding} and no
     *     {@code Content-Length}
     * @throws ApiException 414 {@code URI_TOO_LONG}, 431 {@code HEADERS_TOO_LARGE}, 413 {@code PAYLOAD_TOO_LARGE}
     *     already if the length is known; 400 {@code INVALID_QUERY} if the query is malformed; 415
     *     {@code UNSUPPORTED_CONTENT_CODING} if the body is in a coding that is not taken, or in more than two
     */
    public ApiRequest check(ApiRequest request) {
        if (request.target().length() > targetLength) {
            throw ApiException.of(414, "URI_TOO_LONG", "The URI must not exceed " + targetLength + " characters.")
                    .withExtension("maxCharacters", targetLength);
        }
        if (size(request.headers()) > headerBytes) {
            throw ApiException.of(431, "HEADERS_TOO_LARGE", "The headers must not exceed " + headerBytes + " bytes.")
                    .withExtension("maxBytes", headerBytes);
        }
        request.query();
        refuseDeclaredLength(request.headers());
        ApiRequest decoded = new ContentDecoding(codings).decoded(request, bodyBytes);
        Body limited = decoded.body().limited(bodyBytes);
        return limited == decoded.body() ? decoded : decoded.withBody(limited);
    }

    private static long size(Headers headers) {
        long[] size = new long[1];
        headers.forEach((name, value) -> size[0] += name.length() + value.length());
        return size[0];
    }

    /** An adapter may not know the length that the client declared. A length that is no number is the server's matter. */
    private void refuseDeclaredLength(Headers headers) {
        String declared = headers.first("Content-Length").orElse("0");
        if (HttpGrammar.isDigits(declared) && (declared.length() > 18 || Long.parseLong(declared) > bodyBytes)) {
            throw LimitedPublisher.tooLarge(bodyBytes);
        }
    }

    /** {@return the filter that applies these limits} */
    public ApiFilter filter() {
        ApiFilter filter = (request, next) -> next.handle(check(request));
        return filter.at(Stage.LIMITS);
    }
}
