package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JwkSetPublisherTest {
    private static final VerificationKeySet KEYS =
            VerificationKeySet.of(Fixtures.EC.verificationKey(), Fixtures.RSA.verificationKey());

    @Test
    void publishedKeysAreThePublicKeys() throws Exception {
        JsonNode keys = keys(answer(JwkSetPublisher.of(KEYS)));
        assertThat(keys).hasSize(2);
        JsonNode ec = keys.get(0);
        assertThat(ec.properties())
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrder("kty", "crv", "x", "y", "kid", "alg", "use");
        assertThat(ec.get("kid").textValue()).isEqualTo(Fixtures.EC.kid());
        assertThat(ec.get("alg").textValue()).isEqualTo("ES256");
        assertThat(VerificationKey.of(ecKey(ec))).isEqualTo(Fixtures.EC.verificationKey());
        JsonNode rsa = keys.get(1);
        assertThat(rsa.properties())
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrder("kty", "n", "e", "kid", "alg", "use");
        assertThat(rsa.get("use").textValue()).isEqualTo("sig");
        PublicKey read =
                KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(number(rsa, "n"), number(rsa, "e")));
        assertThat(((RSAPublicKey) read).getModulus())
                .isEqualTo(((RSAPublicKey) Fixtures.publicKey(Fixtures.RSA)).getModulus());
        assertThat(VerificationKey.of(read).kid()).isEqualTo(Fixtures.RSA.kid());
    }

    private static PublicKey ecKey(JsonNode jwk) throws Exception {
        ECPoint point = new ECPoint(number(jwk, "x"), number(jwk, "y"));
        var parameters = ((ECPublicKey) Fixtures.publicKey(Fixtures.EC)).getParams();
        return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, parameters));
    }

    private static BigInteger number(JsonNode jwk, String member) {
        String text = jwk.get(member).textValue();
        byte[] bytes = Base64Url.decode(text, 0, text.length());
        assertThat(bytes).isNotNull();
        return new BigInteger(1, bytes);
    }

    @Test
    void coordinatesKeepTheirLeadingZeros() throws Exception {
        SigningKey key = SigningKey.generate();
        while (((ECPublicKey) Fixtures.publicKey(key)).getW().getAffineX().bitLength() > 248) {
            key = SigningKey.generate();
        }
        JsonNode jwk = keys(answer(JwkSetPublisher.of(VerificationKeySet.of(key.verificationKey()))))
                .get(0);
        assertThat(jwk.get("x").textValue()).hasSize(43).startsWith("A");
        assertThat(VerificationKey.of(ecKey(jwk))).isEqualTo(key.verificationKey());
    }

    @Test
    void answerIsCacheableByAll() {
        ApiResponse answer = answer(JwkSetPublisher.of(KEYS));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).contains("application/jwk-set+json");
        assertThat(answer.header("Cache-Control")).contains("public, max-age=300");
        assertThat(answer.header("ETag"))
                .hasValueSatisfying(tag -> assertThat(tag).matches("\"[A-Za-z0-9_-]{43}\""));
        assertThat(answer(JwkSetPublisher.of(KEYS, Duration.ZERO)).header("Cache-Control"))
                .contains("public, max-age=0");
    }

    @Test
    void entityTagChangesWithTheKeysOnly() {
        assertThat(answer(JwkSetPublisher.of(KEYS)).header("ETag"))
                .isEqualTo(answer(JwkSetPublisher.of(KEYS)).header("ETag"))
                .isNotEqualTo(answer(JwkSetPublisher.of(VerificationKeySet.of(Fixtures.EC.verificationKey())))
                        .header("ETag"));
    }

    @Test
    void negativeAgeIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> JwkSetPublisher.of(KEYS, Duration.ofSeconds(-1)));
    }

    @Test
    void keysOfAnotherIssuerKeepTheirMeaningWhenTheyArePublishedAgain() {
        String rsa = IssuerServer.jwks(Fixtures.RSA);
        String jwk = rsa.substring(rsa.indexOf('[') + 1, rsa.lastIndexOf(']'));
        String bare = jwk.replaceAll(",?\"(kid|alg|use)\":\"[^\"]*\"", "").replace("{,", "{");
        String bound = bare.replace("}", ",\"kid\":\"a\",\"issuer\":\"https://{tenantid}.example\"}");
        VerificationKeySet published = VerificationKeySet.fromJwks("{\"keys\":[" + bare + "," + bound + "]}");
        byte[] again = answer(JwkSetPublisher.of(published))
                .body()
                .bytes(10_000)
                .toCompletableFuture()
                .join();
        VerificationKeySet read = VerificationKeySet.fromJwks(new String(again, StandardCharsets.UTF_8));
        assertThat(read.keys()).hasSize(2).isEqualTo(published.keys());
        assertThat(read.keys()).extracting(VerificationKey::hasOwnId).containsExactly(false, true);
    }

    private static ApiResponse answer(JwkSetPublisher publisher) {
        return publisher
                .handle(ApiRequest.builder("GET", "/.well-known/jwks.json").build())
                .toCompletableFuture()
                .join();
    }

    private static JsonNode keys(ApiResponse answer) throws Exception {
        byte[] body = answer.body().bytes(10_000).toCompletableFuture().join();
        return new JsonMapper().readTree(body).get("keys");
    }
}
