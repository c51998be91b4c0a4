package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.core.http.Headers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokenTest {
    @Test
    void noFieldIsNoToken() {
        assertThat(BearerToken.of(Headers.empty())).isEqualTo(new BearerToken.Absent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ab.c-_~+/9==", "bearer ab.c-_~+/9==", "BEARER   ab.c-_~+/9=="})
    void tokenIsFoundWhateverTheCaseOfTheScheme(String value) {
        assertThat(BearerToken.of(Headers.of("authorization", value)))
                .isEqualTo(new BearerToken.Present("ab.c-_~+/9=="));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic YTpi", "Digest a=b, c=\"d\"", "Negotiate", "Bearerx abc", "DPoP abc"})
    void otherSchemeIsNoToken(String value) {
        assertThat(BearerToken.of(List.of(value))).isEqualTo(new BearerToken.Absent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                " Bearer abc",
                "Bearer",
                "Bearer ",
                "Bearer\tabc",
                "Bearer \tabc",
                "Bearer abc ",
                "Bearer a b",
                "Bearer abc,",
                "Bearer abc, Basic YTpi",
                "Bearer \"abc\"",
                "Bearer token=abc",
                "Bearer =",
                "Bearer ab=c",
                "Bearer \u00e9",
                "B\u00e9arer abc",
                "Bearer: abc",
                "{\"a\":1} x"
            })
    void otherSyntaxIsMalformed(String value) {
        assertThat(BearerToken.of(List.of(value))).isEqualTo(new BearerToken.Malformed());
    }

    @Test
    void twoFieldsAreMalformedEvenIfAlike() {
        assertThat(BearerToken.of(List.of("Bearer a", "Bearer a"))).isEqualTo(new BearerToken.Malformed());
        assertThat(BearerToken.of(List.of("Basic a", "Bearer a"))).isEqualTo(new BearerToken.Malformed());
    }

    @Test
    void textFormDoesNotHoldTheToken() {
        assertThat(BearerToken.of(List.of("Bearer secret")).toString()).doesNotContain("secret");
    }
}
