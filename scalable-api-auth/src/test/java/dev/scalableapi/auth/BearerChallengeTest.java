package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.core.http.Headers;
import dev.scalableapi.testkit.TestSeed;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BearerChallengeTest {
    @Test
    void errorIsNamedOnlyWhenCredentialsCame() {
        BearerChallenge plain = BearerChallenge.create();
        assertThat(plain.unauthenticated()).isEqualTo("Bearer");
        assertThat(plain.invalidRequest()).isEqualTo("Bearer error=\"invalid_request\"");
        assertThat(plain.invalidToken()).isEqualTo("Bearer error=\"invalid_token\"");
        assertThat(plain.insufficientScope(Set.of("b", "a")))
                .isEqualTo("Bearer error=\"insufficient_scope\", scope=\"a b\"");
    }

    @Test
    void realmComesFirst() {
        BearerChallenge shop = BearerChallenge.ofRealm("shop");
        assertThat(shop.unauthenticated()).isEqualTo("Bearer realm=\"shop\"");
        assertThat(shop.insufficientScope(List.of("users:read")))
                .isEqualTo("Bearer realm=\"shop\", error=\"insufficient_scope\", scope=\"users:read\"");
    }

    @Test
    void quotesAndBackslashesAreEscaped() {
        assertThat(BearerChallenge.ofRealm("a\"b\\c").unauthenticated()).isEqualTo("Bearer realm=\"a\\\"b\\\\c\"");
    }

    @Test
    void whateverIsPutInTheValueStaysOneQuotedString() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        String alphabet = "ab\"\\,= \r\n\0\u007f\u00e9\ud83d\ude00\ud800";
        for (int i = 0; i < 5_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String value = BearerChallenge.ofRealm(text.toString()).insufficientScope(Set.of(text.toString()));
            assertThat(value)
                    .as("seed %d", seed)
                    .matches("Bearer realm=\"([ !#-\\[\\]-~]|\\\\[\"\\\\])*\", error=\"insufficient_scope\","
                            + " scope=\"([ !#-\\[\\]-~]|\\\\[\"\\\\])*\"");
            assertThat(Headers.of("WWW-Authenticate", value).size()).isEqualTo(1);
        }
    }
}
