package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.testkit.TestSeed;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QueryParametersEncodingTest {
    @Test
    void whatIsEncodedIsReadBackTheSame() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            QueryParameters query = QueryParameters.empty();
            for (int j = random.nextInt(4); j > 0; j--) {
                query = query.with(text(random), text(random));
            }
            assertThat(QueryParameters.parse(query.encoded()))
                    .as("seed %d", seed)
                    .isEqualTo(query);
        }
    }

    @Test
    void repeatedNamesAreKept() {
        assertThat(QueryParameters.parse("a=1&b&a=%C3%A9+%26").encoded()).isEqualTo("a=1&a=%C3%A9+%26&b=");
    }

    @Test
    void replacingAValueReplacesAllOfItsNameAndLeavesTheOriginal() {
        QueryParameters query = QueryParameters.parse("a=1&b=2&a=3");
        assertThat(query.with("a", "x y").encoded()).isEqualTo("a=x+y&b=2");
        assertThat(query.all("a")).containsExactly("1", "3");
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.appendCodePoint(random.nextBoolean() ? random.nextInt(128) : 0x400 + random.nextInt(0xC000));
        }
        return text.toString();
    }
}
