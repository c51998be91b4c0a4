package dev.scalableapi.auth;

import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;

/** Collects the parameters of a form (RFC 6749 appendix B), in the order in which they are added. Not thread-safe. */
final class FormBody {
    static final String CONTENT_TYPE = "application/x-www-form-urlencoded";

    private final StringBuilder text;

    FormBody() {
        text = new StringBuilder();
    }

    private FormBody(FormBody other) {
        text = new StringBuilder(other.text);
    }

    FormBody add(String name, String value) {
        text.append(text.length() == 0 ? "" : "&")
                .append(encoded(name))
                .append('=')
                .append(encoded(value));
        return this;
    }

    FormBody copy() {
        return new FormBody(this);
    }

    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    HttpRequest.BodyPublisher publisher() {
        return HttpRequest.BodyPublishers.ofString(text.toString());
    }

    /** {@return a fixed text, because a parameter may be a secret} */
    @Override
    public String toString() {
        return "FormBody";
    }
}
