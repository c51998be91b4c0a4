package dev.scalableapi.core.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.http.Violation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyTest {
    @Test
    void quotedAndBareAreTheSameKey() {
        assertThat(IdempotencyKey.parse("\"8e03978e-40d5-43dd-bc93-6894a57f9324\""))
                .isEqualTo(IdempotencyKey.parse("8e03978e-40d5-43dd-bc93-6894a57f9324"))
                .isEqualTo(new IdempotencyKey("8e03978e-40d5-43dd-bc93-6894a57f9324"));
        assertThat(IdempotencyKey.parse(" \"a\" ".strip()).value()).isEqualTo("a");
        assertThat(IdempotencyKey.parse("\"a\\\"b\\\\c,d;e\"").value()).isEqualTo("a\"b\\c,d;e");
        assertThat(IdempotencyKey.parse("a+b/c=:d").value()).isEqualTo("a+b/c=:d");
    }

    @Test
    void lengthIsFrom1To255() {
        assertThat(IdempotencyKey.parse("x".repeat(255)).value()).hasSize(255);
        assertThat(IdempotencyKey.parse('"' + "x".repeat(255) + '"').value()).hasSize(255);
        assertRefused("x".repeat(256));
        assertRefused('"' + "x".repeat(256) + '"');
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"\"",
                "\"",
                "\"a",
                "a\"",
                "\"a\"b",
                "\"a\", \"b\"",
                "\"a\";p=1",
                "a, b",
                "a,b",
                "a;b",
                "a\\b",
                "a b",
                "\"a b\"",
                "\u00e4",
                "\"\u00e4\"",
                "a\tb",
                "\"a\\b\""
            })
    void whatIsNoStringOfVisibleAsciiIsRefused(String field) {
        assertRefused(field);
    }

    private static void assertRefused(String field) {
        ApiException refusal = catchThrowableOfType(ApiException.class, () -> IdempotencyKey.parse(field));
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.code()).isEqualTo("INVALID_IDEMPOTENCY_KEY");
        assertThat(refusal.violations()).extracting(Violation::name).containsExactly("Idempotency-Key");
    }

    @Test
    void requestHasOneLineOrNone() {
        assertThat(IdempotencyKey.of(Headers.empty())).isEmpty();
        assertThat(IdempotencyKey.of(Headers.of("idempotency-key", "a"))).hasValue(new IdempotencyKey("a"));
        Headers two = Headers.of("Idempotency-Key", "a").withAdded("idempotency-key", "a");
        assertThat(catchThrowableOfType(ApiException.class, () -> IdempotencyKey.of(two))
                        .code())
                .isEqualTo("INVALID_IDEMPOTENCY_KEY");
    }

    @Test
    void valueIsCheckedWhereverItIsFrom() {
        assertThatIllegalArgumentException().isThrownBy(() -> new IdempotencyKey(""));
        assertThatIllegalArgumentException().isThrownBy(() -> new IdempotencyKey("a b"));
        assertThatIllegalArgumentException().isThrownBy(() -> new IdempotencyKey("\u007f"));
        assertThatIllegalArgumentException().isThrownBy(() -> new IdempotencyKey("x".repeat(256)));
    }

    @Test
    void textShowsNothing() {
        assertThat(new IdempotencyKey("secret")).hasToString("IdempotencyKey");
    }
}
