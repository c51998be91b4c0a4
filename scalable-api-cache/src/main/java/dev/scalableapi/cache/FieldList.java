package dev.scalableapi.cache;

import dev.scalableapi.core.http.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The members of a list-based field (RFC 9110 section 5.6.1): a comma in a quoted string separates nothing. */
final class FieldList {
    private FieldList() {}

    /** The members of all fields of this name, stripped, without empty ones; empty if a quoted string has no end. */
    static Optional<List<String>> members(Headers headers, String name) {
        Optional<String> field = headers.combined(name);
        return field.isEmpty() ? Optional.of(List.of()) : members(field.get());
    }

    private static Optional<List<String>> members(String field) {
        List<String> members = new ArrayList<>(4);
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '\\' && quoted) {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                add(members, field.substring(start, i));
                start = i + 1;
            }
        }
        add(members, field.substring(start));
        return quoted ? Optional.empty() : Optional.of(members);
    }

    private static void add(List<String> members, String text) {
        String member = text.strip();
        if (!member.isEmpty()) {
            members.add(member);
        }
    }
}
