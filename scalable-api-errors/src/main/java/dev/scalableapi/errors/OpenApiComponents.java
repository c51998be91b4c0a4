package dev.scalableapi.errors;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.net.URI;
import java.util.Collection;
import java.util.List;

/** The errors of an API as components of its OpenAPI 3.1 description. */
final class OpenApiComponents {
    private static final String SCHEMAS = """
            {"Violation":{"type":"object","required":["location","message"],"properties":{
            "location":{"enum":["body","query","header","path"]},
            "pointer":{"type":"string","format":"json-pointer","description":"Where in the body."},
            "parameter":{"type":"string","description":"Which parameter or header."},
            "message":{"type":"string"}}},
            "Error":{"type":"object","required":["error"],"properties":{"error":{"type":"object",
            "required":["code","message","documentation","traceId"],"properties":{
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

    static String of(Collection<ErrorCode> codes) {
        return JsonText.of(json -> {
            json.writeStartObject();
            json.writeObjectFieldStart("components");
            json.writeFieldName("schemas");
            json.writeRawValue(SCHEMAS);
            json.writeObjectFieldStart("responses");
            for (ErrorCode code : codes) {
                json.writeFieldName(code.name());
                writeResponse(code, json);
            }
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private static void writeResponse(ErrorCode code, JsonGenerator json) throws IOException {
        URI page = code.documentation().orElseGet(() -> URI.create("/docs/errors#" + code.name()));
        ErrorEnvelope example = new ErrorEnvelope(code.name(), code.message(), page, TRACE_ID, List.of(), false);
        json.writeStartObject();
        json.writeStringField("description", code.message());
        json.writeObjectFieldStart("content");
        writeContent(ErrorFormat.ENVELOPE, "Error", example.toJson(), json);
        writeContent(
                ErrorFormat.PROBLEM, "Problem", example.toProblem(code.status()).toJson(), json);
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void writeContent(ErrorFormat format, String schema, String example, JsonGenerator json)
            throws IOException {
        json.writeObjectFieldStart(format.mediaType());
        json.writeObjectFieldStart("schema");
        json.writeStringField("$ref", "#/components/schemas/" + schema);
        json.writeEndObject();
        json.writeFieldName("example");
        json.writeRawValue(example);
        json.writeEndObject();
    }
}
