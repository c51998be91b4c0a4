package dev.scalableapi.errors;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A code of a file. */
record LoadedCode(String name, int status, String message, String title, Optional<URI> documentation)
        implements ErrorCode {
    private static final Set<String> MEMBERS = Set.of("status", "message", "title", "documentation");

    static LoadedCode of(Map.Entry<String, JsonNode> member) {
        String name = member.getKey();
        JsonNode entry = member.getValue();
        entry.fieldNames().forEachRemaining(field -> {
            if (!MEMBERS.contains(field)) {
                throw new IllegalArgumentException("Unknown member of the code " + name + ": " + field);
            }
        });
        if (!entry.path("status").isInt() || !entry.path("message").isTextual()) {
            throw new IllegalArgumentException("A status and a message are needed for the code " + name);
        }
        for (String text : List.of("title", "documentation")) {
            if (entry.has(text) && !entry.path(text).isTextual()) {
                throw new IllegalArgumentException("The " + text + " must be text for the code " + name);
            }
        }
        return new LoadedCode(
                name,
                entry.path("status").intValue(),
                entry.path("message").textValue(),
                entry.path("title").asText(ErrorTitle.of(name)),
                Optional.ofNullable(entry.path("documentation").textValue()).map(URI::create));
    }
}
