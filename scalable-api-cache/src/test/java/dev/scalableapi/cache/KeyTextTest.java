package dev.scalableapi.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.testkit.TestSeed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyTextTest {
    /** All that the joined form itself is made of. */
    private static final String LETTERS = "012:*-a";

    @Test
    void noTwoSequencesOfTextsAreJoinedToOne() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        Map<String, List<Object>> seen = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            List<Object> parts = List.of(text(random), texts(random), maybe(random), texts(random), text(random));
            String joined = joined(parts);
            assertThat(seen.putIfAbsent(joined, parts)).as("seed %d", seed).isIn(null, parts);
        }
    }

    @SuppressWarnings("unchecked")
    private static String joined(List<Object> parts) {
        return new KeyText()
                .text((String) parts.get(0))
                .all((List<String>) parts.get(1))
                .maybe((Optional<String>) parts.get(2))
                .all((List<String>) parts.get(3))
                .text((String) parts.get(4))
                .toString();
    }

    private static Optional<String> maybe(Random random) {
        return random.nextBoolean() ? Optional.of(text(random)) : Optional.empty();
    }

    private static List<String> texts(Random random) {
        List<String> texts = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            texts.add(text(random));
        }
        return texts;
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    @Test
    void textsThatMoveOverABorderAreToldApart() {
        assertThat(new KeyText().text("ab").text("c").toString())
                .isNotEqualTo(new KeyText().text("a").text("bc").toString());
        assertThat(new KeyText().maybe(Optional.empty()).text("").toString())
                .isNotEqualTo(new KeyText().maybe(Optional.of("")).text("").toString());
    }

    @Test
    void setIsTheSameInAnyOrder() {
        assertThat(new KeyText().set(List.of("b", "a")).toString())
                .isEqualTo(new KeyText().set(Set.of("a", "b")).toString());
    }

    @Test
    void hashIsShortAndOfLettersThatAnyStoreTakes() {
        assertThat(KeyText.hash("x".repeat(5_000))).matches("[A-Za-z0-9_-]{32}").isNotEqualTo(KeyText.hash("y"));
    }
}
