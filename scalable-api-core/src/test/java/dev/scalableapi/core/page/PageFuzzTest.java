package dev.scalableapi.core.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.QueryParameters;
import dev.scalableapi.core.http.Violation;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Whatever is sent, the answer is a value or a refusal of the client. A build runs the corpus once; {@code .ci/fuzz} looks for more.
 */
class PageFuzzTest {
    private final Cursors cursors = CursorCodec.of(CursorKeyRing.generate())
            .in(new CursorScope("/teas", "", "", Optional.empty(), Optional.empty()));

    @FuzzTest(maxDuration = "60s")
    void cursorIsRefused(byte[] text) {
        try {
            cursors.decode(new String(text, StandardCharsets.UTF_8));
            throw new AssertionError("A forged cursor was opened");
        } catch (ApiException refusal) {
            assertThat(refusal.code()).isEqualTo("INVALID_CURSOR");
        }
    }

    /** As if they were under a right MAC. */
    @FuzzTest(maxDuration = "60s")
    void signedBytesAreAPositionOrNone(byte[] bytes) {
        try {
            Position position = new PositionReader(bytes, 0, bytes.length).position();
            assertThat(position.anchor()).isNotEmpty();
        } catch (PositionReader.MisfitException expected) {
            assertThat(expected).hasNoCause();
        }
    }

    @FuzzTest(maxDuration = "60s")
    void sortIsReadOrRefused(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        try {
            Sort<Teas.Tea> sort = Sort.parse(text, Teas.SORTS);
            assertThat(Sort.parse(sort.canonical(), Teas.SORTS).signature()).isEqualTo(sort.signature());
        } catch (ApiException refusal) {
            assertThat(refusal.violations()).extracting(Violation::name).containsExactly("sort");
        }
    }

    @FuzzTest(maxDuration = "60s")
    void queryIsReadOrRefused(byte[] bytes) {
        try {
            QueryParameters query = QueryParameters.parse(new String(bytes, StandardCharsets.UTF_8));
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
