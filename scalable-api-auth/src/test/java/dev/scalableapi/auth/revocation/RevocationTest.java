package dev.scalableapi.auth.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.auth.revocation.Revocation.OfSubject;
import dev.scalableapi.auth.revocation.Revocation.OfToken;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RevocationTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void identifiersOfUpTo256CharactersAreTaken() {
        String longest = "\ud83d\ude00".repeat(128);

        assertThat(new OfToken(longest, NOW).tokenId()).isEqualTo(longest);
        assertThat(new OfSubject("s", NOW, NOW).subject()).isEqualTo("s");
    }

    @Test
    void otherIdentifiersAreRefused() {
        for (String wrong : new String[] {"", "x".repeat(257), "\ud800", "a\udc00b"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new OfToken(wrong, NOW));
            assertThatIllegalArgumentException().isThrownBy(() -> new OfSubject(wrong, NOW, NOW));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1969-12-31T23:59:59.999Z", "-1000000000-01-01T00:00:00Z", "+10000-01-01T00:00:00Z"})
    void instantsThatNoStoreHoldsAreRefused(Instant outside) {
        assertThatIllegalArgumentException().isThrownBy(() -> new OfToken("t", outside));
        assertThatIllegalArgumentException().isThrownBy(() -> new OfSubject("s", outside, outside));
    }

    @Test
    void instantsAreRoundedToTheSafeSide() {
        Instant rounded = NOW.plusMillis(1);

        assertThat(new OfToken("t", NOW.plusNanos(1)).until()).isEqualTo(rounded);
        assertThat(new OfSubject("s", NOW.plusNanos(1), NOW.plusNanos(1)))
                .isEqualTo(new OfSubject("s", rounded, rounded));
        assertThat(new OfToken("t", NOW).until()).isEqualTo(NOW);
    }

    @Test
    void endBeforeTheBeginningIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new OfSubject("s", NOW, NOW.minusMillis(1)));
    }
}
