package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTVerifier;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.JWTVerificationException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.auth.Verification.Reason;
import dev.scalableapi.auth.Verification.Rejected;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Asks java-jwt about the same damaged tokens. Where it decides otherwise, there is a reason that an independent look at
 * the token confirms; an answer that differs without one fails.
 */
class JavaJwtDifferentialTest {
    private static final int MUTATIONS = 100_000;
    private static final byte[] SECRET = new SecureRandom().generateSeed(32);
    private static final SigningKey KEY = SigningKey.ofSecret(SignatureAlgorithm.HS256, SECRET);
    private static final long SKEW = 30;

    /** All are tokens that java-jwt accepts; there is none that only we accept. */
    private static final Set<String> DIFFERENCES = Set.of(
            "longer than 8,192 characters",
            "base64url that is not canonical",
            "malformed UTF-8, or another encoding",
            "duplicate member",
            "something after the object",
            "nested deeper than 16",
            "number of more than 32 digits",
            "header member that is no text, or blank",
            "date that is none, negative, or after the year 9999",
            "claim of another type, or blank",
            "unsupported_header",
            "unknown_key",
            "wrong_type",
            "missing_claim",
            "proof_required");

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final JsonMapper lenient = new JsonMapper();
    private final JsonMapper unique = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private final JsonMapper whole = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private final AccessTokenVerifier ours = Fixtures.builder(KEY)
            .algorithms(SignatureAlgorithm.HS256)
            .cachedTokens(0)
            .build();
    private final JWTVerifier theirs = ((JWTVerifier.BaseVerification) JWT.require(Algorithm.HMAC256(SECRET))
                    .withIssuer(Fixtures.ISSUER)
                    .withAudience(Fixtures.AUDIENCE)
                    .acceptLeeway(SKEW))
            .build(Fixtures.at(Fixtures.NOW));

    @Test
    void everyDifferenceHasAReason() {
        System.out.printf("%,d damaged tokens for java-jwt, seed %d%n", MUTATIONS, seed);
        Map<String, Integer> differences = new TreeMap<>();
        List<String> valid = IntStream.range(0, 3)
                .mapToObj(i -> Fixtures.issuer(KEY).issue(Fixtures.ALICE).value())
                .toList();
        byte[] header = bytes(Fixtures.header(KEY));
        byte[] payload = bytes(Fixtures.claims(",\"nbf\":1,\"scope\":\"a b\",\"roles\":[\"x\"]"));
        TokenMutator mutator = new TokenMutator(random);
        for (int i = 0; i < MUTATIONS; i++) {
            String token = switch (i % 4) {
                case 0 -> mutator.damage(valid);
                case 1 -> Fixtures.token(KEY, mutator.damage(header), payload);
                case 2 -> spelledOtherwise(header, payload);
                default -> Fixtures.token(KEY, header, mutator.damage(payload));
            };
            Verification result = ours.verify(token);
            boolean accepted = result instanceof Verification.Verified;
            if (accepted != accepts(token)) {
                String reason = accepted ? onlyWeAccept(token) : onlyTheyAccept(token, (Rejected) result);
                differences.merge(reason, 1, Integer::sum);
            }
        }
        differences.forEach((reason, times) -> System.out.printf("java-jwt differs: %s: %d%n", reason, times));
        assertThat(differences.keySet()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(DIFFERENCES);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The same segments, or with padding, or in a spelling whose unused bits are set; signed so. */
    private String spelledOtherwise(byte[] header, byte[] payload) {
        byte[] spaced = Arrays.copyOf(payload, payload.length + random.nextInt(3));
        Arrays.fill(spaced, payload.length, spaced.length, (byte) ' ');
        String signed = spelled(header) + "." + spelled(spaced);
        return signed + "." + spelled(Fixtures.sign(KEY, signed));
    }

    private String spelled(byte[] bytes) {
        String canonical = Base64Url.encode(bytes);
        return switch (random.nextInt(6)) {
            case 0 -> Base64.getUrlEncoder().encodeToString(bytes);
            case 1 ->
                canonical.substring(0, canonical.length() - 1)
                        + (char) (canonical.charAt(canonical.length() - 1) + random.nextInt(2));
            default -> canonical;
        };
    }

    private boolean accepts(String token) {
        try {
            theirs.verify(token);
            return true;
        } catch (JWTVerificationException refused) {
            return false;
        } catch (RuntimeException defect) {
            return false; // It lets some through, such as for a payload of JSON null.
        }
    }

    private String onlyWeAccept(String token) {
        return "unknown: only we accept " + token;
    }

    private String onlyTheyAccept(String token, Rejected result) {
        if (result.reason() == Reason.TOO_LARGE && token.length() > 8192) {
            return "longer than 8,192 characters";
        }
        String[] segments = token.split("\\.", -1);
        for (String segment : segments) {
            if (!Base64Url.encode(Base64.getUrlDecoder().decode(segment)).equals(segment)) {
                return result.reason() == Reason.MALFORMED ? "base64url that is not canonical" : unknown(token, result);
            }
        }
        byte[] header = Base64.getUrlDecoder().decode(segments[0]);
        byte[] payload = Base64.getUrlDecoder().decode(segments[1]);
        try {
            return result.reason() == Reason.MALFORMED
                    ? malformed(token, result, header, payload)
                    : refused(token, result, lenient.readTree(header), lenient.readTree(payload));
        } catch (IOException e) {
            return unknown(token, result);
        }
    }

    private static String unknown(String token, Rejected result) {
        return "unknown: " + result + " " + token;
    }

    private String malformed(String token, Rejected result, byte[] header, byte[] payload) throws IOException {
        for (byte[] json : List.of(header, payload)) {
            if (!isUtf8(json)) {
                return "malformed UTF-8, or another encoding";
            }
            if (fails(unique, json)) {
                return "duplicate member";
            }
            if (fails(whole, json)) {
                return "something after the object";
            }
            String excess = excess(json);
            if (!excess.isEmpty()) {
                return excess;
            }
        }
        JsonNode members = lenient.readTree(header);
        JsonNode claims = lenient.readTree(payload);
        if (Set.of("alg", "kid", "typ").stream().anyMatch(name -> members.has(name) && !isText(members.get(name)))) {
            return "header member that is no text, or blank";
        }
        if (Set.of("iat", "exp", "nbf").stream().anyMatch(name -> claims.has(name) && !isDate(claims.get(name)))) {
            return "date that is none, negative, or after the year 9999";
        }
        return hasClaimOfAnotherType(claims) ? "claim of another type, or blank" : unknown(token, result);
    }

    /** A byte order mark is none of JSON's (RFC 8259 section 8.1); a NUL is a sign of UTF-16. */
    private static boolean isUtf8(byte[] json) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json));
        } catch (CharacterCodingException e) {
            return false;
        }
        return json.length > 1 && json[0] != 0 && json[1] != 0 && json[0] != (byte) 0xef;
    }

    private static boolean fails(JsonMapper mapper, byte[] json) {
        try {
            mapper.readTree(json);
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private String excess(byte[] json) throws IOException {
        int depth = 0;
        try (JsonParser parser = lenient.createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (depth > 16) {
                    return "nested deeper than 16";
                }
                if (token.isNumeric() && parser.getText().length() > 32) {
                    return "number of more than 32 digits";
                }
            }
        }
        return "";
    }

    private static boolean isText(JsonNode value) {
        return value.isTextual() && !value.textValue().isBlank();
    }

    private static boolean isDate(JsonNode value) {
        return value.isNumber() && value.doubleValue() >= 0 && value.doubleValue() <= 253_402_300_799d;
    }

    private static boolean hasClaimOfAnotherType(JsonNode claims) {
        return Set.of("iss", "sub", "jti", "client_id", "sid", "tenant").stream()
                        .anyMatch(name -> claims.has(name) && !isWellFormed(claims.get(name)))
                || Set.of("aud", "roles", "permissions").stream()
                        .anyMatch(name -> claims.has(name) && !isTexts(claims.get(name), name.equals("aud")))
                || (claims.has("scope") && !claims.get("scope").isTextual())
                || (claims.has("cnf") && !claims.get("cnf").isObject());
    }

    private static boolean isWellFormed(JsonNode value) {
        return isText(value) && StandardCharsets.UTF_16.newEncoder().canEncode(value.textValue());
    }

    private static boolean isTexts(JsonNode value, boolean orOne) {
        boolean all = value.isArray() || (orOne && isWellFormed(value));
        for (JsonNode element : value) {
            all &= isWellFormed(element);
        }
        return all;
    }

    private String refused(String token, Rejected result, JsonNode header, JsonNode claims) {
        boolean confirmed = switch (result.reason()) {
            case UNSUPPORTED_HEADER ->
                Set.of("b64", "crit", "enc", "jku", "jwk", "x5c", "x5u", "zip").stream()
                        .anyMatch(header::has);
            case UNKNOWN_KEY -> header.has("kid") && !header.get("kid").asText().equals(KEY.kid());
            case WRONG_TYPE ->
                !Set.of("at+jwt", "application/at+jwt")
                        .contains(header.path("typ").asText().toLowerCase(Locale.ROOT));
            case MISSING_CLAIM ->
                !Set.of("iss", "aud", "sub", "iat", "exp", "jti").stream().allMatch(claims::has);
            case PROOF_REQUIRED -> claims.has("cnf");
            default -> false;
        };
        return confirmed ? result.reason().label() : unknown(token, result);
    }
}
