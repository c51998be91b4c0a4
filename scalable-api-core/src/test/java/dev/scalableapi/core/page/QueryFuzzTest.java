package dev.scalableapi.core.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.QueryParameters;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands in a query, it is read as it is written, or refused. A build runs the seeds; {@code mvn test -Pfuzz} looks for more. */
class QueryFuzzTest {
    private static Stream<byte[]> seeds() {
        return Stream.of("page=2&limit=9&origin=china&a=%c3%a9+%20&a")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("seeds")
    @FuzzTest
    void queryIsReadOrRefused(byte[] octets) {
        try {
            QueryParameters query = QueryParameters.parse(new String(octets, StandardCharsets.UTF_8));
            assertThat(QueryParameters.parse(query.encoded())).isEqualTo(query);
            Filters filters = Filters.parse(query, Teas.FILTERS);
            assertThat(Filters.parse(QueryParameters.parse(filters.canonical()), Teas.FILTERS)
                            .canonical())
                    .isEqualTo(filters.canonical());
            assertThat(PageRequest.parse(query, PageLimits.create()).offset()).isNotNegative();
        } catch (ApiException refusal) {
            assertThat(refusal.status()).isEqualTo(400);
        }
    }
}
