package dev.scalableapi.errors;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.http.Violation;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes failures as responses. It needs no pipeline, so that the exception handler of another framework can call it, too.
 * Members that have no value are left out. Immutable and thread-safe.
 */
public final class ErrorRenderer {
    private final @Nullable DocumentationBase documentation;
    private final Map<String, Known> known;
    private final ErrorFormat defaultFormat;
    private final int maxViolations;
    private final ExceptionMapper exceptions;
    private final @Nullable ErrorMessages messages;

    private ErrorRenderer(Builder builder) {
        documentation = builder.documentation;
        known = known(builder);
        defaultFormat = builder.defaultFormat;
        maxViolations = builder.maxViolations;
        exceptions = builder.exceptions;
        messages = builder.messages;
    }

    private static Map<String, Known> known(Builder builder) {
        Map<String, URI> types = new HashMap<>(builder.types);
        Map<String, Known> known = new HashMap<>();
        for (ErrorCode code : builder.catalog.codes()) {
            URI link = builder.documentation == null
                    ? code.documentation().orElse(null)
                    : builder.documentation.link(code);
            URI type = types.remove(code.name());
            known.put(code.name(), new Known(link, type == null ? link : type, code.title()));
        }
        if (!types.isEmpty()) {
            throw new IllegalArgumentException("These codes have a type, but are not in the catalogue: "
                    + new TreeSet<>(types.keySet()) + ". Add them with catalog(…), or correct their names");
        }
        return Map.copyOf(known);
    }

    /**
     * {@return a renderer of envelopes without links, or of problem details for clients that prefer them} It shows
     * {@link ApiException}s as they are, and every other failure as a generic 500.
     */
    public static ErrorRenderer create() {
        return builder().build();
    }

    /** {@return a builder of renderers} */
    public static Builder builder() {
        return new Builder();
    }

    ExceptionMapper exceptions() {
        return exceptions;
    }

    /**
     * {@return the response for a failure} It has the fields of the {@link ApiException}, a {@code Vary} for the fields that
     * it was chosen by, and {@code Cache-Control: no-store}.
     *
     * @param failure what happened, wrapped or not
     * @param request of its fields {@code Accept} and {@code Accept-Language} are read, however malformed
     * @param traceId under which the failure is logged
     */
    public ApiResponse response(Throwable failure, Headers request, String traceId) {
        return response(exceptions.map(failure), request, traceId);
    }

    private ApiResponse response(ApiException failure, Headers request, String traceId) {
        ErrorFormat format = defaultFormat.orPreferred(request.combined("Accept"));
        if (messages == null) {
            return response(failure, ErrorMessages.Language.UNTRANSLATED, format, traceId);
        }
        ErrorMessages.Language language = messages.language(request.combined("Accept-Language"), failure);
        return response(failure, language, format, traceId)
                .withHeader("Content-Language", language.tag())
                .varyingBy("Accept-Language");
    }

    private ApiResponse response(
            ApiException failure, ErrorMessages.Language language, ErrorFormat format, String traceId) {
        Headers headers =
                failure.headers().with("Content-Type", format.mediaType()).with("Cache-Control", "no-store");
        Known code = known(failure.code());
        ErrorEnvelope envelope = envelope(failure, code, language, traceId);
        byte[] json = format == ErrorFormat.PROBLEM
                ? problem(failure, code, envelope, language).toJsonBytes()
                : envelope.toJsonBytes();
        return new ApiResponse(failure.status(), headers, Body.of(json)).varyingBy("Accept");
    }

    private Known known(String code) {
        Known found = known.get(code);
        if (found != null) {
            return found;
        }
        URI link = documentation == null ? null : documentation.link(code);
        return new Known(link, link, ErrorTitle.of(code));
    }

    private ErrorEnvelope envelope(ApiException failure, Known code, ErrorMessages.Language language, String traceId) {
        List<Violation> violations = failure.violations();
        boolean truncated = violations.size() > maxViolations;
        return new ErrorEnvelope(
                failure.code(),
                language.message(failure),
                code.documentation,
                traceId,
                language.violations(truncated ? violations.subList(0, maxViolations) : violations),
                truncated,
                failure.extensions());
    }

    /** RFC 9457 section 4.2.1: the title of {@code about:blank} is that of the status. */
    private static ApiProblem problem(
            ApiException failure, Known code, ErrorEnvelope envelope, ErrorMessages.Language language) {
        int status = failure.status();
        return code.type == null
                ? envelope.toProblem(
                        status, ApiProblem.BLANK, language.title(Integer.toString(status), StatusPhrase.of(status)))
                : envelope.toProblem(status, code.type, language.title(failure.code(), code.title));
    }

    /** What is the same for every failure of a code. */
    private record Known(
            @Nullable URI documentation, @Nullable URI type, String title) {}

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        private final Map<String, URI> types = new HashMap<>();
        private @Nullable DocumentationBase documentation;
        private ErrorFormat defaultFormat = ErrorFormat.ENVELOPE;
        private int maxViolations = 100;
        private ErrorCatalog catalog = ErrorCatalog.library();
        private ExceptionMapper exceptions = ExceptionMapper.create();
        private @Nullable ErrorMessages messages;

        private Builder() {}

        /**
         * Sets the format for clients that state no preference; envelopes unless set. With {@link ErrorFormat#PROBLEM}, all
         * errors are problem details, except for clients whose {@code Accept} has {@code application/problem+json} with a
         * lower weight than {@code application/json}.
         *
         * @param format the default
         * @return this
         */
        public Builder defaultFormat(ErrorFormat format) {
            defaultFormat = format;
            return this;
        }

        /**
         * Sets the type URI of problem details for a code, in place of its documentation. The URI need not lead to a page.
         *
         * @param code of the catalogue: the library's or one of the application
         * @param type such as {@code https://example.com/problems/rate-limited} or a {@code urn:}
         * @return this
         * @throws IllegalArgumentException if the code has a type already; {@link #build()} throws it if the code is not in
         *     the catalogue
         */
        public Builder type(String code, URI type) {
            if (types.putIfAbsent(code, type) != null) {
                throw new IllegalArgumentException("The code has a type already: " + code);
            }
            return this;
        }

        /**
         * Sets the page that explains the codes, which errors then link to. Without it, only codes with documentation of their
         * own have a link. {@link ErrorCatalog#toHtml} is such a page.
         *
         * @param page to which the code is appended; ends with {@code #}, {@code /} or {@code =}
         * @return this
         * @throws IllegalArgumentException if it ends otherwise
         */
        public Builder documentation(URI page) {
            documentation = new DocumentationBase(page);
            return this;
        }

        /**
         * Sets the codes, some of which may have a title or documentation of their own. A failure may also have another code.
         *
         * @param codes the library's and the application's
         * @return this
         */
        public Builder catalog(ErrorCatalog codes) {
            catalog = codes;
            return this;
        }

        /**
         * Sets how many violations an error has at most, instead of 100. If there are more, {@code truncated} is true.
         *
         * @param maximum from 1
         * @return this
         * @throws IllegalArgumentException if it is less
         */
        public Builder maxViolations(int maximum) {
            if (maximum < 1) {
                throw new IllegalArgumentException("maxViolations must be positive: " + maximum);
            }
            maxViolations = maximum;
            return this;
        }

        /**
         * Sets the mapping of exceptions to failures.
         *
         * @param mapper of the application's exceptions
         * @return this
         */
        public Builder exceptions(ExceptionMapper mapper) {
            exceptions = mapper;
            return this;
        }

        /**
         * Sets messages in further languages.
         *
         * @param texts has them
         * @return this
         */
        public Builder messages(ErrorMessages texts) {
            messages = texts;
            return this;
        }

        /**
         * {@return the renderer}
         *
         * @throws IllegalArgumentException if a code with a type is not in the catalogue
         */
        public ErrorRenderer build() {
            return new ErrorRenderer(this);
        }
    }
}
