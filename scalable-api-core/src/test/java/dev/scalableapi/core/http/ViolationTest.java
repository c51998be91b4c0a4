package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.fasterxml.jackson.core.JsonPointer;
import dev.scalableapi.core.http.Violation.Location;
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
}
