package dev.scalableapi.core.http;

import java.util.Optional;

/** The {@code Vary} field (RFC 9110 section 12.5.5). */
final class Vary {
    private Vary() {}

    /** The response with this request field among those on which it depends. */
    static ApiResponse adding(ApiResponse response, String field) {
        Optional<String> vary = response.headers().combined("Vary");
        if (vary.isEmpty() || vary.get().isBlank()) {
            return response.withHeader("Vary", field);
        }
        boolean named = FieldCursor.listHas(vary.get(), field) || FieldCursor.listHas(vary.get(), "*");
        return named ? response : response.withHeader("Vary", vary.get() + ", " + field);
    }
}
