package dev.scalableapi.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.auth.Verification.Verified;
import dev.scalableapi.testkit.TestSeed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged tokens under a right signature: a profile accepts one only if it still is a token of its format. */
class ProfileMutationTest {
    private static final int MUTATIONS = 2_000;
    private static final String KID = IssuedElsewhere.KID;
    private static final SigningKey KEY = SigningKey.generate(SignatureAlgorithm.HS256);
    private static final VerificationKeySet KEYS = VerificationKeySet.of(VerificationKey.ofJwk(
            KID, SignatureAlgorithm.HS256, KEY.verificationKey().key(), null));
    private static final List<String> NAMES = List.of(
            "alg",
            "kid",
            "typ",
            "crit",
            "jwk",
            "x5c",
            "jku",
            "iss",
            "sub",
            "aud",
            "iat",
            "nbf",
            "exp",
            "jti",
            "uti",
            "client_id",
            "azp",
            "appid",
            "cid",
            "tid",
            "hd",
            "sid",
            "scope",
            "scp",
            "roles",
            "role",
            "groups",
            "cognito:groups",
            "realm_access",
            "resource_access",
            "ext",
            "firebase",
            "permissions",
            "token_use",
            "auth_time",
            "nonce",
            "at_hash",
            "cnf",
            "x");

    private final JsonMapper mapper = new JsonMapper();
    private final long seed = TestSeed.value();

    static List<ProfileFormat> formats() {
        return ProfileFormat.ALL;
    }

    @ParameterizedTest
    @MethodSource("formats")
    void damagedTokenIsAcceptedOnlyForWhatItContains(ProfileFormat format) {
        AccessTokenVerifier verifier = AccessTokenVerifier.builder(KEYS, format.issuer(), ProfileFormat.AUDIENCE)
                .profile(format.profile())
                .algorithms(SignatureAlgorithm.HS256)
                .cachedTokens(0)
                .clock(Fixtures.at(Fixtures.NOW))
                .build();
        byte[] header = bytes(ProfileFormat.header(KEY, KID, format.type()));
        byte[] claims = bytes(format.claims());
        TokenMutator mutator = new TokenMutator(new Random(seed), NAMES);
        int accepted = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            boolean inHeader = i % 3 == 0;
            byte[] sentHeader = inHeader ? mutator.damage(header) : header;
            byte[] sentClaims = inHeader ? claims : mutator.damage(claims);
            String token = Fixtures.token(KEY, sentHeader, sentClaims);
            if (verifier.verify(token) instanceof Verified verified) {
                accepted++;
                Assertions.assertThat(problems(format, tree(sentHeader), tree(sentClaims), verified))
                        .as("seed %d, mutation %d, token %s", seed, i, token)
                        .isEmpty();
            }
        }
        Assertions.assertThat(accepted).as("seed %d", seed).isGreaterThan(MUTATIONS / 100);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private JsonNode tree(byte[] json) {
        try {
            return mapper.readTree(json);
        } catch (IOException e) {
            throw new AssertionError("Accepted, but no JSON: seed " + seed, e);
        }
    }

    /** What is wrong with an accepted token, in the eyes of a plain parser and by the table of the guide. */
    private static List<String> problems(ProfileFormat format, JsonNode header, JsonNode claims, Verified verified) {
        ProfileTable.Row row = ProfileTable.row(format.name());
        List<String> problems = new ArrayList<>();
        String type =
                header.path("typ").asText("absent").toLowerCase(Locale.ROOT).replaceFirst("^application/", "");
        add(problems, !row.cells().get(1).toLowerCase(Locale.ROOT).contains(type), "typ");
        add(problems, !header.path("alg").asText().equals("HS256") || header.has("crit"), "alg, crit");
        add(problems, row.has(2, "rejected") && (header.has("jwk") || header.has("jku") || header.has("x5c")), "keys");
        String issuer = claims.path("iss").asText();
        boolean spelling = row.has(3, "two spellings") && ("https://" + issuer).equals(format.tokenIssuer());
        add(problems, !issuer.equals(format.tokenIssuer()) && !spelling, "iss");
        add(problems, !texts(claims, row.codes(4)).contains(ProfileFormat.AUDIENCE), "audience");
        long now = Fixtures.NOW.getEpochSecond();
        add(problems, !(claims.path("exp").doubleValue() > now - 31), "exp");
        add(problems, !claims.path("iat").isNumber() || !(claims.path("iat").doubleValue() < now + 31), "iat");
        add(problems, claims.path("nbf").asDouble(0) > now + 31, "nbf");
        add(problems, claims.has("cnf"), "cnf");
        add(problems, !texts(claims, row.codes(5)).contains(verified.caller().id()), "sub");
        add(
                problems,
                !words(texts(claims, row.codes(7))).equals(verified.caller().scopes()),
                "scopes");
        add(problems, !texts(claims, row.codes(8)).equals(verified.caller().roles()), "roles");
        for (String group : row.cells().get(10).split(";", -1)) {
            List<String> names = ProfileTable.codes(group);
            add(problems, !names.isEmpty() && names.stream().noneMatch(claims::hasNonNull), group);
        }
        add(problems, row.codes(11).stream().anyMatch(claims::has), "rejected claims");
        return problems;
    }

    private static void add(List<String> problems, boolean problem, String name) {
        if (problem) {
            problems.add(name);
        }
    }

    private static Set<String> words(Set<String> texts) {
        Set<String> words = new HashSet<>();
        texts.forEach(text -> words.addAll(List.of(text.split(" ", -1))));
        words.remove("");
        return words;
    }

    private static Set<String> texts(JsonNode claims, List<String> sources) {
        Set<String> texts = new HashSet<>();
        for (String source : sources) {
            JsonNode node = claims;
            for (String name : source.split("\\.", -1)) {
                node = node.path(name);
            }
            if (node.isTextual()) {
                texts.add(node.textValue());
            }
            node.forEach(element -> texts.add(element.asText()));
        }
        return texts;
    }
}
