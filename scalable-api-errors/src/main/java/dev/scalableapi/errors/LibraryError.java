package dev.scalableapi.errors;

/** The codes of this library's own modules. */
enum LibraryError implements ErrorCode {
    BAD_REQUEST(400, "The request cannot be understood."),
    CONFLICT(409, "The state of the resource does not allow this."),
    FORBIDDEN(403, "The caller may not do this."),
    HEADERS_TOO_LARGE(431, "The headers are too large."),
    IDEMPOTENCY_IN_PROGRESS(409, "The request with this key is being worked on."),
    IDEMPOTENCY_KEY_MISSING(400, "The request must name a key in Idempotency-Key."),
    IDEMPOTENCY_KEY_REUSED(422, "The key was used for another request."),
    IDEMPOTENCY_UNAVAILABLE(503, "Keys cannot be looked up. Try again shortly."),
    IDEMPOTENT_RESPONSE_NOT_KEPT(409, "The request was done, but its answer was too large to be kept."),
    INCOMPLETE_BODY(400, "The body could not be read to its end."),
    INSUFFICIENT_SCOPE(403, "The access token does not permit this."),
    INTERNAL_SERVER_ERROR(500, "The server could not answer the request."),
    INVALID_API_KEY(401, "The API key is not valid."),
    INVALID_CURSOR(400, "The cursor is not valid for this request. Start again without it."),
    INVALID_IDEMPOTENCY_KEY(400, "The key must be one string of 1 to 255 characters of visible ASCII."),
    INVALID_JSON(400, "The body is not the JSON that is expected here."),
    INVALID_PARAMETER(400, "A parameter is not valid."),
    INVALID_PATH(400, "The path has a malformed percent escape."),
    INVALID_QUERY(400, "The query has a malformed percent escape."),
    INVALID_REQUEST(400, "The Authorization header is malformed."),
    INVALID_TOKEN(401, "The access token is not valid."),
    MALFORMED_BODY(400, "The body is not what its Content-Encoding says."),
    MALFORMED_REQUEST(400, "The request is not valid HTTP."),
    METHOD_NOT_ALLOWED(405, "This path does not support the method."),
    MISDIRECTED_REQUEST(421, "The connection is not for this scheme or host."),
    NOT_ACCEPTABLE(406, "There is nothing in a form that the request accepts."),
    NOT_IMPLEMENTED(501, "The server does not support this kind of request."),
    NOT_IN_CACHE(504, "There is no stored response, and only one was wanted."),
    OVERLOADED(503, "The server is busy. Try again shortly."),
    PAYLOAD_TOO_LARGE(413, "The body is too large."),
    PRECONDITION_FAILED(412, "The resource is not in the state that the request names."),
    PRECONDITION_REQUIRED(428, "Name the state that you mean to change in If-Match."),
    RATE_LIMITED(429, "Too many requests. Try again later."),
    REQUEST_TIMEOUT(408, "The body came too slowly."),
    RESOURCE_NOT_FOUND(404, "There is nothing at this path."),
    UNAUTHENTICATED(401, "This needs an access token."),
    UNAVAILABLE(503, "A service that this one needs is not available."),
    UNSUPPORTED_CONTENT_CODING(415, "The body's Content-Encoding is not one taken here."),
    UNSUPPORTED_EXPECTATION(417, "The server does not support the value of Expect."),
    UNSUPPORTED_HTTP_VERSION(505, "The server does not support this version of HTTP."),
    UNSUPPORTED_MEDIA_TYPE(415, "The body is of a type that is not taken here."),
    URI_TOO_LONG(414, "The URI is too long."),
    VALIDATION_FAILED(400, "The request has values that are not valid.");

    private final int status;
    private final String message;

    LibraryError(int status, String message) {
        this.status = status;
        this.message = message;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public String message() {
        return message;
    }
}
