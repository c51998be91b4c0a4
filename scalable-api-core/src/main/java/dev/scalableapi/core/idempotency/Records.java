package dev.scalableapi.core.idempotency;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.Headers;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * What of an answer is recorded, and how it is repeated.
 *
 * @param retention how long
 * @param maxBytes content that is longer is not recorded: what is, then, is that it was too large
 * @param omitted the fields that belong to one exchange, in lower case
 */
record Records(Duration retention, int maxBytes, Set<String> omitted) {
    static final String REPLAYED = "Idempotent-Replayed";

    /** Stands in the record of an answer that was too large, and never in another. */
    private static final String TOO_LARGE = "Idempotency-Too-Large";

    /** Fields of one exchange, one connection, or one client's session. */
    static final Set<String> OF_ONE_EXCHANGE = Set.of(
            "age",
            "authentication-info",
            "baggage",
            "connection",
            "content-length",
            "date",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authentication-info",
            "proxy-connection",
            "server-timing",
            "set-cookie",
            "set-cookie2",
            "te",
            "traceparent",
            "tracestate",
            "traceresponse",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "x-correlation-id",
            "x-request-id",
            REPLAYED.toLowerCase(Locale.ROOT),
            TOO_LARGE.toLowerCase(Locale.ROOT));

    boolean fits(Body body) {
        return !(body instanceof Body.Streaming) && body.length() <= maxBytes;
    }

    /** The record of an answer; of one that is too large, that it was. */
    ApiResponse of(ApiResponse response) {
        if (response.body() instanceof Body.Streaming) {
            throw new IllegalArgumentException("A recorded answer's body must be in memory");
        }
        return fits(response.body()) ? response.withHeaders(kept(response.headers())) : tooLarge(response.status());
    }

    ApiResponse tooLarge(int status) {
        return ApiResponse.of(status).withHeader(TOO_LARGE, "true");
    }

    /** The answer that a record stands for. Fields are left out once more: a store may hold what others wrote. */
    ApiResponse replayed(ApiResponse kept) {
        if (kept.headers().contains(TOO_LARGE)) {
            throw ApiException.of(
                            409,
                            "IDEMPOTENT_RESPONSE_NOT_KEPT",
                            "The request was done with status " + kept.status()
                                    + ". Its answer was too large to be kept.")
                    .withExtension("originalStatus", kept.status());
        }
        return kept.withHeaders(kept(kept.headers())).withHeader(REPLAYED, "true");
    }

    private Headers kept(Headers headers) {
        Set<String> named = new HashSet<>();
        headers.all("Connection")
                .forEach(line -> Arrays.stream(line.split(","))
                        .forEach(name -> named.add(name.strip().toLowerCase(Locale.ROOT))));
        Headers.Builder kept = Headers.builder();
        headers.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!omitted.contains(lower) && !named.contains(lower)) {
                kept.add(name, value);
            }
        });
        return kept.build();
    }
}
