package dev.scalableapi.core.http;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A response. Immutable; each {@code with} method returns a changed copy.
 *
 * @param status a final status, 200 to 599
 * @param headers the fields; {@code Content-Length} and {@code Transfer-Encoding} are the adapter's, and {@link ApiPipeline}
 *     drops them, but for the length in an answer to HEAD and in a 304
 * @param body the content
 */
public record ApiResponse(int status, Headers headers, Body body) {
    /**
     * Checks the status.
     *
     * @param status a final status, 200 to 599
     * @param headers the fields
     * @param body the content
     * @throws IllegalArgumentException if it is not a final one
     */
    public ApiResponse {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("Not a final status: " + status);
        }
        Objects.requireNonNull(headers, "headers");
        Objects.requireNonNull(body, "body");
    }

    /**
     * {@return a response without fields and content}
     *
     * @param status a final status
     */
    public static ApiResponse of(int status) {
        return new ApiResponse(status, Headers.empty(), Body.empty());
    }

    /**
     * {@return a response of plain text in UTF-8}
     *
     * @param status a final status
     * @param text the content
     */
    public static ApiResponse text(int status, String text) {
        return of(status).withHeader("Content-Type", "text/plain;charset=utf-8").withBody(Body.of(text));
    }

    /**
     * {@return the value of the first field of this name}
     *
     * @param name in any case
     */
    public Optional<String> header(String name) {
        return headers.first(name);
    }

    /**
     * {@return a copy in which this field replaces all of its name}
     *
     * @param name a token
     * @param value a field value
     * @throws IllegalArgumentException if either is malformed
     */
    public ApiResponse withHeader(String name, String value) {
        return withHeaders(headers.with(name, value));
    }

    /**
     * {@return a copy with this field beside others of its name}
     *
     * @param name a token
     * @param value a field value
     * @throws IllegalArgumentException if either is malformed
     */
    public ApiResponse withAddedHeader(String name, String value) {
        return withHeaders(headers.withAdded(name, value));
    }

    /**
     * {@return a copy with these fields alone}
     *
     * @param headers all of them
     */
    public ApiResponse withHeaders(Headers headers) {
        return new ApiResponse(status, headers, body);
    }

    /**
     * {@return a copy with this content}
     *
     * @param body the content
     */
    public ApiResponse withBody(Body body) {
        return new ApiResponse(status, headers, body);
    }

    /**
     * {@return a copy that names this field of the request among those on which the answer depends ({@code Vary}, RFC 9110
     * section 12.5.5)} It is added to what is named already, in one line; not again, and not beside {@code *}.
     *
     * @param field of the request, such as {@code Accept-Language}
     * @throws IllegalArgumentException if it is malformed
     */
    public ApiResponse varyingBy(String field) {
        Optional<String> vary = headers.combined("Vary");
        if (vary.isEmpty() || vary.get().isBlank()) {
            return withHeader("Vary", field);
        }
        boolean named = FieldCursor.listHas(vary.get(), field) || FieldCursor.listHas(vary.get(), "*");
        return named ? this : withHeader("Vary", vary.get() + ", " + field);
    }

    /**
     * {@return a copy with these links in {@code Link} (RFC 8288), beside those that it has} If there are no links, or if all
     * links of the response would have more than 2,048 characters, it is the same response.
     *
     * @param links in order, such as {@code PageRequest.links} returns them
     */
    public ApiResponse withLinks(List<Link> links) {
        int present = headers.combined("Link").map(field -> field.length() + 2).orElse(0);
        return Link.fieldValue(links)
                .filter(value -> present + value.length() <= Link.MAX_FIELD_LENGTH)
                .map(value -> withAddedHeader("Link", value))
                .orElse(this);
    }

    /**
     * {@return a copy that no cache keeps and nobody compresses} For an answer that holds a secret, such as a token: beside
     * something that an attacker chooses, the compressed length could tell the secret letter by letter (BREACH). The
     * {@code Cache-Control: no-store, no-transform} that says so binds proxies too (RFC 9111 section 5.2.2).
     */
    public ApiResponse secret() {
        return withHeader("Cache-Control", "no-store, no-transform");
    }
}
