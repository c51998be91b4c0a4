package dev.scalableapi.core.structured;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever stands in a field, it is a value, which is read as it is written, or refused. A build runs the seeds;
 * {@code mvn test -Pfuzz} looks for more.
 */
class StructuredFieldsFuzzTest {
    private static Stream<byte[]> seeds() {
        return Stream.of("a=(1 -2.5;b);c, d;e=?0, f=:YQ==:", "\"a\\\"\", tok/en, @-1, %\"%c3%a9\"")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("seeds")
    @FuzzTest
    void fieldIsReadOrRefused(byte[] octets) {
        String field = new String(octets, StandardCharsets.ISO_8859_1);
        try {
            Item item = StructuredFields.parseItem(field);
            assertThat(StructuredFields.parseItem(StructuredFields.serializeItem(item)))
                    .isEqualTo(item);
        } catch (StructuredFieldException refusal) {
            assertThat(refusal).hasNoCause();
        }
        try {
            List<Member> list = StructuredFields.parseList(field);
            assertThat(StructuredFields.parseList(StructuredFields.serializeList(list)))
                    .isEqualTo(list);
        } catch (StructuredFieldException refusal) {
            assertThat(refusal).hasNoCause();
        }
        try {
            Map<String, Member> members = StructuredFields.parseDictionary(field);
            assertThat(StructuredFields.parseDictionary(StructuredFields.serializeDictionary(members)))
                    .isEqualTo(members);
        } catch (StructuredFieldException refusal) {
            assertThat(refusal).hasNoCause();
        }
    }
}
