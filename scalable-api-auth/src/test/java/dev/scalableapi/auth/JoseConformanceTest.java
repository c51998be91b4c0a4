package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Test vectors that others wrote (Wycheproof, the JOSE cookbook, JSONTestSuite), where they are at hand. */
class JoseConformanceTest {
    /** Labelled valid, but an empty payload is no claims set: refused here before the key is looked for. */
    private static final Set<Integer> REFUSED_ON_PURPOSE = Set.of(259);

    /**
     * How r begins where it may be a coordinate above n, reduced: one valid signature in 2^128. Some JDKs refuse it, and
     * no signer will ever meet one.
     */
    private static final String REDUCED_COORDINATE = "0".repeat(32);

    private final JsonMapper mapper = new JsonMapper();
    private Path vectors = Path.of("");

    @BeforeEach
    void find() {
        vectors = directory().resolve("jose");
    }

    private static Path directory() {
        String given = System.getProperty("scalableapi.conformance");
        if (given != null) {
            return Path.of(given);
        }
        for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
            Path beside = up.resolve("shared").resolve("conformance");
            if (Files.isDirectory(beside)) {
                return beside;
            }
        }
        return abort("Skipped: the conformance vectors are not here; set scalableapi.conformance to their folder");
    }

    @ParameterizedTest
    @CsvSource({"ecdsa_secp256r1_sha256_p1363_test.json,ES256,100", "rsa_signature_2048_sha256_test.json,RS256,150"})
    void signaturesAreDecidedAsTheVectorsSay(String file, SignatureAlgorithm algorithm, int least) throws Exception {
        int decided = 0;
        for (JsonNode group : mapper.readTree(vectors.resolve(file).toFile()).get("testGroups")) {
            PublicKey key = publicKey(group, algorithm);
            algorithm.check(key);
            for (JsonNode test : group.get("tests")) {
                String expected = test.get("result").textValue();
                boolean reduced = algorithm == SignatureAlgorithm.ES256
                        && test.get("sig").textValue().startsWith(REDUCED_COORDINATE);
                if (!expected.equals("acceptable") && !(reduced && expected.equals("valid"))) {
                    assertThat(verifies(algorithm, key, test))
                            .as("%s tcId %s", file, test.get("tcId"))
                            .isEqualTo(expected.equals("valid"));
                    decided++;
                }
            }
        }
        assertThat(decided).isGreaterThan(least);
    }

    @Test
    void derSignaturesAreRefused() throws Exception {
        JsonNode all = mapper.readTree(
                vectors.resolve("ecdsa_secp256r1_sha256_test.json").toFile());
        int valid = 0;
        for (JsonNode group : all.get("testGroups")) {
            PublicKey key = publicKey(group, SignatureAlgorithm.ES256);
            for (JsonNode test : group.get("tests")) {
                assertThat(verifies(SignatureAlgorithm.ES256, key, test))
                        .as("tcId %s", test.get("tcId"))
                        .isFalse();
                valid += test.get("result").textValue().equals("valid") ? 1 : 0;
            }
        }
        assertThat(valid).isPositive();
    }

    private static boolean verifies(SignatureAlgorithm algorithm, PublicKey key, JsonNode test) {
        HexFormat hex = HexFormat.of();
        byte[] message = hex.parseHex(test.get("msg").textValue());
        return algorithm.verifies(key, message, hex.parseHex(test.get("sig").textValue()));
    }

    private static PublicKey publicKey(JsonNode group, SignatureAlgorithm algorithm) throws Exception {
        byte[] der = HexFormat.of().parseHex(group.get("publicKeyDer").textValue());
        return KeyFactory.getInstance(algorithm == SignatureAlgorithm.ES256 ? "EC" : "RSA")
                .generatePublic(new X509EncodedKeySpec(der));
    }

    @ParameterizedTest
    @CsvSource({"json_web_signature_test.json,100", "json_web_crypto_test.json,5", "json_web_key_test.json,4"})
    void compactSignaturesAreDecidedAsTheVectorsSay(String file, int least) throws Exception {
        int decided = 0;
        for (JsonNode group : mapper.readTree(vectors.resolve(file).toFile()).get("testGroups")) {
            JsonNode key = group.has("public") ? group.get("public") : group.path("private");
            JsonNode jwk = key.path("keys").size() == 1 ? key.at("/keys/0") : key;
            boolean otherCurve = !jwk.path("crv").asText("P-256").equals("P-256");
            if (!otherCurve && Set.of("ES256", "RS256").contains(jwk.path("alg").asText())) {
                for (JsonNode test : group.get("tests")) {
                    assertThat(reads(jwk, test.get("jws")))
                            .as("%s tcId %s: %s", file, test.get("tcId"), test.get("comment"))
                            .isEqualTo(isValid(test));
                    decided++;
                }
            }
        }
        assertThat(decided).isGreaterThanOrEqualTo(least);
    }

    private static boolean isValid(JsonNode test) {
        return test.get("result").textValue().equals("valid")
                && !REFUSED_ON_PURPOSE.contains(test.get("tcId").intValue());
    }

    /** False also where the key itself is refused. */
    private static boolean reads(JsonNode jwk, JsonNode jws) throws Exception {
        try {
            reader(jwk).read(jws.isTextual() ? jws.textValue() : jws.toString());
            return true;
        } catch (RejectionException | IllegalArgumentException | InvalidKeySpecException refused) {
            return false;
        }
    }

    @Test
    void encryptedTokensAreRefused() throws Exception {
        JsonNode all =
                mapper.readTree(vectors.resolve("json_web_encryption_test.json").toFile());
        AccessTokenVerifier verifier = Fixtures.verifier(Fixtures.EC, Fixtures.RSA);
        for (JsonNode group : all.get("testGroups")) {
            for (JsonNode test : group.get("tests")) {
                assertThat(verifier.verify(test.path("jwe").asText())).isInstanceOf(Verification.Rejected.class);
            }
        }
    }

    @Test
    void cookbookSignatureIsRead() throws Exception {
        JsonNode example = mapper.readTree(
                vectors.resolve("cookbook/4_1.rsa_v15_signature.json").toFile());
        JwsReader reader = reader(example.at("/input/key"));
        JwsReader.Jws jws = reader.read(example.at("/output/compact").textValue());
        assertThat(new String(jws.payload(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo(example.at("/input/payload").textValue());
    }

    @Test
    void jsonIsDecidedAsTheSuiteSays() throws Exception {
        List<Path> files;
        try (Stream<Path> list = Files.list(vectors.resolve("JSONTestSuite"))) {
            files = list.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
        assertThat(files).hasSizeGreaterThan(200);
        List<String> wrong = new ArrayList<>();
        StrictJson json = new StrictJson();
        for (Path file : files) {
            byte[] text = Files.readAllBytes(file);
            String name = String.valueOf(file.getFileName());
            boolean duplicate = name.startsWith("y_object_duplicated_key");
            boolean object = name.startsWith("y_object") && !duplicate;
            if (parses(json, text) != object && (name.startsWith("n_") || name.startsWith("y_object"))) {
                wrong.add(name);
            }
            if ((name.startsWith("n_") || duplicate) && isAccepted(text)) {
                wrong.add(name + " in a token");
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static boolean isAccepted(byte[] json) {
        AccessTokenVerifier verifier = Fixtures.verifier(Fixtures.EC);
        byte[] header = Fixtures.header(Fixtures.EC).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        byte[] payload = Fixtures.claims("").getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return verifier.verify(Fixtures.token(Fixtures.EC, json, payload)) instanceof Verification.Verified
                || verifier.verify(Fixtures.token(Fixtures.EC, header, json)) instanceof Verification.Verified;
    }

    private static boolean parses(StrictJson json, byte[] text) {
        try {
            json.object(text);
            return true;
        } catch (RejectionException malformed) {
            return false;
        }
    }

    private static JwsReader reader(JsonNode jwk) throws Exception {
        PublicKey key = jwk.get("kty").textValue().equals("EC")
                ? KeyFactory.getInstance("EC")
                        .generatePublic(new ECPublicKeySpec(
                                new ECPoint(number(jwk, "x"), number(jwk, "y")),
                                ((ECPublicKey) Fixtures.EC.verificationKey().publicKey()).getParams()))
                : KeyFactory.getInstance("RSA")
                        .generatePublic(new RSAPublicKeySpec(number(jwk, "n"), number(jwk, "e")));
        return new JwsReader(VerificationKeySet.of(
                new VerificationKey(jwk.get("kid").textValue(), SignatureAlgorithm.of(key), key)));
    }

    private static BigInteger number(JsonNode jwk, String member) throws IOException {
        String text = jwk.get(member).textValue();
        byte[] bytes = Base64Url.decode(text, 0, text.length());
        if (bytes == null) {
            throw new IOException("The vector's key is not in base64url");
        }
        return new BigInteger(1, bytes);
    }
}
