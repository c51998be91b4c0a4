package dev.scalableapi.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class UniqueTokensTest {
    private static final Pattern FORM = Pattern.compile("[0-9a-zA-Z_-]{16}");

    @Test
    void noTokenComesTwice() {
        UniqueTokens one = UniqueTokens.create();
        UniqueTokens other = UniqueTokens.create();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            seen.add(one.next());
            seen.add(other.next());
        }

        assertThat(seen).hasSize(200_000).allMatch(FORM.asMatchPredicate());
    }
}
