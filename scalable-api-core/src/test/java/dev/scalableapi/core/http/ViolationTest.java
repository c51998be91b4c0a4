package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.fasterxml.jackson.core.JsonPointer;
import dev.scalableapi.core.http.Violation.Location;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ViolationTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/price/amount", "/items/0/~0~1", "//", "/a b"})
    void placeInABodyIsAPointer(String pointer) {
        assertThat(Violation.body(pointer, "m")).isEqualTo(new Violation(Location.BODY, pointer, "m"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"price", " /price", "#/price", "/~", "/~2", "/~0~", "/a~/b"})
    void placeInABodyThatIsNoPointerIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Violation.body(text, "m"))
                .withMessageNotContaining("/a~");
        assertThat(Violation.query(text, "m").name()).isEqualTo(text);
    }

    @Test
    @SuppressWarnings("NullAway")
    void partsAreNotNull() {
        assertThatNullPointerException().isThrownBy(() -> new Violation(null, "n", "m"));
        assertThatNullPointerException().isThrownBy(() -> Violation.query(null, "m"));
        assertThatNullPointerException().isThrownBy(() -> Violation.query("n", null));
    }

    @Test
    void namesAndIndexesAreEscaped() {
        JsonPointer pointer =
                JsonPointer.empty().appendProperty("a/b").appendProperty("~1").appendIndex(7);
        assertThat(Violation.body(pointer, "m").name()).isEqualTo("/a~1b/~01/7");
        assertThat(Violation.body(JsonPointer.empty(), "m").name()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"193, 200", "194, 6", "50000, 6"})
    void overlongPointerIsThatOfThePlaceAroundIt(int length, int left) {
        JsonPointer pointer = JsonPointer.empty().appendProperty("outer").appendProperty("x".repeat(length));
        assertThat(Violation.body(pointer, "m").name()).hasSize(left).startsWith("/outer");
        assertThat(Violation.body(pointer.appendIndex(7), "m").name()).hasSize(left);
    }

    @Test
    void otherPlacesAreNamedAsTheyAre() {
        assertThat(Violation.query("page", "m").location()).isEqualTo(Location.QUERY);
        assertThat(Violation.header("If-Match", "m").location()).isEqualTo(Location.HEADER);
        assertThat(Violation.path("id", "m").location()).isEqualTo(Location.PATH);
    }

    @Test
    void keyAndParametersStandBesideTheMessage() {
        Map<String, Object> given = new HashMap<>(Map.of("min", 1, "max", 9, "keys", List.of("a", "b")));
        Violation violation = Violation.query("page", "m").withKey("page.range", given);
        given.clear();
        assertThat(violation.key()).isEqualTo("page.range");
        assertThat(violation.parameters())
                .isUnmodifiable()
                .containsExactly(Map.entry("keys", List.of("a", "b")), Map.entry("max", 9), Map.entry("min", 1));
        assertThat(violation.message()).isEqualTo("m");
        assertThat(violation).isNotEqualTo(Violation.query("page", "m"));
        assertThat(Violation.query("page", "m").key()).isNull();
        assertThat(Violation.query("page", "m").withKey("page.odd").parameters())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\n", "caf\u00e9"})
    void keyThatIsNotVisibleAsciiIsRejected(String key) {
        Violation violation = Violation.query("page", "m");
        assertThatIllegalArgumentException().isThrownBy(() -> violation.withKey(key));
        assertThatIllegalArgumentException().isThrownBy(() -> violation.withKey("x".repeat(201)));
        assertThat(violation.withKey("x".repeat(200)).key()).hasSize(200);
    }

    @Test
    void parametersAreLimited() {
        Violation violation = Violation.query("page", "m");
        Map<String, Object> many = new HashMap<>();
        for (int i = 0; i < 17; i++) {
            many.put("p" + i, i);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> violation.withKey("k", many));
        for (Object value : List.of("x".repeat(2_001), List.of(List.of(1)), Map.of("a", 1), new Object(), Double.NaN)) {
            assertThatIllegalArgumentException().isThrownBy(() -> violation.withKey("k", Map.of("p", value)));
        }
        for (String name : List.of("", "1a", "a-b", "{", "a b", "x".repeat(65))) {
            assertThatIllegalArgumentException().isThrownBy(() -> violation.withKey("k", Map.of(name, 1)));
        }
    }
}
