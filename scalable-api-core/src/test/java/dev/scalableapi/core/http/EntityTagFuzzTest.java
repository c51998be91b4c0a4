package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands in a field of tags, those that are compared in it are those that are read from it. A build runs the seeds; {@code mvn test -Pfuzz} looks for more. */
class EntityTagFuzzTest {
    private static Stream<byte[]> seeds() {
        return Stream.of("\"a\"", "W/\"b\" , \"a\"", "*").map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("seeds")
    @FuzzTest
    void tagsAreFoundAsTheyAreRead(byte[] octets) {
        String field = new String(octets, StandardCharsets.ISO_8859_1);
        EntityTag.parse(field)
                .ifPresent(tag -> assertThat(EntityTag.parse(tag.toString())).contains(tag));
        EntityTag wanted = EntityTag.strong("a");
        boolean held = EntityTagList.parse(field) instanceof EntityTagList.Tags tags
                && tags.tags().contains(wanted);
        if (HttpGrammar.isFieldValue(field) && !field.strip().equals("*")) {
            Preconditions.Decision decision =
                    Preconditions.of("PUT", Headers.of("If-Match", field)).decide(Optional.of(Validators.of(wanted)));
            assertThat(decision == Preconditions.Decision.PROCEED).isEqualTo(held);
        }
    }
}
