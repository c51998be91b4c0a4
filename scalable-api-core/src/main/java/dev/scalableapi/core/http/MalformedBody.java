package dev.scalableapi.core.http;

/** The failure of a body that cannot be decoded. */
final class MalformedBody {
    private MalformedBody() {}

    static ApiException create() {
        String message = "The body is not what its Content-Encoding says.";
        return ApiException.of(
                400,
                "MALFORMED_BODY",
                Violation.header("Content-Encoding", message).withKey("coding.malformed"));
    }
}
