package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scalableapi.auth.ClaimSource.Form;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClaimSourceTest {
    private static ObjectNode claims(String json) throws Exception {
        return (ObjectNode) new JsonMapper().readTree(json);
    }

    private interface Read {
        @Nullable Object read() throws RejectionException;
    }

    private static void assertMalformed(String name, Read read) {
        assertThatExceptionOfType(RejectionException.class)
                .isThrownBy(read::read)
                .satisfies(rejection -> assertThat(rejection.rejected())
                        .hasToString("Rejected[reason=MALFORMED, claim=Optional[" + name + "]]"));
    }

    @Test
    void namesOfAPathMayContainAnyCharacter() throws Exception {
        ObjectNode claims = claims("{\"a.b\":\"1\",\"a\":{\"b\":\"2\",\"c:d/e\":\"3\"},\"https://x/roles\":[\"4\"]}");
        assertThat(ClaimSource.of("a.b").text(claims)).isEqualTo("1");
        assertThat(ClaimSource.of("a", "b").text(claims)).isEqualTo("2");
        assertThat(ClaimSource.of("a", "c:d/e").text(claims)).isEqualTo("3");
        assertThat(ClaimSource.of("https://x/roles").texts(claims)).containsExactly("4");
        assertThat(ClaimSource.of("a", "x").text(claims)).isNull();
        assertThat(ClaimSource.of("x", "b").texts(claims)).isNull();
        assertThat(ClaimSource.of("null", "roles").texts(claims("{\"null\":null}")))
                .isNull();
        assertMalformed("a.b.c", () -> ClaimSource.of("a", "b", "c").text(claims));
        assertMalformed(
                "https://x/roles.b",
                () -> ClaimSource.of("https://x/roles", "b").text(claims));
    }

    @Test
    void spacesSeparateScopesInAnArrayToo() throws Exception {
        ObjectNode claims = claims("{\"array\":[\" a\",\"b c\"]}");
        assertThat(ClaimSource.of("array").words(claims)).containsExactly("a", "b", "c");
    }

    @Test
    void eachFormAcceptsItsTypesOnly() throws Exception {
        ObjectNode claims = claims(
                "{\"text\":\"a b\",\"array\":[\"a\",\"b\"],\"object\":{\"a\":1,\"b\":2},\"integer\":42,"
                        + "\"fraction\":4.2,\"null\":null,\"empty\":\"\",\"blank\":[\" \"],\"half\":\"\\ud800\",\"deep\":[[\"a\"]]}");
        for (Form form : List.of(Form.ANY, Form.STRING)) {
            assertThat(ClaimSource.of(form, "text").texts(claims)).containsExactly("a b");
            assertThat(ClaimSource.of(form, "text").words(claims)).containsExactly("a", "b");
            assertThat(ClaimSource.of(form, "empty").words(claims)).isEmpty();
        }
        for (Form form : List.of(Form.ANY, Form.ARRAY)) {
            assertThat(ClaimSource.of(form, "array").texts(claims)).containsExactly("a", "b");
            assertThat(ClaimSource.of(form, "array").words(claims)).containsExactly("a", "b");
        }
        assertThat(ClaimSource.of(Form.MEMBER_NAMES, "object").texts(claims)).containsExactly("a", "b");
        assertThat(ClaimSource.of(Form.STRING_OR_INTEGER, "integer").text(claims))
                .isEqualTo("42");
        assertThat(ClaimSource.of(Form.STRING_OR_INTEGER, "text").text(claims)).isEqualTo("a b");

        assertMalformed("array", () -> ClaimSource.of(Form.STRING, "array").texts(claims));
        assertMalformed("array", () -> ClaimSource.of(Form.ANY, "array").text(claims));
        assertMalformed("text", () -> ClaimSource.of(Form.ARRAY, "text").texts(claims));
        assertMalformed("text", () -> ClaimSource.of(Form.ARRAY, "text").words(claims));
        assertMalformed(
                "array", () -> ClaimSource.of(Form.MEMBER_NAMES, "array").texts(claims));
        assertMalformed(
                "fraction",
                () -> ClaimSource.of(Form.STRING_OR_INTEGER, "fraction").text(claims));
        for (String bad : List.of("object", "integer", "null", "empty", "blank", "half", "deep")) {
            assertMalformed(bad, () -> ClaimSource.of(bad).texts(claims));
        }
    }

    @Test
    void pathMustHaveNames() {
        assertThatIllegalArgumentException().isThrownBy(() -> ClaimSource.of(""));
        assertThatIllegalArgumentException().isThrownBy(() -> ClaimSource.of("a", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> new ClaimSource(List.of(), Form.ANY));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClaimSource.of("a", "b", "c", "d", "e", "f", "g", "h", "i"));
    }
}
