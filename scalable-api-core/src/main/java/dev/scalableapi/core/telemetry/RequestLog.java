package dev.scalableapi.core.telemetry;

import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Outcome;
import dev.scalableapi.core.http.Stage;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One structured line for each request, written when its exchange ends, by the logger named {@link #LOGGER}: WARN from
 * status 500 on, INFO otherwise. Its key-value pairs are {@code method}, {@code route} (or {@code path} where no route
 * matched), {@code status}, {@code bytes}, {@code durationMs}, {@code traceId}, {@code caller}, {@code peer} and, for a
 * response that was cut short, {@code cause}. Never a query, a header or a body; control characters are replaced, so
 * that no client can forge a line. Thread-safe.
 */
public final class RequestLog implements ApiFilter {
    /** The logger's name. */
    public static final String LOGGER = "dev.scalableapi.requests";

    private static final int MAX_TEXT = 256;

    private final Logger logger = LoggerFactory.getLogger(LOGGER);

    private RequestLog() {}

    /** {@return the filter} */
    public static RequestLog create() {
        return new RequestLog();
    }

    @Override
    public Stage stage() {
        return Stage.TELEMETRY;
    }

    @Override
    public CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next) {
        request.exchange().onEnd(outcome -> log(request, outcome));
        return next.handle(request);
    }

    /**
     * Writes the line of one request.
     *
     * @param request what was asked
     * @param outcome how it ended
     */
    public void log(ApiRequest request, Outcome outcome) {
        Level level = outcome.status() >= 500 ? Level.WARN : Level.INFO;
        if (!logger.isEnabledForLevel(level)) {
            return;
        }
        LoggingEventBuilder line = logger.atLevel(level);
        for (Map.Entry<String, Object> pair : pairs(request, outcome).entrySet()) {
            line = line.addKeyValue(pair.getKey(), pair.getValue());
        }
        line.log("request");
    }

    private static Map<String, Object> pairs(ApiRequest request, Outcome outcome) {
        Map<String, Object> pairs = new LinkedHashMap<>();
        pairs.put("method", ServerAttributes.method(request, ServerAttributes.KNOWN_METHODS));
        request.route()
                .ifPresentOrElse(
                        match -> pairs.put("route", match.template()),
                        () -> pairs.put("path", printable(request.path())));
        pairs.put("status", outcome.status());
        pairs.put("bytes", outcome.bytes());
        pairs.put("durationMs", outcome.duration().toNanos() / 1e6);
        pairs.put("traceId", request.exchange().traceId());
        request.caller().ifPresent(caller -> pairs.put("caller", printable(caller.id())));
        request.peer().ifPresent(peer -> pairs.put("peer", address(peer)));
        outcome.cause().ifPresent(cause -> pairs.put("cause", cause.getClass().getName()));
        return pairs;
    }

    /** Numeric where it is known: no name is looked up. */
    private static String address(InetSocketAddress peer) {
        return peer.getAddress() == null
                ? printable(peer.getHostString())
                : peer.getAddress().getHostAddress();
    }

    /** Replaces what ends a line, or hides text, in some terminal or viewer. */
    private static String printable(String text) {
        StringBuilder printable = new StringBuilder(ServerAttributes.cut(text, MAX_TEXT));
        for (int i = 0; i < printable.length(); i++) {
            switch (Character.getType(printable.charAt(i))) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR,
                        Character.SURROGATE -> printable.setCharAt(i, '?');
                default -> {}
            }
        }
        return printable.toString();
    }
}
