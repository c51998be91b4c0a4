package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.scalableapi.auth.ConformanceVectors.Tally;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole tokens and keys of Wycheproof, below the claims. */
@SuppressWarnings("NullAway.Init")
class WycheproofJwsConformanceTest {
    private static final String JWS = "json_web_signature_test.json";
    private static final String KEYS = "json_web_key_test.json";
    private static final String CRYPTO = "json_web_crypto_test.json";
    private static final String JWE = "json_web_encryption_test.json";

    /** Cases of {@link #JWS} that are decided otherwise than they are labelled. */
    private static final Map<Integer, String> DEVIATIONS = Map.of(
            346, "labelled valid: the key is for PS256, the header names PS384",
            347, "labelled valid: the key is for ES521, which is no registered algorithm",
            350, "labelled valid: the key is for PS256, the header names PS384",
            351, "labelled valid: the key is for ES521, which is no registered algorithm",
            367, "labelled invalid: the same bytes as the valid 357",
            370, "labelled invalid: the same bytes as the valid 357",
            372, "labelled valid: has a character outside the alphabet",
            373, "labelled valid: has a character outside the alphabet");

    @ParameterizedTest
    @ValueSource(strings = {JWS, KEYS, CRYPTO})
    void tokensAreDecidedAsTheVectorsSay(String file) {
        Tally tally = new Tally(file);
        Set<Integer> deviations = new HashSet<>();
        for (JsonNode group : ConformanceVectors.groups(file)) {
            for (JsonNode test : group.get("tests")) {
                int id = test.get("tcId").intValue();
                boolean accepts = accepts(group, test);
                tally.decided(accepts);
                if (file.equals(JWS) && DEVIATIONS.containsKey(id)) {
                    deviations.add(id);
                }
                if (accepts != test.get("result").textValue().equals("valid")) {
                    tally.deviates();
                }
                assertThat(accepts)
                        .as("%s tcId %d: %s", file, id, test.get("comment"))
                        .isEqualTo(isValid(test) != deviations.contains(id));
            }
        }
        tally.print();
    }

    /** A case with a JWE is never valid here. */
    private static boolean isValid(JsonNode test) {
        return test.get("result").textValue().equals("valid") && test.has("jws");
    }

    /** False also where the key itself is refused. */
    private static boolean accepts(JsonNode group, JsonNode test) {
        VerificationKeySet keys;
        try {
            keys = ConformanceVectors.keys(key(group));
        } catch (IllegalArgumentException refused) {
            return false;
        }
        JsonNode token = test.has("jws") ? test.get("jws") : test.get("jwe");
        return accepts(keys, token.isTextual() ? token.textValue() : token.toString());
    }

    private static JsonNode key(JsonNode group) {
        return group.path("public").isObject() ? group.get("public") : group.get("private");
    }

    private static boolean accepts(VerificationKeySet keys, String token) {
        try {
            new JwsReader(EnumSet.allOf(SignatureAlgorithm.class), 64 * 1024, JwsReader.MAX_DEPTH).read(token, keys);
            return true;
        } catch (RejectionException rejected) {
            return false;
        }
    }

    /** Short, of 1,024 bits, ROCA, off the curve, of an unknown algorithm, with an id twice, secret and public mixed. */
    @Test
    void unsoundKeysAreRefusedAtConstruction() {
        int refused = 0;
        for (JsonNode group : ConformanceVectors.groups(KEYS)) {
            if (!group.at("/tests/0/result").textValue().equals("valid")) {
                assertThatIllegalArgumentException()
                        .as(group.get("comment").textValue())
                        .isThrownBy(() -> ConformanceVectors.keys(key(group)));
                refused++;
            } else {
                assertThat(ConformanceVectors.keys(key(group)).keys()).isNotEmpty();
            }
        }
        System.out.printf("%s: %d keys refused%n", KEYS, refused);
    }

    @Test
    void keysForEncryptionAreRefusedAtConstruction() {
        int refused = 0;
        for (String file : Set.of(JWS, CRYPTO, JWE)) {
            for (JsonNode group : ConformanceVectors.groups(file)) {
                JsonNode jwk = key(group);
                if (jwk.path("use").asText().equals("enc")
                        || jwk.path("key_ops").toString().contains("encrypt")) {
                    assertThatIllegalArgumentException()
                            .as("%s: %s", file, group.get("comment"))
                            .isThrownBy(() -> ConformanceVectors.keys(jwk));
                    refused++;
                }
            }
        }
        System.out.printf("Wycheproof: %d keys for encryption refused%n", refused);
    }

    /** Whatever the keys: there is no decryption here. */
    @Test
    void encryptedTokensAreRefused() {
        Tally tally = new Tally(JWE);
        AccessTokenVerifier verifier = Fixtures.verifier(Fixtures.EC, Fixtures.RSA);
        AccessTokenVerifier ofOneKey = Fixtures.verifier(Fixtures.EC);
        for (JsonNode group : ConformanceVectors.groups(JWE)) {
            for (JsonNode test : group.get("tests")) {
                String token = test.get("jwe").isTextual()
                        ? test.get("jwe").textValue()
                        : test.get("jwe").toString();
                assertThat(verifier.verify(token)).isInstanceOf(Verification.Rejected.class);
                assertThat(ofOneKey.verify(token)).isInstanceOf(Verification.Rejected.class);
                tally.decided(false);
                if (test.get("result").textValue().equals("valid")) {
                    tally.deviates(); // Valid for who decrypts.
                }
            }
        }
        tally.print();
    }
}
