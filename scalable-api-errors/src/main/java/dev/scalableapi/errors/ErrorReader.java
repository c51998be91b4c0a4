package dev.scalableapi.errors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.http.MediaType;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * For clients: makes an exception of another server's error response, whether that has problem details (RFC 9457), this
 * library's envelope or anything else. As RFC 9457 section 3 asks, a member of the wrong type is treated as absent, and an
 * unknown one is an extension member. The status is that of the response, not the one in its body. Immutable and thread-safe.
 */
public final class ErrorReader {
    /** In bytes: what is longer is not looked at. */
    private static final int MAX_BODY = 64 << 10;

    /** An extension's own levels, and those of the object or the envelope around it. */
    private static final int MAX_DEPTH = 30;

    private final JsonMapper mapper;

    private ErrorReader(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /** {@return a reader: bodies of 64 KiB and 30 levels at most, others count as unknown} */
    public static ErrorReader create() {
        JsonFactory factory = JsonFactory.builder()
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // servers would choose what the JVM keeps
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .build())
                .build();
        return new ErrorReader(JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build());
    }

    /**
     * {@return the failure that an answer tells of, to be thrown} An answer that does not say more is titled as RFC 9110
     * names its status, with the type {@code about:blank}.
     *
     * @param status of the answer, from 400; beyond 599 it is none, and counts as 500 (RFC 9110 section 15)
     * @param contentType its {@code Content-Type}, however malformed
     * @param body its content
     * @throws IllegalArgumentException if the status is not an error
     */
    public ApiProblemException read(int status, Optional<String> contentType, byte[] body) {
        ApiProblem.Builder problem = ApiProblem.builder(status > 599 ? 500 : status);
        return new ApiProblemException(contentType
                .flatMap(MediaType::parse)
                .filter(MediaType::isJson)
                .map(type -> problem(type, tree(body), problem))
                .orElseGet(problem::build));
    }

    /** Missing where the body is too long or malformed; Jackson does not catch all that it throws for a number. */
    private JsonNode tree(byte[] body) {
        try {
            return body.length > MAX_BODY ? mapper.missingNode() : mapper.readTree(body);
        } catch (IOException | NumberFormatException malformed) {
            return mapper.missingNode();
        }
    }

    private static ApiProblem problem(MediaType type, JsonNode tree, ApiProblem.Builder problem) {
        JsonNode error = tree.path("error");
        boolean isEnvelope =
                !MediaType.PROBLEM_JSON.includes(type) && error.path("code").isTextual();
        return isEnvelope ? ofEnvelope(error, problem) : ofProblem(tree, problem);
    }

    private static ApiProblem ofProblem(JsonNode members, ApiProblem.Builder problem) {
        uri(members, "type").ifPresent(problem::type);
        text(members, "title").ifPresent(problem::title);
        text(members, "detail").ifPresent(problem::detail);
        uri(members, "instance").ifPresent(problem::instance);
        for (Map.Entry<String, JsonNode> member : members.properties()) {
            if (!ApiProblem.isStandard(member.getKey())) {
                extend(problem, member.getKey(), member.getValue());
            }
        }
        return problem.build();
    }

    /** As {@link ErrorEnvelope#toProblem} makes it, but with the title of the status. */
    private static ApiProblem ofEnvelope(JsonNode members, ApiProblem.Builder problem) {
        uri(members, "documentation").ifPresent(problem::type);
        text(members, "message").ifPresent(problem::detail);
        extend(problem, "code", members.path("code"));
        extend(problem, "traceId", members.path("traceId"));
        extend(problem, "errors", members.path("details"));
        for (Map.Entry<String, JsonNode> member : members.properties()) {
            switch (member.getKey()) {
                case "documentation", "message", "code", "traceId", "details", "errors" -> {}
                default -> {
                    if (!ApiProblem.isStandard(member.getKey())) {
                        extend(problem, member.getKey(), member.getValue());
                    }
                }
            }
        }
        return problem.build();
    }

    private static Optional<String> text(JsonNode members, String name) {
        return Optional.ofNullable(members.path(name).textValue());
    }

    private static Optional<URI> uri(JsonNode members, String name) {
        return text(members, name).flatMap(ErrorReader::uri);
    }

    private static Optional<URI> uri(String text) {
        try {
            return Optional.of(new URI(text));
        } catch (URISyntaxException malformed) {
            return Optional.empty();
        }
    }

    private static void extend(ApiProblem.Builder problem, String name, JsonNode node) {
        Object value = value(node);
        if (value != null) {
            problem.extension(name, value);
        }
    }

    /** Null for what is null or missing, which says nothing. */
    private static @Nullable Object value(JsonNode node) {
        if (node.isArray()) {
            List<Object> elements = new ArrayList<>(node.size());
            node.forEach(element -> add(value(element), elements));
            return elements;
        }
        if (node.isObject()) {
            Map<String, Object> members = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> member : node.properties()) {
                Object value = value(member.getValue());
                if (value != null) {
                    members.put(member.getKey(), value);
                }
            }
            return members;
        }
        if (node.isNumber()) {
            return node.numberValue();
        }
        return node.isBoolean() ? (Object) node.booleanValue() : node.textValue();
    }

    private static void add(@Nullable Object value, List<Object> elements) {
        if (value != null) {
            elements.add(value);
        }
    }
}
