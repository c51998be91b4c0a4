package dev.scalableapi.core.http;

/** What a client is told whose body cannot be decoded. */
final class MalformedBody {
    private MalformedBody() {}

    static ApiException create() {
        String message = "The body is not what its Content-Encoding says.";
        return ApiException.of(400, "MALFORMED_BODY", message)
                .withViolation(Violation.header("Content-Encoding", message));
    }
}
