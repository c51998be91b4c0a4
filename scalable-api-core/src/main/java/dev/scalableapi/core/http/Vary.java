package dev.scalableapi.core.http;

import java.util.Locale;
import java.util.Optional;

/** The {@code Vary} field (RFC 9110 section 12.5.5). */
final class Vary {
    private Vary() {}

    /** The response with this request field among those on which it depends. */
    static ApiResponse adding(ApiResponse response, String field) {
        Optional<String> vary = response.headers().combined("Vary");
        if (vary.isEmpty()) {
            return response.withHeader("Vary", field);
        }
        String name = field.toLowerCase(Locale.ROOT);
        boolean named = Weighted.list(vary.get()).stream()
                .anyMatch(member -> member.name().equals(name) || member.name().equals("*"));
        return named ? response : response.withHeader("Vary", vary.get() + ", " + field);
    }
}
