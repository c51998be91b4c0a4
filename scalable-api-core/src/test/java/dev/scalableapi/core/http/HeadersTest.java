package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "a b", "a:", "a\r", "a\n", "a\0", "a\t", "\u00e4", "\u010a", "a(", "a/b", "a,", "\"a\"", "a@b",
                "a=", " a", "a ", "\u007f"
            })
    void nameThatIsNoTokenIsRefusedOnEveryWay(String name) {
        assertRefused(name, "value");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\rb",
                "a\nb",
                "a\r\nSet-Cookie: x=y",
                "a\r\n folded",
                "a\n\tfolded",
                "a\0b",
                "\u0001",
                "\u001f",
                "\u007f",
                "\u010a",
                "a\u010d\u010aX: y",
                "\u2028",
                "\ud83d\ude00"
            })
    void valueThatCouldEndTheLineIsRefusedOnEveryWay(String value) {
        assertRefused("name", value);
    }

    private static void assertRefused(String name, String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> Headers.of(name, value));
        assertThatIllegalArgumentException().isThrownBy(() -> Headers.builder().add(name, value));
        assertThatIllegalArgumentException().isThrownBy(() -> Headers.empty().with(name, value));
        assertThatIllegalArgumentException().isThrownBy(() -> Headers.empty().withAdded(name, value));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiRequest.builder("GET", "/").header(name, value));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiResponse.of(200).withHeader(name, value));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiResponse.of(200).withAddedHeader(name, value));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiException.of(400, "CODE", "message").withHeader(name, value));
    }

    @Test
    void refusalDoesNotRepeatTheValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Headers.of("Authorization", "secret\n"))
                .withMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\tb", " a ", "a,b", "\u00e4\u00ff\u0080", "\"quoted \\\" text\""})
    void valueOfOctetsIsKeptAsItIs(String value) {
        assertThat(Headers.of("X", value).first("x")).contains(value);
    }

    @Test
    void namesAreFoundInAnyCaseAndKeptAsGiven() {
        Headers headers = Headers.builder()
                .add("ETag", "1")
                .add("etag", "2")
                .add("X", "3")
                .build();

        assertThat(headers.first("ETAG")).contains("1");
        assertThat(headers.all("eTaG")).containsExactly("1", "2");
        assertThat(headers.combined("etag")).contains("1, 2");
        assertThat(headers.combined("x")).contains("3");
        assertThat(headers.combined("y")).isEmpty();
        assertThat(headers.contains("y")).isFalse();
        assertThat(headers.size()).isEqualTo(3);
        assertThat(fields(headers)).containsExactly("ETag=1", "etag=2", "X=3");
    }

    @Test
    void replacingTakesAllOfTheName() {
        Headers headers =
                Headers.builder().add("A", "1").add("B", "2").add("a", "3").build();

        assertThat(fields(headers.with("A", "4"))).containsExactly("B=2", "A=4");
        assertThat(fields(headers.withAdded("A", "4"))).containsExactly("A=1", "B=2", "a=3", "A=4");
        assertThat(fields(headers.with("C", "4"))).containsExactly("A=1", "B=2", "a=3", "C=4");
        assertThat(fields(headers.without("a"))).containsExactly("B=2");
        assertThat(headers.without("C")).isSameAs(headers);
        assertThat(fields(headers)).containsExactly("A=1", "B=2", "a=3");
    }

    @Test
    void builderCanGoOnWithoutChangingWhatItBuilt() {
        Headers.Builder builder = Headers.builder().add("A", "1");
        Headers first = builder.build();
        builder.add("B", "2");

        assertThat(first.size()).isEqualTo(1);
        assertThat(builder.build().size()).isEqualTo(2);
        assertThat(Headers.builder().build()).isSameAs(Headers.empty());
    }

    @Test
    void equalityIgnoresTheCaseOfNamesOnly() {
        Headers headers = Headers.of("Name", "value");

        assertThat(headers).isEqualTo(Headers.of("NAME", "value")).hasSameHashCodeAs(Headers.of("nAME", "value"));
        assertThat(headers).isNotEqualTo(Headers.of("Name", "VALUE"));
        assertThat(headers).isNotEqualTo(Headers.of("Other", "value"));
        assertThat(headers).isNotEqualTo(Headers.empty());
        assertThat(headers.equals((Object) "Name")).isFalse();
    }

    @Test
    void textShowsNoValue() {
        assertThat(Headers.of("Authorization", "secret")).hasToString("Headers[Authorization]");
    }

    private static List<String> fields(Headers headers) {
        List<String> fields = new ArrayList<>();
        headers.forEach((name, value) -> fields.add(name + "=" + value));
        return fields;
    }
}
