package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.auth.Verification.Verified;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.testkit.TestSeed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Damaged tokens: always a result, and one is accepted only if it says what an issued token says. A million of them in the
 * system tier.
 */
class AccessTokenVerifierMutationTest {
    /** Each with its own generator, so that they can run side by side. */
    private static final int PARTS = 20;

    private static final int MILLION = 1_000_000;

    private static final SigningKey HMAC = SigningKey.generate(SignatureAlgorithm.HS256);
    private static final SigningKey EDWARDS = SigningKey.generate(SignatureAlgorithm.ED25519);

    private final long seed = TestSeed.value();
    private final JsonMapper mapper = new JsonMapper();
    private final LongAdder accepted = new LongAdder();

    /** How many tokens all tests together damage. */
    int mutations() {
        return 50_000;
    }

    private int partOf(int million) {
        return (int) ((long) million * mutations() / MILLION);
    }

    @Test
    void damagedTokensAreRejected() {
        damagedTokensAreRejected(partOf(640_000), HMAC);
    }

    @Test
    void damagedTokensOfPairsOfKeysAreRejected() {
        damagedTokensAreRejected(partOf(20_000), Fixtures.EC, Fixtures.RSA, EDWARDS);
    }

    /** With and without memory in turn: what was accepted before must not help what is damaged. */
    private void damagedTokensAreRejected(int mutations, SigningKey... keys) {
        AccessTokenVerifier mindful = verifier(10_000, keys);
        AccessTokenVerifier forgetful = verifier(0, keys);
        List<String> valid = Arrays.stream(keys)
                .flatMap(key -> IntStream.range(0, 3)
                        .mapToObj(
                                i -> Fixtures.issuer(key).issue(Fixtures.ALICE).value()))
                .toList();
        valid.forEach(token -> assertThat(mindful.verify(token)).isInstanceOf(Verified.class));
        inParts(mutations, random -> {
            String damaged = new TokenMutator(random).damage(valid);
            boolean accepts = verify(random.nextBoolean() ? mindful : forgetful, damaged) instanceof Verified;
            check(accepts == valid.contains(damaged), damaged);
        });
    }

    private static AccessTokenVerifier verifier(int cachedTokens, SigningKey... keys) {
        SignatureAlgorithm[] algorithms =
                Arrays.stream(keys).map(SigningKey::algorithm).toArray(SignatureAlgorithm[]::new);
        return Fixtures.builder(keys)
                .algorithms(algorithms[0], algorithms)
                .cachedTokens(cachedTokens)
                .build();
    }

    /** Signed after the damage, so that the readers of header and payload see it. */
    @Test
    void damagedContentUnderARightSignatureIsAcceptedOnlyForWhatItSays() {
        damagedContent(partOf(336_000), HMAC);
        assertThat(accepted.sum()).as("accepted").isGreaterThan(partOf(10_000));
    }

    @Test
    void damagedContentUnderARightSignatureOfAPairOfKeysIsAcceptedOnlyForWhatItSays() {
        damagedContent(partOf(3_000), Fixtures.EC);
        damagedContent(partOf(1_000), EDWARDS);
    }

    private void damagedContent(int mutations, SigningKey key) {
        AccessTokenVerifier verifier = verifier(0, key);
        byte[] header = bytes(Fixtures.header(key));
        byte[] payload =
                bytes(Fixtures.claims(",\"scope\":\"a b\",\"roles\":[\"x\"],\"nbf\":1,\"sid\":\"s\",\"tenant\":\"t\""));
        inParts(mutations, random -> {
            TokenMutator mutator = new TokenMutator(random);
            boolean inHeader = random.nextInt(3) == 0;
            byte[] sentHeader = inHeader ? mutator.damage(header) : header;
            byte[] sentPayload = inHeader ? payload : mutator.damage(payload);
            String token = Fixtures.token(key, sentHeader, sentPayload);
            if (verify(verifier, token) instanceof Verified verified) {
                accepted.increment();
                checkHeader(key, sentHeader, token);
                check(verified.equals(said(sentPayload)), token);
            }
        });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void checkHeader(SigningKey key, byte[] header, String token) {
        JsonNode members = tree(header);
        String type = members.path("typ").textValue();
        check(
                key.algorithm().isNamed(members.path("alg").asText())
                        && members.path("kid").asText(key.kid()).equals(key.kid())
                        && Set.of("at+jwt", "application/at+jwt").contains(type.toLowerCase(Locale.ROOT)),
                token);
    }

    /** What the payload says in the eyes of a plain parser, if it names issuer, audience and a right time. */
    private Verified said(byte[] payload) {
        JsonNode claims = tree(payload);
        long now = Fixtures.NOW.getEpochSecond();
        check(claims.get("iss").textValue().equals(Fixtures.ISSUER), "iss");
        check(texts(claims, "aud").contains(Fixtures.AUDIENCE), "aud");
        check(claims.get("exp").doubleValue() > now - 31 && claims.get("iat").doubleValue() < now + 31, "exp, iat");
        check(claims.path("nbf").asDouble(0) < now + 31 && !claims.has("cnf"), "nbf, cnf");
        Set<String> scopes = new HashSet<>(List.of(claims.path("scope").asText().split(" ")));
        scopes.remove("");
        Caller caller = new Caller(
                claims.get("sub").textValue(),
                text(claims, "tenant"),
                text(claims, "client_id"),
                texts(claims, "roles"),
                texts(claims, "permissions"),
                scopes);
        return new Verified(
                caller,
                claims.get("jti").textValue(),
                text(claims, "sid"),
                Instant.ofEpochSecond((long) claims.get("iat").doubleValue()),
                Instant.ofEpochSecond((long) claims.get("exp").doubleValue()),
                Optional.empty());
    }

    private JsonNode tree(byte[] json) {
        try {
            return mapper.readTree(json);
        } catch (IOException e) {
            throw new AssertionError("Accepted, but no JSON: seed " + seed, e);
        }
    }

    private static Optional<String> text(JsonNode claims, String name) {
        return Optional.ofNullable(claims.path(name).textValue());
    }

    private static Set<String> texts(JsonNode claims, String name) {
        Set<String> texts = new HashSet<>();
        JsonNode value = claims.path(name);
        if (value.isTextual()) {
            texts.add(value.textValue());
        }
        value.forEach(text -> texts.add(text.textValue()));
        return texts;
    }

    private void inParts(int mutations, Consumer<Random> mutation) {
        System.out.printf("%,d damaged tokens, seed %d%n", mutations, seed);
        IntStream.range(0, PARTS).parallel().forEach(part -> {
            Random random = new Random(seed + part);
            for (int i = 0; i < mutations / PARTS; i++) {
                mutation.accept(random);
            }
        });
    }

    private Verification verify(AccessTokenVerifier verifier, String token) {
        try {
            return verifier.verify(token);
        } catch (Throwable t) {
            throw new AssertionError("seed " + seed + " made the verifier throw for " + token, t);
        }
    }

    /** A million of AssertJ's would take longer than all the rest. */
    private void check(boolean holds, String token) {
        if (!holds) {
            throw new AssertionError("seed " + seed + ", token " + token);
        }
    }
}
