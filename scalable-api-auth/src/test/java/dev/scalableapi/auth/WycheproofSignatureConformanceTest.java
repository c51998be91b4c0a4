package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.scalableapi.auth.ConformanceVectors.Tally;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signatures and MACs of Wycheproof, by each algorithm. */
@SuppressWarnings("NullAway.Init")
class WycheproofSignatureConformanceTest {
    /**
     * Valid, with an x coordinate above n, which r holds reduced: one signature in 2^128 or fewer. JDK 17 refuses it, JDK
     * 25 does not; the verdict is the JDK's own, and no signer will ever meet one.
     */
    private static final Map<SignatureAlgorithm, Set<Integer>> REDUCED = Map.of(
            SignatureAlgorithm.ES256, Set.of(115, 257),
            SignatureAlgorithm.ES384, Set.of(275),
            SignatureAlgorithm.ES512, Set.of(184, 313));

    /** Those that are labelled acceptable leave the choice: RSA with an encoding whose parameters are missing. */
    @ParameterizedTest
    @CsvSource({
        "ecdsa_secp256r1_sha256_p1363_test.json,ES256",
        "ecdsa_secp384r1_sha384_p1363_test.json,ES384",
        "ecdsa_secp521r1_sha512_p1363_test.json,ES512",
        "ed25519_test.json,ED25519",
        "rsa_signature_2048_sha256_test.json,RS256",
        "rsa_signature_3072_sha384_test.json,RS384",
        "rsa_signature_4096_sha512_test.json,RS512",
        "rsa_pss_2048_sha256_mgf1_32_test.json,PS256",
        "rsa_pss_3072_sha256_mgf1_32_test.json,PS256",
        "rsa_pss_4096_sha384_mgf1_48_test.json,PS384",
        "rsa_pss_4096_sha512_mgf1_64_test.json,PS512"
    })
    void signaturesAreDecidedAsTheVectorsSay(String file, SignatureAlgorithm algorithm) throws Exception {
        Tally tally = new Tally(file);
        for (JsonNode group : ConformanceVectors.groups(file)) {
            VerificationKey key = VerificationKey.of(algorithm, publicKey(group, algorithm));
            for (JsonNode test : group.get("tests")) {
                boolean accepts = verifies(key.signatureCheck(), test, "sig");
                tally.decided(accepts);
                String label = test.get("result").textValue();
                if (!label.equals("acceptable") && accepts != label.equals("valid")) {
                    assertDeviationIsOfTheJdk(file, key, test);
                    tally.deviates();
                }
            }
        }
        tally.print();
    }

    private static void assertDeviationIsOfTheJdk(String file, VerificationKey key, JsonNode test) throws Exception {
        int id = test.get("tcId").intValue();
        assertThat(REDUCED.getOrDefault(key.algorithm(), Set.of()))
                .as("%s tcId %d: %s", file, id, test.get("comment"))
                .contains(id);
        Signature jdk = key.algorithm().signature();
        jdk.initVerify((PublicKey) key.key());
        jdk.update(bytes(test, "msg"));
        assertThat(jdk.verify(bytes(test, "sig"))).isFalse();
    }

    private static boolean verifies(SignatureCheck check, JsonNode test, String member) {
        byte[] message = bytes(test, "msg");
        return check.verifies(message, message.length, bytes(test, member));
    }

    private static byte[] bytes(JsonNode node, String member) {
        return HexFormat.of().parseHex(node.get(member).textValue());
    }

    private static PublicKey publicKey(JsonNode group, SignatureAlgorithm algorithm) throws GeneralSecurityException {
        String kind = algorithm.curve() != null ? "EC" : algorithm == SignatureAlgorithm.ED25519 ? "Ed25519" : "RSA";
        KeyFactory factory = KeyFactory.getInstance(kind);
        return factory.generatePublic(new X509EncodedKeySpec(bytes(group, "publicKeyDer")));
    }

    @ParameterizedTest
    @CsvSource({
        "ecdsa_secp256r1_sha256_p1363_test.json,ES256",
        "ecdsa_secp384r1_sha384_p1363_test.json,ES384",
        "ecdsa_secp521r1_sha512_p1363_test.json,ES512",
        "ed25519_test.json,ED25519",
        "rsa_signature_2048_sha256_test.json,RS256",
        "rsa_signature_3072_sha384_test.json,RS384",
        "rsa_signature_4096_sha512_test.json,RS512",
        "rsa_pss_2048_sha256_mgf1_32_test.json,PS256",
        "rsa_pss_3072_sha256_mgf1_32_test.json,PS256",
        "rsa_pss_4096_sha384_mgf1_48_test.json,PS384",
        "rsa_pss_4096_sha512_mgf1_64_test.json,PS512"
    })
    void jwkAndDerAreTheSameKey(String file, SignatureAlgorithm algorithm) throws Exception {
        int compared = 0;
        for (JsonNode group : ConformanceVectors.groups(file)) {
            JsonNode jwk = group.has("publicKeyJwk") ? group.get("publicKeyJwk") : group.get("keyJwk");
            if (jwk != null) {
                VerificationKey key = ConformanceVectors.keys(jwk).only().orElseThrow();
                assertThat(key.key()).isEqualTo(publicKey(group, algorithm));
                assertThat(key.algorithm()).isEqualTo(algorithm);
                compared++;
            }
        }
        System.out.printf("%s: %d keys as JWK and DER%n", file, compared);
    }

    /** JWS has r and s side by side (RFC 7518 section 3.4). */
    @Test
    void derSignaturesAreRefused() throws Exception {
        Tally tally = new Tally("ecdsa_secp256r1_sha256_test.json");
        for (JsonNode group : ConformanceVectors.groups("ecdsa_secp256r1_sha256_test.json")) {
            VerificationKey key =
                    VerificationKey.of(SignatureAlgorithm.ES256, publicKey(group, SignatureAlgorithm.ES256));
            for (JsonNode test : group.get("tests")) {
                boolean accepts = verifies(key.signatureCheck(), test, "sig");
                assertThat(accepts).as("tcId %s", test.get("tcId")).isFalse();
                tally.decided(false);
                if (test.get("result").textValue().equals("valid")) {
                    tally.deviates();
                }
            }
        }
        tally.print();
    }

    /**
     * A JWS has the whole MAC (RFC 7518 section 3.2): the groups with shorter tags are refused, whatever their label. So
     * are keys that are shorter than the hash, and then the MAC is decided by the algorithm alone.
     */
    @ParameterizedTest
    @CsvSource({"256,HS256", "384,HS384", "512,HS512"})
    void macsAreDecidedAsTheVectorsSay(int bits, SignatureAlgorithm algorithm) {
        Tally tally = new Tally("hmac_sha" + bits + "_test.json");
        for (JsonNode group : ConformanceVectors.groups("hmac_sha" + bits + "_test.json")) {
            boolean whole = group.get("tagSize").intValue() == bits;
            for (JsonNode test : group.get("tests")) {
                byte[] secret = bytes(test, "key");
                if (group.get("keySize").intValue() < bits) {
                    assertThatIllegalArgumentException().isThrownBy(() -> VerificationKey.ofSecret(algorithm, secret));
                }
                SignatureCheck check = algorithm.signatureCheck(VerificationKey.secretKey(secret));
                boolean accepts = verifies(check, test, "tag");
                boolean valid = test.get("result").textValue().equals("valid");
                assertThat(accepts)
                        .as("HMAC with %d bits, tcId %s", bits, test.get("tcId"))
                        .isEqualTo(valid && whole);
                tally.decided(accepts);
                if (accepts != valid) {
                    tally.deviates();
                }
            }
        }
        tally.print();
    }
}
