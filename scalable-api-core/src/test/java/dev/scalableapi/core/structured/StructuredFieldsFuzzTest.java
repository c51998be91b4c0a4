package dev.scalableapi.core.structured;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Whatever stands in a field, it is a value, which is read as it is written, or refused. A build runs the corpus once; {@code .ci/fuzz} looks for more.
 */
class StructuredFieldsFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void fieldIsReadOrRefused(byte[] bytes) {
        String field = new String(bytes, StandardCharsets.ISO_8859_1);
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
