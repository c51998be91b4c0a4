package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scalableapi.core.http.CacheControl.Scope;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class CacheControlTest {
    private static final Duration MINUTE = Duration.ofSeconds(60).plusMillis(900);

    @Test
    void directivesAreWrittenInOrder() {
        assertThat(CacheControl.noStore()).hasToString("no-store");
        assertThat(CacheControl.builder(Scope.PRIVATE).noCache().build()).hasToString("private, no-cache");
        assertThat(CacheControl.builder(Scope.PRIVATE).maxAge(MINUTE).build()).hasToString("private, max-age=60");
        assertThat(CacheControl.builder(Scope.PUBLIC)
                        .maxAge(MINUTE)
                        .sharedMaxAge(Duration.ZERO)
                        .immutable()
                        .staleWhileRevalidate(MINUTE)
                        .staleIfError(MINUTE)
                        .noTransform()
                        .build())
                .hasToString("public, max-age=60, s-maxage=0, immutable, stale-while-revalidate=60,"
                        + " stale-if-error=60, no-transform");
        assertThat(CacheControl.builder(Scope.PUBLIC)
                        .maxAge(MINUTE)
                        .mustRevalidate()
                        .build())
                .hasToString("public, max-age=60, must-revalidate");
    }

    @Test
    void contradictionsAreRefused() {
        refused(builder -> builder.noCache().maxAge(MINUTE));
        refused(builder -> builder.noCache().immutable());
        refused(builder -> builder.maxAge(MINUTE).mustRevalidate().staleIfError(MINUTE));
        refused(builder -> builder.noCache().staleWhileRevalidate(MINUTE));
        refused(CacheControl.Builder::immutable);
        refused(builder -> builder.staleIfError(MINUTE));
        refused(builder -> builder.maxAge(MINUTE).maxAge(Duration.ZERO));
        refused(builder -> builder.maxAge(Duration.ofSeconds(-1)));
        assertThatThrownBy(() -> CacheControl.builder(Scope.PRIVATE).sharedMaxAge(MINUTE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void refused(UnaryOperator<CacheControl.Builder> directives) {
        assertThatThrownBy(() ->
                        directives.apply(CacheControl.builder(Scope.PUBLIC)).build())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void equalValuesAreEqual() {
        CacheControl one = CacheControl.builder(Scope.PUBLIC).noCache().build();
        assertThat(one).isEqualTo(CacheControl.builder(Scope.PUBLIC).noCache().build());
        assertThat(one)
                .hasSameHashCodeAs(CacheControl.builder(Scope.PUBLIC).noCache().build());
        assertThat(one).isNotEqualTo(CacheControl.noStore()).isNotEqualTo("public, no-cache");
    }

    @Test
    void directivesAreFoundOutsideOfQuotesOnly() {
        assertThat(CacheControl.has(Headers.of("Cache-Control", "max-age=1, No-Transform"), "no-transform"))
                .isTrue();
        assertThat(CacheControl.has(Headers.of("Cache-Control", "private=\"a, no-transform\""), "no-transform"))
                .isFalse();
        assertThat(CacheControl.has(Headers.of("Cache-Control", "x=\"a, no-transform"), "no-transform"))
                .isFalse();
        assertThat(CacheControl.has(Headers.of("Cache-Control", "no-transformer"), "no-transform"))
                .isFalse();
        assertThat(CacheControl.has(Headers.empty(), "no-transform")).isFalse();
    }
}
