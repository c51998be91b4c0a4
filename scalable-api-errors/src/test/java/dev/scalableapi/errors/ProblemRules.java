package dev.scalableapi.errors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.regex.Pattern;

/** The rules of the schema in RFC 9457 appendix A, and the grammar of its {@code uri-reference} in RFC 3986 appendix A. */
final class ProblemRules {
    private static final String ESCAPED = "%[0-9A-Fa-f]{2}";
    private static final String NAME = "(?:[\\w.~!$&'()*+,;=-]|" + ESCAPED + ")*+";
    private static final String PATH = "(?:[\\w.~!$&'()*+,;=:@/-]|" + ESCAPED + ")*+";
    private static final String MORE = "(?:[\\w.~!$&'()*+,;=:@/?-]|" + ESCAPED + ")*+";
    private static final String AUTHORITY = "//(?:(?:[\\w.~!$&'()*+,;=:-]|" + ESCAPED + ")*@)?(?:\\[[0-9A-Fa-f:.]+]|"
            + NAME + ")(?::\\d*)?(?:/" + PATH + ")?";
    private static final String ABSOLUTE = "[A-Za-z][A-Za-z0-9+.-]*:(?:" + AUTHORITY + "|(?!//)" + PATH + ")";
    private static final String RELATIVE = AUTHORITY + "|(?!//|[^/?#]*:)" + PATH;
    private static final Pattern REFERENCE =
            Pattern.compile("(?:" + ABSOLUTE + "|" + RELATIVE + ")(?:\\?" + MORE + ")?(?:#" + MORE + ")?");

    private ProblemRules() {}

    static void assertFollowedBy(JsonNode problem) {
        assertThat(problem.isObject()).isTrue();
        for (String reference : List.of("type", "instance")) {
            if (problem.has(reference)) {
                assertThat(problem.get(reference).isTextual()).isTrue();
                assertThat(problem.get(reference).textValue()).matches(REFERENCE);
            }
        }
        for (String text : List.of("title", "detail")) {
            assertThat(problem.path(text).isMissingNode() || problem.path(text).isTextual())
                    .isTrue();
        }
        assertThat(problem.get("status").isInt()).isTrue();
        assertThat(problem.get("status").intValue()).isBetween(100, 599);
    }
}
