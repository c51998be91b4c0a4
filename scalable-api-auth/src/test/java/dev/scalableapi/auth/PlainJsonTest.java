package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.scalableapi.testkit.TestSeed;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the quick reader of claims takes, the strict one takes too, to the same result. */
class PlainJsonTest {
    private static final int MUTATIONS = 50_000;
    private static final String CLAIMS = "{\"iss\":\"https://a.example\",\"sub\":\"alice\",\"aud\":[\"b\",\"c\"],"
            + "\"client_id\":\"d\",\"iat\":1700000000,\"nbf\":1700000000,\"exp\":1700000300,\"jti\":\"e\",\"sid\":\"f\","
            + "\"tenant\":\"g\",\"scope\":\"h i\",\"roles\":[\"j\"],\"permissions\":[],\"other\":7,\"acr\":\"1\",\"amr\":[\"k\"]}";
    private static final List<String> FRAGMENTS = List.of(
            "\"",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            " ",
            "\t",
            "\\",
            "\\u0041",
            "0",
            "-",
            ".5",
            "e9",
            "null",
            "true",
            "\u007f",
            "\u00e9",
            "\ufeff",
            "\"\"",
            "\" \"",
            "[]",
            "{}",
            ",\"cnf\":{\"jkt\":\"l\"}",
            ",\"sub\":\"m\"",
            ",\"n\":8",
            "9999999999999999",
            "}}",
            "\"exp\":1,");

    private final StrictJson json = new StrictJson(JwsReader.MAX_LENGTH, JwsReader.MAX_DEPTH, StrictJson.SHORT_NUMBER);
    private final long seed = TestSeed.value();
    private final Random random = new Random(seed);

    @Test
    void usualClaimsArePlain() {
        assertThat(Claims.readPlain(bytes(CLAIMS))).isNotNull();
    }

    @Test
    void whatIsPlainIsReadAsTheStrictReaderDoes() throws Exception {
        int plain = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] damaged = damaged();
            Claims claims = Claims.readPlain(damaged);
            if (claims != null) {
                plain++;
                assertThat(facts(claims))
                        .as("seed %d, mutation %d", seed, i)
                        .isEqualTo(facts(Claims.readAny(json, damaged)));
            }
        }
        assertThat(plain).as("seed %d", seed).isGreaterThan(MUTATIONS / 50);
    }

    private byte[] damaged() {
        StringBuilder text = new StringBuilder(CLAIMS);
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(text.length());
            int end = Math.min(text.length(), at + random.nextInt(3));
            text.replace(at, end, random.nextInt(4) == 0 ? "" : FRAGMENTS.get(random.nextInt(FRAGMENTS.size())));
        }
        return bytes(text.toString());
    }

    private static List<@Nullable Object> facts(Claims claims) {
        return Arrays.asList(
                claims.issuer,
                claims.subject,
                claims.audience,
                claims.issuedAt,
                claims.notBefore,
                claims.expiresAt,
                claims.tokenId,
                claims.clientId,
                claims.sessionId,
                claims.tenant,
                claims.scopes,
                claims.roles,
                claims.permissions,
                claims.confirmation);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}",
                "[]",
                "{\"sub\":\"a\"",
                "{\"sub\":\"a\",}",
                "{,\"sub\":\"a\"}",
                "{\"sub\":\"a\"}}",
                "{\"sub\":\"a\"}\n",
                "{\"sub\": \"a\"}",
                "{\"sub\":\"a",
                "{\"sub\"",
                "{\"sub\":\"\"}",
                "{\"sub\":\" \"}",
                "{\"sub\":\"\\u0061\"}",
                "{\"sub\":\"\u00e9\"}",
                "{\"sub\":\"\u0001\"}",
                "{\"sub\":1}",
                "{\"sub\":[\"a\"]}",
                "{\"sub\":\"a\",\"sub\":\"a\"}",
                "{\"aud\":[\"a\",]}",
                "{\"aud\":[\"a\"",
                "{\"aud\":[\" \"]}",
                "{\"aud\":[[\"a\"]]}",
                "{\"roles\":\"a\"}",
                "{\"exp\":01}",
                "{\"exp\":-1}",
                "{\"exp\":1.5}",
                "{\"exp\":1e3}",
                "{\"exp\":}",
                "{\"exp\":\"1\"}",
                "{\"exp\":253402300800}",
                "{\"exp\":1000000000000000}",
                "{\"cnf\":{\"jkt\":\"a\"}}",
                "{\"other\":null}",
                "{\"other\":{}}"
            })
    void atWhatIsNotPlainTheStrictReaderDecides(String text) {
        assertThat(Claims.readPlain(bytes(text))).isNull();
    }

    @Test
    void ofManyNamesTheStrictReaderDecides() {
        assertThat(Claims.readPlain(bytes(members(32)))).isNotNull();
        assertThat(Claims.readPlain(bytes(members(33)))).isNull();
    }

    private static String members(int number) {
        StringBuilder members = new StringBuilder();
        for (int i = 0; i < number; i++) {
            members.append(i == 0 ? "{\"" : ",\"").append(i).append("\":1");
        }
        return members.append('}').toString();
    }

    @Test
    void anArrayCountsAsALevelOfNesting() {
        StrictJson flat = new StrictJson(JwsReader.MAX_LENGTH, 1, StrictJson.SHORT_NUMBER);
        byte[] payload = bytes("{\"aud\":[\"a\"]}");
        assertThat(flat.takesArrays()).isFalse();
        assertThat(json.takesArrays()).isTrue();
        assertThatExceptionOfType(RejectionException.class).isThrownBy(() -> Claims.read(flat, payload));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
