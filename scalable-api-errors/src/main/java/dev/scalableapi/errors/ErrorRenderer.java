package dev.scalableapi.errors;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.http.Violation;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes failures as responses, without any pipeline around it: for the exception handler of a framework, too. Members
 * that have no value are left out. Immutable and thread-safe.
 */
public final class ErrorRenderer {
    private final DocumentationBase documentation;
    private final Map<String, URI> links;
    private final int maxViolations;
    private final ExceptionMapper exceptions;
    private final @Nullable ErrorMessages messages;

    private ErrorRenderer(Builder builder) {
        documentation = builder.documentation;
        links = builder.catalog.codes().stream()
                .collect(Collectors.toUnmodifiableMap(ErrorCode::name, documentation::link));
        maxViolations = builder.maxViolations;
        exceptions = builder.exceptions;
        messages = builder.messages;
    }

    /** {@return a renderer that refers to {@code /docs/errors#CODE} and tells of {@link ApiException} alone} */
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
     * {@return the response for a failure} It has the fields of the {@link ApiException}, varies by what it was chosen
     * by, and is not to be stored.
     *
     * @param failure what happened, wrapped or not
     * @param request of its fields {@code Accept} and {@code Accept-Language} are read, however malformed
     * @param traceId under which the failure is logged
     */
    public ApiResponse response(Throwable failure, Headers request, String traceId) {
        return response(exceptions.map(failure), request, traceId);
    }

    private ApiResponse response(ApiException told, Headers request, String traceId) {
        ErrorFormat format = ErrorFormat.preferred(request.combined("Accept"));
        if (messages == null) {
            return response(told, envelope(told, told.message(), told.violations(), traceId), format);
        }
        ErrorMessages.Language language = messages.language(request.combined("Accept-Language"), told.code());
        ErrorEnvelope envelope =
                envelope(told, language.message(told), language.violations(told.violations()), traceId);
        return response(told, envelope, format)
                .withHeader("Content-Language", language.tag())
                .varyingBy("Accept-Language");
    }

    private static ApiResponse response(ApiException told, ErrorEnvelope envelope, ErrorFormat format) {
        Headers headers =
                told.headers().with("Content-Type", format.mediaType()).with("Cache-Control", "no-store");
        byte[] json = format == ErrorFormat.PROBLEM
                ? envelope.toProblem(told.status()).toJsonBytes()
                : envelope.toJsonBytes();
        return new ApiResponse(told.status(), headers, Body.of(json)).varyingBy("Accept");
    }

    private ErrorEnvelope envelope(ApiException told, String message, List<Violation> violations, String traceId) {
        boolean truncated = violations.size() > maxViolations;
        return new ErrorEnvelope(
                told.code(),
                message,
                documentation(told.code()),
                traceId,
                truncated ? violations.subList(0, maxViolations) : violations,
                truncated);
    }

    private URI documentation(String code) {
        URI known = links.get(code);
        return known == null ? documentation.link(code) : known;
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        private DocumentationBase documentation = DocumentationBase.DEFAULT;
        private int maxViolations = 100;
        private ErrorCatalog catalog = ErrorCatalog.library();
        private ExceptionMapper exceptions = ExceptionMapper.create();
        private @Nullable ErrorMessages messages;

        private Builder() {}

        /**
         * Sets the page that explains the codes.
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
         * Sets the codes, some of which may have documentation of their own. A code that is not among them can be told, too.
         *
         * @param codes the library's and the application's
         * @return this
         */
        public Builder catalog(ErrorCatalog codes) {
            catalog = codes;
            return this;
        }

        /**
         * Sets how many violations are told at most, instead of 100. Beyond them, {@code truncated} is true.
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
         * Sets what is told of exceptions.
         *
         * @param mapper knows them
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

        /** {@return the renderer} */
        public ErrorRenderer build() {
            return new ErrorRenderer(this);
        }
    }
}
