package dev.scalableapi.core.http;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Answers a read with 304 when the client holds the present state already, and with 412 when it asked for another one:
 * {@link Preconditions} against the validators of the handler's 200, or of its 206, as conditions go before ranges. A
 * write's conditions are the handler's, who must decide them together with the write.
 *
 * <p>A {@code Last-Modified} that is later than the response, such as one by the clock of another machine, is replaced by the
 * date of the response (RFC 9110 section 8.8.2.1), for every method. Thread-safe.
 */
public final class ConditionalFilter implements ApiFilter {
    /** What a 304 stands for: what filters outside would have said of that, they have to say of the 304. */
    static final AttributeKey<ApiResponse> UNMODIFIED = AttributeKey.create("unmodified response");

    private static final List<String> CONDITIONS =
            List.of("If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since");

    /** Metadata of a representation that RFC 9110 section 15.4.5 keeps out of a 304, which has none. */
    private static final Set<String> REPRESENTATION = Set.of(
            "content-type",
            "content-length",
            "content-encoding",
            "content-language",
            "content-range",
            "content-disposition",
            "content-digest",
            "content-md5",
            "repr-digest",
            "digest",
            "transfer-encoding",
            "trailer");

    private static final String LAST_MODIFIED = "Last-Modified";

    private final Clock clock;

    private ConditionalFilter(Clock clock) {
        this.clock = clock;
    }

    /** {@return the filter} */
    public static ConditionalFilter create() {
        return create(Clock.systemUTC());
    }

    /**
     * {@return the filter}
     *
     * @param clock of the responses' {@code Date}
     */
    public static ConditionalFilter create(Clock clock) {
        return new ConditionalFilter(clock);
    }

    @Override
    public Stage stage() {
        return Stage.CONDITIONAL;
    }

    @Override
    public CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next) {
        boolean read = request.method().equals("GET") || request.method().equals("HEAD");
        boolean isConditional = read && CONDITIONS.stream().anyMatch(request.headers()::contains);
        CompletionStage<ApiResponse> stage = next.handle(request);
        ApiResponse ready = ApiPipeline.ready(stage);
        boolean isFinal = !isConditional && ready != null && !ready.headers().contains(LAST_MODIFIED);
        return isFinal
                ? stage
                : stage.thenApply(response -> {
                    ApiResponse dated = notModifiedInTheFuture(response);
                    return isConditional ? conditional(request, dated) : dated;
                });
    }

    private ApiResponse notModifiedInTheFuture(ApiResponse response) {
        Instant modified =
                response.header(LAST_MODIFIED).flatMap(HttpDate::parse).orElse(Instant.MIN);
        Instant date = response.header("Date").flatMap(HttpDate::parse).orElseGet(clock::instant);
        return modified.isAfter(date) ? response.withHeader(LAST_MODIFIED, HttpDate.format(date)) : response;
    }

    private static ApiResponse conditional(ApiRequest request, ApiResponse response) {
        if (response.status() != 200 && response.status() != 206) {
            return response;
        }
        return switch (Preconditions.of(request).decide(Optional.of(Validators.of(response)))) {
            case PROCEED -> response;
            case NOT_MODIFIED -> {
                request.exchange().put(UNMODIFIED, response);
                yield notModified(response);
            }
            case FAILED -> throw Preconditions.failed();
        };
    }

    /**
     * {@return the 304 in place of a 200 or 206: without content and what describes it, with all other fields, so that caches
     * can update what they hold} {@code Last-Modified} stays only where there is no {@code ETag}.
     *
     * @param response the 200 or 206
     */
    public static ApiResponse notModified(ApiResponse response) {
        Headers.Builder kept = Headers.builder();
        boolean tagged = response.headers().contains("ETag");
        response.headers().forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!REPRESENTATION.contains(lower) && !(tagged && lower.equals("last-modified"))) {
                kept.add(name, value);
            }
        });
        return new ApiResponse(304, kept.build(), Body.empty());
    }
}
