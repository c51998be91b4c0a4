package dev.scalableapi.core.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a {@code Link} field from left to right (RFC 8288 appendix B). Not thread-safe. */
final class LinkParser {
    private static final int MAX_LINKS = 64;
    private static final int MAX_PARAMETERS = 16;
    private static final String RELATION = "rel";

    private final FieldCursor cursor;
    private final List<Link> links = new ArrayList<>(4);

    LinkParser(String field) {
        cursor = new FieldCursor(field);
    }

    List<Link> links() {
        while (!cursor.atEnd() && links.size() < MAX_LINKS) {
            cursor.skipWhitespace();
            readLink();
            cursor.skipMember();
            cursor.take(',');
        }
        return Collections.unmodifiableList(links);
    }

    private void readLink() {
        if (!cursor.take('<')) {
            return;
        }
        String target = cursor.upTo(">");
        Map<String, String> parameters = cursor.take('>') ? parameters() : null;
        if (parameters != null && (cursor.atEnd() || cursor.peek() == ',')) {
            add(target, parameters);
        }
    }

    /** One link for each relation. */
    private void add(String target, Map<String, String> parameters) {
        String relations = parameters.remove(RELATION);
        if (relations == null) {
            return;
        }
        for (String relation : relations.split("[ \t]+", MAX_LINKS)) {
            if (Link.isRelation(relation) && links.size() < MAX_LINKS) {
                links.add(new Link(target, relation, parameters));
            }
        }
    }

    /** Null where one is malformed, or there are too many. An extended one goes before the plain one of its name. */
    private @Nullable Map<String, String> parameters() {
        Map<String, String> plain = new LinkedHashMap<>();
        Map<String, String> extended = new LinkedHashMap<>();
        cursor.skipWhitespace();
        while (cursor.take(';')) {
            if (!readParameter(plain, extended) || plain.size() > MAX_PARAMETERS) {
                return null;
            }
            cursor.skipWhitespace();
        }
        plain.putAll(extended);
        return plain;
    }

    private boolean readParameter(Map<String, String> plain, Map<String, String> extended) {
        cursor.skipWhitespace();
        String name = cursor.token().toLowerCase(Locale.ROOT);
        cursor.skipWhitespace();
        String value = cursor.take('=') ? value() : "";
        if (value == null || name.isEmpty()) {
            return name.isEmpty() && "".equals(value);
        }
        if (!name.endsWith("*")) {
            plain.putIfAbsent(name, value);
        } else if (extended.size() < MAX_PARAMETERS) {
            readExtended(name.substring(0, name.length() - 1), value, extended);
        }
        return true;
    }

    /** A quoted string, or what the parameter has before it ends: clients also write {@code type=text/html}. */
    private @Nullable String value() {
        cursor.skipWhitespace();
        if (cursor.peek() == '"') {
            return cursor.tokenOrQuoted();
        }
        String value = cursor.upTo(",;").stripTrailing();
        return HttpGrammar.isFieldValue(value) ? value : null;
    }

    /** RFC 8187 section 3.2.1: charset, language and text, with a quote behind each of the first two. */
    private static void readExtended(String name, String value, Map<String, String> extended) {
        String[] parts = value.split("'", 3);
        if (parts.length < 3 || !parts[0].equalsIgnoreCase("UTF-8") || !Link.isParameter(name)) {
            return;
        }
        String text = HttpGrammar.percentDecode(parts[2], HttpGrammar.PlusSign.LITERAL);
        if (text != null) {
            extended.putIfAbsent(name, text);
        }
    }
}
