package dev.scalableapi.auth;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.List;

/** A JWK set as a provider publishes it, from descriptions such as {@code sig RS256 with x5c}. */
final class PublishedJwks {
    static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);
    private static final SigningKey OTHER =
            SigningKey.fromPem(Fixtures.pem(Fixtures.keyPair("RSA", 2048).getPrivate()));

    private PublishedJwks() {}

    /** The first key that can verify is {@link Fixtures#RSA} under the id of {@link IssuedElsewhere}, or the secret. */
    static String jwks(List<String> descriptions, String issuer) {
        ArrayNode keys = JsonNodeFactory.instance.arrayNode();
        boolean signing = true;
        for (String description : descriptions) {
            boolean verifies = description.startsWith("sig") || description.startsWith("neither");
            ObjectNode jwk = jwk(description, verifies && signing ? Fixtures.RSA : OTHER, issuer);
            if (!description.startsWith("a secret")) {
                jwk.put("kid", verifies && signing ? IssuedElsewhere.KID : "key-" + keys.size());
            }
            signing &= !verifies;
            keys.add(jwk);
        }
        return JsonNodeFactory.instance.objectNode().set("keys", keys).toString();
    }

    private static ObjectNode jwk(String description, SigningKey rsa, String issuer) {
        ObjectNode jwk = JsonNodeFactory.instance.objectNode();
        if (description.startsWith("kty AKP")) {
            return jwk.put("kty", "AKP")
                    .put("alg", "ML-DSA-44")
                    .put("use", "sig")
                    .put("pub", "AAAA");
        }
        if (description.startsWith("OKP Ed448")) {
            String x = Base64Url.encode(new byte[57]);
            return jwk.put("kty", "OKP").put("crv", "Ed448").put("use", "sig").put("x", x);
        }
        if (description.startsWith("a secret")) {
            return jwk.put("kty", "oct").put("alg", "HS256").put("k", Base64Url.encode(SECRET));
        }
        RSAPublicKey key = (RSAPublicKey) Fixtures.publicKey(rsa);
        jwk.put("kty", "RSA").put("n", number(key.getModulus())).put("e", number(key.getPublicExponent()));
        if (description.startsWith("enc")) {
            jwk.put("use", "enc").put("alg", "RSA-OAEP");
        }
        if (description.startsWith("sig")) {
            jwk.put("use", "sig");
        }
        if (description.startsWith("sig RS256")) {
            jwk.put("alg", "RS256");
        }
        if (description.contains("x5c")) {
            jwk.putArray("x5c").add(Base64.getEncoder().encodeToString(key.getEncoded()));
        }
        if (description.contains("member issuer")) {
            jwk.put("issuer", issuer);
        }
        return jwk;
    }

    private static String number(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int sign = bytes[0] == 0 ? 1 : 0;
        return Base64Url.encode(java.util.Arrays.copyOfRange(bytes, sign, bytes.length));
    }
}
