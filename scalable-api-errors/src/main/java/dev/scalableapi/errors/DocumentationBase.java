package dev.scalableapi.errors;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The URI of a page about all codes, to which a code is appended. */
record DocumentationBase(URI uri) {
    DocumentationBase {
        String text = uri.toString();
        if (!text.endsWith("#") && !text.endsWith("/") && !text.endsWith("=")) {
            throw new IllegalArgumentException("A code is appended, so this must end with #, / or =: " + uri);
        }
    }

    URI link(ErrorCode code) {
        return code.documentation().orElseGet(() -> link(code.name()));
    }

    /** A plus sign would stand for itself outside of a query. */
    URI link(String code) {
        return URI.create(uri + URLEncoder.encode(code, StandardCharsets.UTF_8).replace("+", "%20"));
    }
}
