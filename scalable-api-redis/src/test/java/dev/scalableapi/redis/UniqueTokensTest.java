package dev.scalableapi.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UniqueTokensTest {
    @Test
    void noTokenComesTwice() {
        UniqueTokens one = UniqueTokens.create();
        UniqueTokens other = UniqueTokens.create();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            assertThat(seen.add(one.next())).isTrue();
            assertThat(seen.add(other.next())).isTrue();
        }
        assertThat(seen).allSatisfy(token -> assertThat(token).matches("[0-9a-zA-Z_-]{16}"));
    }
}
