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
import dev.scalableapi.auth.Verification.Rejected;
import dev.scalableapi.testkit.TestSeed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Asks java-jwt about the same damaged tokens. Where it decides otherwise, there is a reason that an independent look at
 * the token confirms; an answer that differs without one fails.
 */
class JavaJwtDifferentialTest {
    private static final byte[] SECRET = new SecureRandom().generateSeed(32);
    private static final SigningKey KEY = SigningKey.ofSecret(SignatureAlgorithm.HS256, SECRET);
    private static final long SKEW = 30;

    /** All are tokens that java-jwt accepts; there is none that only we accept. */
    static final Set<String> DIFFERENCES = Set.of(
            "too_large",
            "malformed: base64url that is not canonical",
            "malformed: UTF-8 with errors, or another encoding",
            "malformed: duplicate member",
            "malformed: something after the object",
            "malformed: nested deeper than 16",
            "malformed: number of more than 32 digits",
            "malformed: header member that is no text, or blank",
            "malformed: date that is none, negative, or after the year 9999",
            "malformed: claim of another type, or blank",
            "unsupported_header",
            "unknown_key",
            "wrong_type",
            "missing_claim",
            "proof_required");

    private final long seed = TestSeed.value();
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

    int mutations() {
        return 10_000;
    }

    /** Checks the reasons that were found; many mutations find them all. */
    void check(Set<String> found) {
        assertThat(found).as("seed %d", seed).isSubsetOf(DIFFERENCES);
    }

    @Test
    void everyDifferenceHasAReason() throws IOException {
        System.out.printf("%,d damaged tokens for java-jwt, seed %d%n", mutations(), seed);
        Map<String, Integer> differences = new TreeMap<>();
        List<String> valid = IntStream.range(0, 3)
                .mapToObj(i -> Fixtures.issuer(KEY).issue(Fixtures.ALICE).value())
                .toList();
        byte[] header = bytes(Fixtures.header(KEY));
        byte[] payload = bytes(Fixtures.claims(",\"nbf\":1,\"scope\":\"a b\",\"roles\":[\"x\"]"));
        TokenMutator mutator = new TokenMutator(random);
        for (int i = 0; i < mutations(); i++) {
            String token = switch (i % 4) {
                case 0 -> mutator.damage(valid);
                case 1 -> Fixtures.token(KEY, mutator.damage(header), payload);
                case 2 -> spelledOtherwise(header, payload);
                default -> Fixtures.token(KEY, header, mutator.damage(payload));
            };
            Verification result = ours.verify(token);
            boolean accepted = accepts(token);
            if (result instanceof Rejected rejected) {
                if (accepted) {
                    differences.merge(reason(token, rejected), 1, Integer::sum);
                }
            } else if (!accepted || !reasons(token).isEmpty()) {
                differences.merge("unknown: we accept, with " + reasons(token) + ", " + token, 1, Integer::sum);
            }
        }
        differences.forEach((reason, times) -> System.out.printf("java-jwt differs: %s: %d%n", reason, times));
        check(differences.keySet());
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

    /** Ours, if the token gives it. */
    private String reason(String token, Rejected rejected) throws IOException {
        String label = rejected.reason().label();
        return reasons(token).stream()
                .filter(reason -> reason.startsWith(label))
                .findFirst()
                .orElse("unknown: they accept, we say " + label + ", " + token);
    }

    /** All that is wrong with a token that java-jwt accepts. */
    private List<String> reasons(String token) throws IOException {
        List<String> reasons = new ArrayList<>();
        addIf(token.length() > 8192, reasons, "too_large");
        String[] segments = token.split("\\.", -1);
        for (String segment : segments) {
            byte[] bytes = Base64.getUrlDecoder().decode(segment);
            addIf(!Base64Url.encode(bytes).equals(segment), reasons, "malformed: base64url that is not canonical");
        }
        byte[] header = Base64.getUrlDecoder().decode(segments[0]);
        byte[] payload = Base64.getUrlDecoder().decode(segments[1]);
        for (byte[] bytes : List.of(header, payload)) {
            addIf(!isUtf8(bytes), reasons, "malformed: UTF-8 with errors, or another encoding");
            String json = lenient(bytes);
            addIf(fails(unique, json), reasons, "malformed: duplicate member");
            addIf(fails(whole, json), reasons, "malformed: something after the object");
            addIf(isDeep(json), reasons, "malformed: nested deeper than 16");
            addIf(hasLongNumber(json), reasons, "malformed: number of more than 32 digits");
        }
        addOfHeader(reasons, lenient.readTree(lenient(header)));
        addOfClaims(reasons, lenient.readTree(lenient(payload)));
        return reasons;
    }

    /** As java-jwt decodes: with replacements for what is malformed. */
    private static String lenient(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    private static void addIf(boolean holds, List<String> reasons, String reason) {
        if (holds) {
            reasons.add(reason);
        }
    }

    private static void addOfHeader(List<String> reasons, JsonNode header) {
        addIf(
                Stream.of("alg", "kid", "typ").anyMatch(name -> header.has(name) && !isText(header.get(name))),
                reasons,
                "malformed: header member that is no text, or blank");
        addIf(
                Stream.of("b64", "crit", "enc", "jku", "jwk", "x5c", "x5u", "zip")
                        .anyMatch(header::has),
                reasons,
                "unsupported_header");
        addIf(!header.path("kid").asText(KEY.kid()).equals(KEY.kid()), reasons, "unknown_key");
        String type = header.path("typ").asText().toLowerCase(Locale.ROOT);
        addIf(!Set.of("at+jwt", "application/at+jwt").contains(type), reasons, "wrong_type");
    }

    private static void addOfClaims(List<String> reasons, JsonNode claims) {
        addIf(
                Stream.of("iat", "exp", "nbf").anyMatch(name -> claims.has(name) && !isDate(claims.get(name))),
                reasons,
                "malformed: date that is none, negative, or after the year 9999");
        addIf(hasClaimOfAnotherType(claims), reasons, "malformed: claim of another type, or blank");
        addIf(!Stream.of("iss", "aud", "sub", "iat", "exp", "jti").allMatch(claims::has), reasons, "missing_claim");
        addIf(claims.has("cnf"), reasons, "proof_required");
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

    private static boolean fails(JsonMapper mapper, String json) {
        try {
            mapper.readTree(json);
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private boolean isDeep(String json) throws IOException {
        int depth = 0;
        int deepest = 0;
        try (JsonParser parser = lenient.createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = next(parser, depth)) {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                deepest = Math.max(deepest, depth);
            }
        }
        return deepest > 16;
    }

    private boolean hasLongNumber(String json) throws IOException {
        boolean has = false;
        int depth = 0;
        try (JsonParser parser = lenient.createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = next(parser, depth)) {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                has |= token.isNumeric()
                        && parser.getText().chars().filter(Character::isDigit).count() > 32;
            }
        }
        return has;
    }

    /** Null after the object: what follows need not be JSON. */
    private static @Nullable JsonToken next(JsonParser parser, int depth) throws IOException {
        return depth == 0 ? null : parser.nextToken();
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
}
