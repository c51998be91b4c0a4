package dev.scalableapi.core.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.Violation;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever order is asked for, it is one of the schema or a refusal of the client. A build runs the seeds; {@code mvn test -Pfuzz} looks for more. */
class SortFuzzTest {
    private static Stream<byte[]> seeds() {
        return Stream.of("-price,name").map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("seeds")
    @FuzzTest
    void sortIsReadOrRefused(byte[] octets) {
        try {
            Sort<Teas.Tea> sort = Sort.parse(new String(octets, StandardCharsets.UTF_8), Teas.SORTS);
            assertThat(Sort.parse(sort.canonical(), Teas.SORTS).signature()).isEqualTo(sort.signature());
        } catch (ApiException refusal) {
            assertThat(refusal.violations()).extracting(Violation::name).containsExactly("sort");
        }
    }
}
