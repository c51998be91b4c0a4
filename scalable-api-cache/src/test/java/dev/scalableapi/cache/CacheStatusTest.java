package dev.scalableapi.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.cache.CacheStatus.Forward;
import dev.scalableapi.core.http.ApiResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheStatusTest {
    @ParameterizedTest
    @CsvSource({
        "catalog, catalog",
        "*a:b/c.d-e_f, *a:b/c.d-e_f",
        "1st, '\"1st\"'",
        "-x, '\"-x\"'",
        "'a b', '\"a b\"'",
        "'a\"\\b', '\"a\\\"\\\\b\"'",
        "'a;hit', '\"a;hit\"'",
        "'', '\"\"'",
    })
    void nameIsATokenOrAString(String name, String member) {
        assertThat(CacheStatus.of(name)).hasToString(member);
    }

    @Test
    void parametersAreThoseOfTheRfc() {
        CacheStatus status = CacheStatus.of("c");

        assertThat(status.hit().ttl(-3)).hasToString("c;hit;ttl=-3");
        assertThat(status.forwarded(Forward.URI_MISS).stored().ttl(60)).hasToString("c;fwd=uri-miss;stored;ttl=60");
        assertThat(status.forwarded(Forward.VARY_MISS).collapsed()).hasToString("c;fwd=vary-miss;collapsed");
        assertThat(status.forwarded(Forward.STALE).forwardStatus(503)).hasToString("c;fwd=stale;fwd-status=503");
        assertThat(status.forwarded(Forward.BYPASS)).hasToString("c;fwd=bypass");
        assertThat(status.forwarded(Forward.REQUEST)).hasToString("c;fwd=request");
        assertThat(status.hit().key("a\"b")).hasToString("c;hit;key=\"a\\\"b\"");
    }

    @Test
    void memberFollowsThoseOfCachesBefore() {
        ApiResponse response = ApiResponse.of(200)
                .withAddedHeader("Cache-Status", "origin;hit")
                .withAddedHeader("cache-status", "cdn;fwd=miss");

        assertThat(CacheStatus.of("c").hit().on(response).headers().all("Cache-Status"))
                .containsExactly("origin;hit, cdn;fwd=miss, c;hit");
    }
}
