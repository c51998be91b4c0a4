package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntityTagTest {
    /** The table of RFC 9110 section 8.8.3.2. */
    @ParameterizedTest
    @CsvSource({
        "W/\"1\", W/\"1\", false, true",
        "W/\"1\", W/\"2\", false, false",
        "W/\"1\", \"1\",   false, true",
        "\"1\",   W/\"1\", false, true",
        "\"1\",   \"1\",   true,  true",
        "\"1\",   \"2\",   false, false"
    })
    void comparisonsFollowTheTableOfTheRfc(String one, String other, boolean strong, boolean weak) {
        EntityTag left = EntityTag.parse(one).orElseThrow();
        EntityTag right = EntityTag.parse(other).orElseThrow();
        assertThat(left.matchesStrongly(right)).isEqualTo(strong);
        assertThat(left.matchesWeakly(right)).isEqualTo(weak);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"xyzzy\"", "W/\"xyzzy\"", "\"\"", "\"a,b\"", "\"\\\"", "\"\u00e9\"", " \"a\" "})
    void whatIsATagIsReadAndWrittenAlike(String text) {
        assertThat(EntityTag.parse(text)).map(EntityTag::toString).contains(text.strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "abc",
                "\"abc",
                "abc\"",
                "w/\"a\"",
                "W\"a\"",
                "W/a",
                "\"a b\"",
                "\"a\", \"b\"",
                "*",
                "\"\u0100\""
            })
    void whatIsNoTagIsNotRead(String text) {
        assertThat(EntityTag.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\"b", "a\r\nX: y", "\u007f", "\u0100"})
    void aTagThatCouldForgeAHeaderIsRefused(String opaque) {
        assertThatThrownBy(() -> EntityTag.strong(opaque)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> EntityTag.weak(opaque)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theTagOfContentIsStrongAndChangesWithIt() {
        EntityTag tag = EntityTag.of("abc".getBytes(StandardCharsets.UTF_8));
        assertThat(tag).hasToString("\"ungWv48Bz+pBQUDeXa4iI7AD\"");
        assertThat(tag).isEqualTo(EntityTag.of("abc".getBytes(StandardCharsets.UTF_8)));
        assertThat(tag).isNotEqualTo(EntityTag.of("abd".getBytes(StandardCharsets.UTF_8)));
        assertThat(EntityTag.of(new byte[0])).isNotEqualTo(tag);
    }

    /** A tag that ended in {@code -br} would be taken for that of another one in Brotli. */
    @Test
    void theTagOfContentHasNoDash() {
        for (int i = 0; i < 1000; i++) {
            byte[] content = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
            assertThat(EntityTag.of(content).opaque()).doesNotContain("-").hasSize(24);
        }
    }

    @Test
    void theTagOfAVersionIsStrongAndTheNumberItself() {
        assertThat(EntityTag.ofVersion(42)).hasToString("\"42\"");
        assertThat(EntityTag.ofVersion(Long.MIN_VALUE)).hasToString("\"-9223372036854775808\"");
    }

    @Test
    void listsKeepCommasInsideOfTags() {
        assertThat(EntityTagList.parse(" , \"a,b\"\t,, W/\"c\" ,"))
                .isEqualTo(new EntityTagList.Tags(List.of(EntityTag.strong("a,b"), EntityTag.weak("c"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*, \"a\"", "\"a\", *", "\"a\" \"b\"", "\"a\", b", "\"a", "**"})
    void whatIsNoListIsMalformed(String text) {
        assertThat(EntityTagList.parse(text)).isInstanceOf(EntityTagList.Malformed.class);
    }
}
