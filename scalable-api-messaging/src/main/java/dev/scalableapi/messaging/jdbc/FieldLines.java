package dev.scalableapi.messaging.jdbc;

import dev.scalableapi.core.http.Headers;

/** The fields of a response as text: lines of name, colon and value. No field holds a line feed. */
final class FieldLines {
    private FieldLines() {}

    static String write(Headers headers) {
        StringBuilder lines = new StringBuilder();
        headers.forEach(
                (name, value) -> lines.append(name).append(':').append(value).append('\n'));
        return lines.toString();
    }

    /** @throws IllegalStateException if it is not of this form */
    static Headers read(String lines) {
        Headers.Builder headers = Headers.builder();
        for (int start = 0; start < lines.length(); ) {
            int colon = lines.indexOf(':', start);
            int end = lines.indexOf('\n', start);
            if (colon < 0 || end < colon) {
                throw foreign();
            }
            try {
                headers.add(lines.substring(start, colon), lines.substring(colon + 1, end));
            } catch (IllegalArgumentException e) {
                // No cause: its message may repeat what was stored.
                throw foreign();
            }
            start = end + 1;
        }
        return headers.build();
    }

    private static IllegalStateException foreign() {
        return new IllegalStateException("A stored response is in a form that is not ours");
    }
}
