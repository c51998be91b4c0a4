package dev.scalableapi.errors;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.scalableapi.core.http.Violation;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Problem details (RFC 9457) of an error, of this server or of another. Immutable.
 *
 * @param type identifies the kind of problem; {@code about:blank} if the status is all that there is
 * @param title of the kind, for people
 * @param status the response's status, 400 to 599
 * @param detail of this occurrence, for people; null if there is none
 * @param instance identifies this occurrence; null if nothing does
 * @param extensions further members in order: text, numbers, booleans, violations, and lists and maps of these
 */
public record ApiProblem(
        URI type,
        String title,
        int status,
        @Nullable String detail,
        @Nullable URI instance,
        Map<String, Object> extensions) {
    static final URI BLANK = URI.create("about:blank");

    /**
     * Checks the status and the extensions, and copies these.
     *
     * @param type identifies the kind of problem
     * @param title of the kind
     * @param status 400 to 599
     * @param detail of this occurrence, or null
     * @param instance identifies this occurrence, or null
     * @param extensions further members
     * @throws IllegalArgumentException if the status is not an error, or an extension has the name of a standard member
     *     or a value that is not JSON, or nests deeper than 32 levels
     */
    public ApiProblem {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("Not an error status: " + status);
        }
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(title, "title");
        extensions = Extensions.copyOf(extensions, ApiProblem::isStandard);
    }

    /**
     * {@return the violations among the extension members} They are read from {@code errors}, as this library writes it; what
     * has another form is left out.
     */
    public List<Violation> violations() {
        return ViolationReader.read(extensions.get("errors"));
    }

    static boolean isStandard(String name) {
        return switch (name) {
            case "type", "title", "status", "detail", "instance" -> true;
            default -> false;
        };
    }

    /**
     * {@return a builder of a problem of the type {@code about:blank}, titled as RFC 9110 names the status}
     *
     * @param status 400 to 599
     */
    public static Builder builder(int status) {
        return new Builder(status);
    }

    /** {@return the members as JSON, those without a value left out; Jackson writes the same} */
    @JsonValue
    @JsonRawValue
    public String toJson() {
        return written().toString();
    }

    /** {@return {@link #toJson()} in UTF-8, as the content of a response} */
    public byte[] toJsonBytes() {
        return written().toBytes();
    }

    private JsonWriter written() {
        JsonWriter json = new JsonWriter();
        writeTo(json);
        return json;
    }

    void writeTo(JsonWriter json) {
        json.begin('{').member("type", UriReference.of(type)).member("title", title);
        json.member("status", status);
        if (detail != null) {
            json.member("detail", detail);
        }
        if (instance != null) {
            json.member("instance", UriReference.of(instance));
        }
        extensions.forEach(json::member);
        json.end('}');
    }

    /** {@return the status alone: the rest may be another server's, and hold anything} */
    @Override
    public String toString() {
        return "ApiProblem[status=" + status + "]";
    }

    /** Collects the members. Not thread-safe. */
    public static final class Builder {
        private final int status;
        private final Map<String, Object> extensions = new LinkedHashMap<>();
        private URI type = BLANK;
        private String title;
        private @Nullable String detail;
        private @Nullable URI instance;

        private Builder(int status) {
            this.status = status;
            this.title = StatusPhrase.of(status);
        }

        /**
         * Sets what identifies the kind of problem; best a page that explains it.
         *
         * @param uri may be relative
         * @return this
         */
        public Builder type(URI uri) {
            type = uri;
            return this;
        }

        /**
         * Sets the title.
         *
         * @param text the same at each occurrence, but for its language
         * @return this
         */
        public Builder title(String text) {
            title = text;
            return this;
        }

        /**
         * Sets the explanation of this occurrence.
         *
         * @param text a sentence for people, safe to show
         * @return this
         */
        public Builder detail(String text) {
            detail = text;
            return this;
        }

        /**
         * Sets what identifies this occurrence.
         *
         * @param uri may be relative
         * @return this
         */
        public Builder instance(URI uri) {
            instance = uri;
            return this;
        }

        /**
         * Adds a member of one's own.
         *
         * @param name none of the standard members'
         * @param value text, a number, a boolean, a violation, or a list or a map of these
         * @return this
         * @throws IllegalArgumentException if the member is there already
         */
        public Builder extension(String name, Object value) {
            if (extensions.putIfAbsent(name, value) != null) {
                throw new IllegalArgumentException("The extension is there already: " + name);
            }
            return this;
        }

        /**
         * {@return the problem}
         *
         * @throws IllegalArgumentException as {@link ApiProblem}
         */
        public ApiProblem build() {
            return new ApiProblem(type, title, status, detail, instance, extensions);
        }
    }
}
