package dev.scalableapi.errors;

import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The errors of an API as components of its OpenAPI 3.1 description. */
final class OpenApiComponents {
    private static final String SCHEMAS = """
            {"Violation":{"type":"object","required":["location","message"],"properties":{
            "location":{"enum":["body","query","header","path"]},
            "pointer":{"type":"string","format":"json-pointer","description":"Where in the body."},
            "parameter":{"type":"string","description":"Which parameter or header."},
            "message":{"type":"string"},
            "key":{"type":"string","description":"Stable name of the kind of message."},
            "parameters":{"type":"object","description":"Values in the message by name."}}},
            "Error":{"type":"object","required":["error"],"properties":{"error":{"type":"object",
            "required":["code","message","traceId"],"properties":{
            "code":{"type":"string"},"message":{"type":"string"},
            "documentation":{"type":"string","format":"uri-reference"},"traceId":{"type":"string"},
            "details":{"type":"array","items":{"$ref":"#/components/schemas/Violation"}},
            "truncated":{"type":"boolean"}}}}},
            "Problem":{"type":"object","required":["type","title","status","detail","code","traceId"],"properties":{
            "type":{"type":"string","format":"uri-reference"},"title":{"type":"string"},
            "status":{"type":"integer","minimum":400,"maximum":599},"detail":{"type":"string"},
            "code":{"type":"string"},"traceId":{"type":"string"},
            "errors":{"type":"array","items":{"$ref":"#/components/schemas/Violation"}},
            "truncated":{"type":"boolean"}}}}""";

    private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

    private OpenApiComponents() {}

    static String of(Collection<ErrorCode> codes, @Nullable DocumentationBase documentation) {
        JsonWriter json = new JsonWriter();
        json.begin('{').name("components").begin('{');
        json.name("schemas").ascii(SCHEMAS);
        json.name("responses").begin('{');
        for (ErrorCode code : codes) {
            writeResponse(code, documentation, json);
        }
        return json.end('}').end('}').end('}').toString();
    }

    private static void writeResponse(ErrorCode code, @Nullable DocumentationBase documentation, JsonWriter json) {
        URI link = documentation == null ? code.documentation().orElse(null) : documentation.link(code);
        ErrorEnvelope example = new ErrorEnvelope(code.name(), code.message(), link, TRACE_ID, List.of(), false);
        json.name(code.name()).begin('{').member("description", code.message());
        json.name("content").begin('{');
        beginContent(ErrorFormat.ENVELOPE, "Error", json);
        example.writeTo(json);
        json.end('}');
        beginContent(ErrorFormat.PROBLEM, "Problem", json);
        problem(example, code).writeTo(json);
        json.end('}').end('}').end('}');
    }

    private static ApiProblem problem(ErrorEnvelope example, ErrorCode code) {
        URI type = example.documentation();
        return type == null ? example.toProblem(code.status()) : example.toProblem(code.status(), type, code.title());
    }

    private static void beginContent(ErrorFormat format, String schema, JsonWriter json) {
        json.name(format.mediaType()).begin('{');
        json.member("schema", Map.of("$ref", "#/components/schemas/" + schema)).name("example");
    }
}
