package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.testkit.TestSeed;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VerifiedTokenCacheTest {
    private static final VerificationKeySet KEYS = VerificationKeySet.of(Fixtures.EC.verificationKey());
    private static final long NOW = Fixtures.NOW.toEpochMilli();
    private static final long END = NOW + 300_000;
    private static final Verification.Verified VERIFIED = new Verification.Verified(
            Fixtures.ALICE, "id", Optional.empty(), Fixtures.NOW, Fixtures.NOW.plusSeconds(300), Optional.empty());

    private final long seed = TestSeed.value();
    private final Random random = new Random(seed);

    @Test
    void sizeIsTheNextPowerOfTwoAndBounded() {
        assertThat(new VerifiedTokenCache(1).capacity()).isEqualTo(8);
        assertThat(new VerifiedTokenCache(8).capacity()).isEqualTo(8);
        assertThat(new VerifiedTokenCache(9).capacity()).isEqualTo(16);
        assertThat(new VerifiedTokenCache(16).capacity()).isEqualTo(16);
        assertThat(new VerifiedTokenCache(17).capacity()).isEqualTo(32);
        assertThat(new VerifiedTokenCache(10_000).capacity()).isEqualTo(16_384);
        assertThat(new VerifiedTokenCache(1_000_000).capacity()).isEqualTo(1 << 20);
    }

    @Test
    void tokenIsFoundByItsWholeStringAlone() {
        VerifiedTokenCache cache = new VerifiedTokenCache(8);
        String token = "a".repeat(100) + "tail-of-the-signature";
        cache.put(entry(token), NOW);
        assertThat(cache.find(new String(token.toCharArray()))).isNotNull();
        assertThat(cache.find("b" + token.substring(1))).isNull();
        assertThat(cache.find(token.substring(1))).isNull();
        assertThat(cache.find(token + "x")).isNull();
        assertThat(cache.find("")).isNull();
        assertThat(cache.find("x")).isNull();
    }

    @Test
    void whatIsUsedOutlivesWhatIsNot() {
        VerifiedTokenCache cache = new VerifiedTokenCache(8);
        String loved = token();
        cache.put(entry(loved), NOW);
        for (int i = 0; i < 1000; i++) {
            assertThat(cache.find(loved)).as("seed %d, after %d", seed, i).isNotNull();
            cache.put(entry(token()), NOW);
        }
    }

    @Test
    void expiredTokensMakeRoomFirst() {
        VerifiedTokenCache cache = new VerifiedTokenCache(8);
        String[] live = new String[7];
        for (int i = 0; i < live.length; i++) {
            live[i] = token();
            cache.put(entry(live[i]), NOW);
        }
        cache.put(new VerifiedTokenCache.Entry(token(), VERIFIED, Fixtures.EC.verificationKey(), true, KEYS, NOW), NOW);
        cache.put(entry(token()), NOW);
        for (String token : live) {
            assertThat(cache.find(token)).isNotNull();
        }
    }

    @Test
    void sameTokenTakesOnePlace() {
        VerifiedTokenCache cache = new VerifiedTokenCache(8);
        String other = token();
        cache.put(entry(other), NOW);
        String token = token();
        for (int i = 0; i < 100; i++) {
            cache.put(entry(token), NOW);
        }
        assertThat(cache.find(other)).isNotNull();
    }

    @Test
    void whereAllWereUsedOneGoesAllTheSame() {
        VerifiedTokenCache cache = new VerifiedTokenCache(8);
        String[] tokens = new String[8];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = token();
            cache.put(entry(tokens[i]), NOW);
            cache.find(tokens[i]);
        }
        String late = token();
        cache.put(entry(late), NOW);
        assertThat(cache.find(late)).isNotNull();
    }

    @Test
    void removedTokenIsGone() {
        VerifiedTokenCache cache = new VerifiedTokenCache(8);
        VerifiedTokenCache.Entry entry = entry(token());
        cache.put(entry, NOW);
        cache.remove(entry);
        assertThat(cache.find(token())).isNull();
    }

    @Test
    void keepsMostOfAWorkingSetThatFits() {
        VerifiedTokenCache cache = new VerifiedTokenCache(8192);
        String[] tokens = new String[4096];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = token();
            cache.put(entry(tokens[i]), NOW);
        }
        int found = 0;
        for (String token : tokens) {
            found += cache.find(token) == null ? 0 : 1;
        }
        assertThat(found).as("seed %d", seed).isGreaterThan(3900);
    }

    private static VerifiedTokenCache.Entry entry(String token) {
        return new VerifiedTokenCache.Entry(token, VERIFIED, Fixtures.EC.verificationKey(), true, KEYS, END);
    }

    private String token() {
        byte[] bytes = new byte[64];
        random.nextBytes(bytes);
        return "header.payload." + Base64Url.encode(bytes);
    }
}
