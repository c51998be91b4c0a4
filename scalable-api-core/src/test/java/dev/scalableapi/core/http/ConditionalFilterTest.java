package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionalFilterTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private static final ApiResponse CURRENT = ApiResponse.text(200, "content")
            .withHeader("ETag", "\"a\"")
            .withHeader("Last-Modified", "Sat, 01 Jan 2000 00:00:00 GMT")
            .withHeader("Cache-Control", "private, no-cache")
            .withHeader("Content-Location", "/p/1")
            .withHeader("Content-Language", "en")
            .withHeader("Content-Encoding", "gzip")
            .withHeader("Content-Length", "7")
            .withHeader("Date", "Sun, 02 Jan 2000 00:00:00 GMT")
            .withHeader("Expires", "Sun, 02 Jan 2000 00:00:00 GMT")
            .withHeader("Vary", "Accept")
            .withAddedHeader("Set-Cookie", "a=b")
            .withAddedHeader("Set-Cookie", "c=d")
            .withHeader("Content-Security-Policy", "default-src 'none'");

    @ParameterizedTest
    @CsvSource({
        "GET,  If-None-Match, '\"a\"', 304",
        "GET,  If-None-Match, *, 304",
        "GET,  If-None-Match, '\"b\"', 200",
        "HEAD, If-None-Match, '\"a\"', 304",
        "GET,  If-Modified-Since, 'Sat, 01 Jan 2000 00:00:00 GMT', 304",
        "GET,  If-Match, '\"a\"', 200",
        "GET,  If-Match, '\"b\"', 412",
        "PUT,  If-Match, '\"b\"', 200",
        "POST, If-None-Match, '\"a\"', 200",
        "GET,  Accept, '\"a\"', 200"
    })
    void readsAreAnsweredByTheirConditions(String method, String name, String value, int status) {
        assertThat(answer(CURRENT, method, name, value).status()).isEqualTo(status);
    }

    @Test
    void a304HasWhatCachesNeedAndNoMetadataOfContent() {
        ApiResponse answer = answer(CURRENT, "GET", "If-None-Match", "\"a\"");
        assertThat(answer.body()).isInstanceOf(Body.Empty.class);
        assertThat(answer.headers())
                .isEqualTo(CURRENT.headers()
                        .without("Content-Type")
                        .without("Content-Language")
                        .without("Content-Encoding")
                        .without("Content-Length")
                        .without("Last-Modified"));
        assertThat(answer.headers().all("Set-Cookie")).containsExactly("a=b", "c=d");
        assertThat(answer.header("Content-Location")).contains("/p/1");
    }

    @Test
    void aDateStaysWhereThereIsNoTag() {
        ApiResponse dated = CURRENT.withHeaders(CURRENT.headers().without("ETag"));
        assertThat(answer(dated, "GET", "If-None-Match", "*").header("Last-Modified"))
                .contains("Sat, 01 Jan 2000 00:00:00 GMT");
    }

    /** RFC 9110 section 13.2.2: the conditions come before the range. */
    @ParameterizedTest
    @CsvSource({
        "If-None-Match, '\"a\"', 304",
        "If-None-Match, '\"b\"', 206",
        "If-Match, '\"b\"', 412",
        "If-Modified-Since, 'Sat, 01 Jan 2000 00:00:00 GMT', 304"
    })
    void aPartIsComparedAsTheWholeIs(String name, String value, int status) {
        ApiResponse part = new ApiResponse(206, CURRENT.headers().with("Content-Range", "bytes 0-6/9"), CURRENT.body());
        ApiResponse answer = answer(part, "GET", name, value);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.headers().contains("Content-Range")).isEqualTo(status == 206);
    }

    @ParameterizedTest
    @CsvSource({"404", "201", "203", "500"})
    void whatIsNo200IsNotCompared(int status) {
        ApiResponse other = new ApiResponse(status, CURRENT.headers(), CURRENT.body());
        assertThat(answer(other, "GET", "If-None-Match", "\"a\"").status()).isEqualTo(status);
    }

    @Test
    void malformedValidatorsNeverMatch() {
        ApiResponse broken = ApiResponse.of(200).withHeader("ETag", "a").withHeader("Last-Modified", "yesterday");
        assertThat(answer(broken, "GET", "If-None-Match", "\"a\"").status()).isEqualTo(200);
        assertThat(answer(broken, "GET", "If-Modified-Since", "Sat, 01 Jan 2000 00:00:00 GMT")
                        .status())
                .isEqualTo(200);
    }

    /** RFC 9110 section 8.8.2.1. */
    @ParameterizedTest
    @CsvSource({
        "GET,    200, 2026-01-01T12:00:01Z, 2026-01-01T12:00:00Z",
        "HEAD,   200, 2026-01-01T12:00:01Z, 2026-01-01T12:00:00Z",
        "POST,   201, 2027-01-01T00:00:00Z, 2026-01-01T12:00:00Z",
        "PUT,    200, 2026-01-01T12:00:01Z, 2026-01-01T12:00:00Z",
        "GET,    206, 2026-01-01T12:00:01Z, 2026-01-01T12:00:00Z",
        "GET,    200, 2026-01-01T12:00:00Z, 2026-01-01T12:00:00Z",
        "GET,    200, 2026-01-01T11:59:59Z, 2026-01-01T11:59:59Z"
    })
    void lastModifiedIsNotLaterThanTheResponse(String method, int status, Instant modified, Instant expected) {
        ApiResponse response = ApiResponse.of(status).withHeader("Last-Modified", HttpDate.format(modified));

        assertThat(answer(response, method, "Accept", "*/*").header("Last-Modified"))
                .hasValue(HttpDate.format(expected));
        ApiResponse dated = response.withHeader("Date", HttpDate.format(expected.minusSeconds(60)));
        assertThat(answer(dated, method, "Accept", "*/*").header("Last-Modified"))
                .hasValue(HttpDate.format(expected.minusSeconds(60)));
    }

    /** A client that was told the date of the response must not take a later state for the same. */
    @Test
    void modificationInTheFutureIsNotUnmodifiedSinceAnEarlierResponse() {
        ApiResponse response = ApiResponse.of(200).withHeader("Last-Modified", HttpDate.format(NOW.plusSeconds(60)));

        assertThat(answer(response, "GET", "If-Modified-Since", HttpDate.format(NOW.minusSeconds(1)))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void lastModifiedOfALateResponseIsCheckedAndAMalformedOneIsKept() {
        ApiPipeline pipeline = ApiPipeline.of(
                request -> CompletableFuture.supplyAsync(
                        () -> ApiResponse.of(200).withHeader("Last-Modified", HttpDate.format(NOW.plusSeconds(1)))),
                ConditionalFilter.create(Clock.fixed(NOW, ZoneOffset.UTC)));

        assertThat(pipeline.handle(ApiRequest.builder("GET", "/p/1").build())
                        .toCompletableFuture()
                        .join()
                        .header("Last-Modified"))
                .hasValue(HttpDate.format(NOW));
        ApiResponse malformed = ApiResponse.of(200).withHeader("Last-Modified", "tomorrow");
        assertThat(answer(malformed, "GET", "Accept", "*/*")).isEqualTo(malformed);
    }

    private static ApiResponse answer(ApiResponse response, String method, String name, String value) {
        ApiPipeline pipeline = ApiPipeline.of(
                ApiHandler.direct(request -> response), ConditionalFilter.create(Clock.fixed(NOW, ZoneOffset.UTC)));
        return pipeline.handle(
                        ApiRequest.builder(method, "/p/1").header(name, value).build())
                .toCompletableFuture()
                .join();
    }
}
