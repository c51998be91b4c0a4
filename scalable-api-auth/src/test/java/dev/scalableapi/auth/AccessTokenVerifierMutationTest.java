package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.auth0.jwt.JWT;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged tokens: always a result, and a token is accepted only if it is the one that was issued. */
class AccessTokenVerifierMutationTest {
    private static final int MUTATIONS = 20_000;
    private static final List<String> FRAGMENTS = List.of(
            "\"",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\\u0000",
            "\\ud800",
            "null",
            "1e999",
            "-",
            "\ufeff",
            "\"kid\":",
            "\"exp\":",
            "0");

    private final AccessTokenVerifier verifier = Fixtures.verifier(Fixtures.EC, Fixtures.RSA);
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @Test
    void damagedTokensAreRejected() {
        List<String> valid = List.of(
                Fixtures.issuer(Fixtures.EC).issue(Fixtures.ALICE).value(),
                Fixtures.issuer(Fixtures.RSA).issue(Fixtures.ALICE).value());
        for (int i = 0; i < MUTATIONS; i++) {
            String token = valid.get(i % 2);
            String damaged = damage(token);
            boolean accepted = verify(damaged) instanceof Verification.Verified;
            assertThat(accepted).as("seed %d, mutation %d", seed, i).isEqualTo(damaged.equals(token));
        }
    }

    /** Signed after the damage, so that the readers of header and payload see it. */
    @Test
    void damagedContentUnderARightSignatureGivesAResult() {
        byte[] header = Fixtures.header(Fixtures.EC).getBytes(StandardCharsets.UTF_8);
        byte[] payload = Fixtures.claims(",\"scope\":\"a b\",\"roles\":[\"x\"],\"nbf\":1")
                .getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < MUTATIONS / 10; i++) {
            boolean inHeader = random.nextBoolean();
            String token = Fixtures.token(
                    Fixtures.EC, inHeader ? damage(header) : header, inHeader ? payload : damage(payload));
            if (verify(token) instanceof Verification.Verified) {
                assertThat(JWT.decode(token).getIssuer())
                        .as("seed %d, mutation %d", seed, i)
                        .isEqualTo(Fixtures.ISSUER);
            }
        }
    }

    private Verification verify(String token) {
        try {
            return verifier.verify(token);
        } catch (Throwable t) {
            throw new AssertionError("seed " + seed + " made the verifier throw", t);
        }
    }

    private String damage(String token) {
        StringBuilder damaged = new StringBuilder(token);
        for (int times = 1 + random.nextInt(3); times > 0 && !damaged.isEmpty(); times--) {
            int at = random.nextInt(damaged.length());
            switch (random.nextInt(6)) {
                case 0 -> damaged.setCharAt(at, (char) (damaged.charAt(at) ^ 1 << random.nextInt(7)));
                case 1 -> damaged.deleteCharAt(at);
                case 2 -> damaged.insert(at, (char) random.nextInt(0x180));
                case 3 -> damaged.insert(at, '.');
                case 4 -> damaged.setLength(Math.max(1, at));
                default -> damaged.append(token, token.length() / 2, token.length());
            }
        }
        return damaged.toString();
    }

    private byte[] damage(byte[] json) {
        byte[] damaged = json.clone();
        int at = random.nextInt(json.length);
        if (random.nextBoolean()) {
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            return damaged;
        }
        String fragment = FRAGMENTS.get(random.nextInt(FRAGMENTS.size()));
        String text = new String(Arrays.copyOf(json, at), StandardCharsets.UTF_8)
                + fragment
                + new String(Arrays.copyOfRange(json, at + random.nextInt(2), json.length), StandardCharsets.UTF_8);
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
