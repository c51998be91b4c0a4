package dev.scalableapi.errors;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** A code that stands in a file. */
record LoadedCode(String name, int status, String message, Optional<URI> documentation) implements ErrorCode {
    static LoadedCode of(Map.Entry<String, JsonNode> member) {
        String name = member.getKey();
        JsonNode entry = member.getValue();
        entry.fieldNames().forEachRemaining(field -> {
            if (!field.equals("status") && !field.equals("message") && !field.equals("documentation")) {
                throw new IllegalArgumentException("Unknown member of the code " + name + ": " + field);
            }
        });
        if (!entry.path("status").isInt() || !entry.path("message").isTextual()) {
            throw new IllegalArgumentException("A status and a message are needed for the code " + name);
        }
        if (entry.has("documentation") && !entry.path("documentation").isTextual()) {
            throw new IllegalArgumentException("The documentation must be text for the code " + name);
        }
        return new LoadedCode(
                name,
                entry.path("status").intValue(),
                entry.path("message").textValue(),
                Optional.ofNullable(entry.path("documentation").textValue()).map(URI::create));
    }
}
