package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scalableapi.auth.ConformanceVectors.Tally;
import dev.scalableapi.auth.Verification.Reason;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of RFC 7520 sections 3 and 4, and of RFC 8037 and RFC 7797. */
@SuppressWarnings("NullAway.Init")
class CookbookConformanceTest {
    private static JsonNode example(String name) {
        return ConformanceVectors.json("cookbook/" + name);
    }

    /** With the algorithm of the example where the key names none. */
    private static JsonNode withAlgorithm(JsonNode jwk, JsonNode algorithm) {
        ObjectNode copy = jwk.deepCopy();
        if (!copy.has("alg")) {
            copy.set("alg", algorithm);
        }
        return copy;
    }

    private static JwsReader.Jws read(JsonNode key, JsonNode algorithm, String token) throws RejectionException {
        JwsReader reader = new JwsReader(EnumSet.allOf(SignatureAlgorithm.class), 8192, JwsReader.MAX_DEPTH);
        return reader.read(token, ConformanceVectors.keys(withAlgorithm(key, algorithm)));
    }

    private static void assertRefused(JsonNode key, JsonNode algorithm, String token, Reason reason) {
        assertThatExceptionOfType(RejectionException.class)
                .isThrownBy(() -> read(key, algorithm, token))
                .satisfies(refusal -> assertThat(refusal.rejected().reason()).isEqualTo(reason));
    }

    @Test
    void keysLoadAndTheirSidesBelongTogether() throws Exception {
        JsonNode ec = example("3_1.ec_public_key.json");
        JsonNode rsa = example("3_3.rsa_public_key.json");
        JsonNode secret = example("3_5.symmetric_key_mac_computation.json");
        assertThat(VerificationKey.fromJwk(ec.toString()).algorithm()).isEqualTo(SignatureAlgorithm.ES512);
        assertThat(VerificationKey.fromJwk(rsa.toString()).algorithm()).isEqualTo(SignatureAlgorithm.RS256);
        assertThat(VerificationKey.fromJwk(secret.toString()).algorithm()).isEqualTo(SignatureAlgorithm.HS256);
        assertThat(SigningKey.fromJwk(example("3_2.ec_private_key.json").toString())
                        .verificationKey())
                .isEqualTo(VerificationKey.fromJwk(ec.toString()));
        assertThat(SigningKey.fromJwk(example("3_4.rsa_private_key.json").toString())
                        .verificationKey())
                .isEqualTo(VerificationKey.fromJwk(rsa.toString()));
        assertThat(SigningKey.fromJwk(secret.toString()).verificationKey())
                .isEqualTo(VerificationKey.fromJwk(secret.toString()));
        Tally tally = new Tally("cookbook, section 3");
        for (int key = 0; key < 5; key++) {
            tally.decided(true);
        }
        tally.print();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4_1.rsa_v15_signature.json",
                "4_2.rsa-pss_signature.json",
                "4_3.ecdsa_signature.json",
                "4_4.hmac-sha2_integrity_protection.json",
                "jws.json"
            })
    void compactSignatureIsRead(String name) throws Exception {
        JsonNode example = example(name);
        JsonNode key = example.at("/input/key");
        JsonNode algorithm = example.at("/input/alg");
        JwsReader.Jws jws = read(key, algorithm, example.at("/output/compact").textValue());
        assertThat(new String(jws.payload(), StandardCharsets.UTF_8))
                .isEqualTo(example.at("/input/payload").textValue());
        if (example.path("reproducible").booleanValue()) {
            SigningKey signer = SigningKey.fromJwk(withAlgorithm(key, algorithm).toString());
            assertThat(Base64Url.encode(Fixtures.sign(
                            signer, example.at("/signing/sig-input").textValue())))
                    .isEqualTo(example.at("/signing/sig").textValue());
        }
        System.out.println("cookbook/" + name + ": 1 decided, 1 accepted, 0 refused, 0 deviations");
    }

    /** Where the key is named outside what is signed: read as a compact JWS that names none, of the only key. */
    @Test
    void signaturesOfJsonFormsAreRead() throws Exception {
        for (String name :
                new String[] {"4_6.protecting_specific_header_fields.json", "4_5.signature_with_detached_content.json"
                }) {
            JsonNode example = example(name);
            String compact = example.at("/signing/sig-input").textValue() + "."
                    + example.at("/signing/sig").textValue();
            read(example.at("/input/key"), example.at("/input/alg"), compact);
        }
        JsonNode several = example("4_8.multiple_signatures.json");
        int read = 2;
        for (int i = 0; i < several.at("/signing").size(); i++) {
            JsonNode signing = several.at("/signing").get(i);
            if (signing.at("/protected/alg").isTextual()) {
                read(
                        several.at("/input/key").get(i),
                        several.at("/input/alg").get(i),
                        signing.get("sig-input").textValue() + "."
                                + signing.get("sig").textValue());
                read++;
            }
        }
        System.out.printf("cookbook, signatures of JSON forms: %d read%n", read);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4_5.signature_with_detached_content.json",
                "4_6.protecting_specific_header_fields.json",
                "4_7.protecting_content_only.json",
                "4_8.multiple_signatures.json",
                "hmac-sha2_b64_false.json",
                "4.2.hmac-sha2_b64_false.json"
            })
    void jsonFormsAreRefused(String name) {
        JsonNode output = example(name).get("output");
        JsonNode key = example("3_5.symmetric_key_mac_computation.json");
        int refused = 0;
        for (String form : new String[] {"json", "json_flat"}) {
            if (output.has(form)) {
                assertRefused(key, key.get("alg"), output.get(form).toString(), Reason.MALFORMED);
                refused++;
            }
        }
        System.out.printf("cookbook/%s: %d decided, 0 accepted, %2$d refused, 0 deviations%n", name, refused);
    }

    @Test
    void detachedContentIsNotLookedForElsewhere() {
        JsonNode example = example("4_5.signature_with_detached_content.json");
        String compact = example.at("/output/compact").textValue();
        assertRefused(example.at("/input/key"), example.at("/input/alg"), compact, Reason.BAD_SIGNATURE);
    }

    @Test
    void payloadThatIsNotEncodedIsRefused() {
        JsonNode example = example("hmac-sha2_b64_false.json");
        String compact = example.at("/output/compact").textValue();
        assertThatExceptionOfType(RejectionException.class)
                .isThrownBy(() -> read(example.at("/input/key"), example.at("/input/alg"), compact));
        for (String name : new String[] {"hmac-sha2_b64_false.json", "4.2.hmac-sha2_b64_false.json"}) {
            JsonNode signing = example(name).get("signing");
            String header = Base64Url.encode(signing.get("protected").toString().getBytes(StandardCharsets.UTF_8));
            String token = header + "." + Base64Url.encode(new byte[] {1}) + "."
                    + signing.get("sig").textValue();
            assertRefused(example.at("/input/key"), example.at("/input/alg"), token, Reason.UNSUPPORTED_HEADER);
        }
    }
}
