package dev.scalableapi.core.http;

/** What a client is told whose body cannot be decoded. */
final class MalformedBody {
    private MalformedBody() {}

    static ApiException create() {
        return ApiException.of(400, "MALFORMED_BODY", "The body is not what its Content-Encoding says.")
                .withParameter("Content-Encoding");
    }
}
