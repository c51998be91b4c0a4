package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.auth.Verification.Reason;
import dev.scalableapi.testkit.TestSeed;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The reader of profiles, with the public parts of RFC 9068, and the fast reader of RFC 9068 give the same results. */
class ProfileClaimsTest {
    private static final int MUTATIONS = 20_000;
    private static final byte[] CLAIMS = Fixtures.claims(",\"scope\":\"a b\",\"roles\":[\"x\"],\"permissions\":[\"p\"],"
                    + "\"nbf\":1,\"sid\":\"s\",\"tenant\":\"t\",\"client_id\":\"c\"")
            .getBytes(StandardCharsets.UTF_8);

    private final StrictJson json = new StrictJson(JwsReader.MAX_LENGTH, JwsReader.MAX_DEPTH, StrictJson.SHORT_NUMBER);
    private final long seed = TestSeed.value();

    @Test
    void partsOfRfc9068AreReadAsTheFastReaderDoes() {
        TokenMutator mutator = new TokenMutator(new Random(seed));
        int accepted = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] damaged = mutator.damage(CLAIMS);
            if (damaged.length > JwsReader.MAX_LENGTH) {
                continue; // The token would be too long.
            }
            Object fast = facts(() -> Claims.read(json, damaged));
            Object general = facts(() -> ProfileClaims.read(ClaimLocations.RFC9068, json.object(damaged)));
            assertThat(general).as("seed %d, mutation %d", seed, i).isEqualTo(fast);
            accepted += general instanceof Reason ? 0 : 1;
        }
        assertThat(accepted).as("seed %d", seed).isGreaterThan(MUTATIONS / 50);
    }

    private interface Reader {
        Claims read() throws RejectionException;
    }

    /** The claims that were read, or the reason of the rejection. */
    private static Object facts(Reader reader) {
        try {
            return facts(reader.read());
        } catch (RejectionException rejection) {
            return rejection.rejected().reason();
        }
    }

    private static List<@Nullable Object> facts(Claims claims) {
        return Arrays.asList(
                claims.issuer,
                claims.subject,
                claims.audience,
                claims.issuedAt,
                claims.notBefore,
                claims.expiresAt,
                claims.tokenId,
                claims.clientId,
                claims.sessionId,
                claims.tenant,
                claims.scopes,
                claims.roles,
                claims.permissions,
                claims.confirmation);
    }
}
