package dev.scalableapi.core.structured;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/**
 * Whatever stands in a field, it is a value or refused. A build runs the corpus once; {@code JAZZER_FUZZ=1} looks for more,
 * one target at a time.
 */
class StructuredFieldsFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void fieldIsReadOrRefused(byte[] bytes) {
        String field = new String(bytes, StandardCharsets.ISO_8859_1);
        try {
            assertThat(StructuredFields.parseItem(field)).isNotNull();
        } catch (StructuredFieldException refusal) {
            assertThat(refusal).hasNoCause();
        }
        try {
            assertThat(StructuredFields.parseList(field)).isNotNull();
        } catch (StructuredFieldException refusal) {
            assertThat(refusal).hasNoCause();
        }
        try {
            assertThat(StructuredFields.parseDictionary(field)).isNotNull();
        } catch (StructuredFieldException refusal) {
            assertThat(refusal).hasNoCause();
        }
    }
}
