package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.testkit.TestSeed;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Base64UrlTest {
    @Test
    void whatIsEncodedDecodesToItself() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        for (int length = 0; length < 300; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            String text = Base64Url.encode(bytes);
            assertThat(Base64Url.decode(text, 0, text.length()))
                    .as("seed %d", seed)
                    .isEqualTo(bytes);
        }
    }

    @Test
    void onlyTheCanonicalSpellingIsDecoded() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        String alphabet = "AQgwZz09-_=+/. \n\u00e9\u0141";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(8); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            byte[] bytes = Base64Url.decode(text.toString(), 0, text.length());
            assertThat(bytes == null || Base64Url.encode(bytes).contentEquals(text))
                    .as("seed %d: %s", seed, text)
                    .isTrue();
            assertThat(bytes == null).as("seed %d: %s", seed, text).isEqualTo(!isCanonical(text.toString()));
        }
    }

    private static boolean isCanonical(String text) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(Base64.getUrlDecoder().decode(text))
                    .equals(text);
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A",
                "AAAAA",
                "AB",
                "AAB",
                "AA==",
                "AAA=",
                "A A",
                "AA\n",
                "+/AA",
                "AA.A",
                "\u0100AAA",
                "AAA\u0141"
            })
    void otherSpellingsAreRefused(String text) {
        assertThat(Base64Url.decode(text, 0, text.length())).isNull();
    }
}
