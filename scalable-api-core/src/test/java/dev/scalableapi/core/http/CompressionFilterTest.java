package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionFilterTest {
    private static final String TEXT = "{\"name\":\"a product\"},".repeat(100);
    private static final ApiResponse JSON =
            ApiResponse.of(200).withHeader("Content-Type", "application/json").withBody(Body.of(TEXT));
    private static final ApiResponse TAGGED = JSON.withHeader("ETag", "\"abc\"");

    @Test
    void acceptedContentIsCompressed() {
        ApiResponse answer =
                answer(JSON.withHeader("Content-Length", "9").withHeader("Accept-Ranges", "bytes"), "gzip");
        assertThat(answer.header("Content-Encoding")).contains("gzip");
        assertThat(answer.header("Vary")).contains("Accept-Encoding");
        assertThat(answer.headers().contains("Content-Length")).isFalse();
        assertThat(answer.headers().contains("Accept-Ranges")).isFalse();
        assertThat(answer.body().length()).isLessThan(TEXT.length() / 2);
        assertThat(unzipped(bytes(answer))).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "deflate",
                "x-vibrant",
                "brotli",
                "gzip;q=0",
                "identity",
                "gzip;q=0.5, identity",
                "*;q=0.4, identity"
            })
    void whatTheClientDoesNotWantIsNotUsedButTheChoiceIsNamed(String accepted) {
        ApiResponse answer = answer(TAGGED, accepted);
        assertThat(answer).isEqualTo(TAGGED.withHeader("Vary", "Accept-Encoding"));
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain;charset=utf-8, true",
        "TEXT/html, true",
        "application/problem+json, true",
        "image/svg+xml, true",
        "application/javascript, true",
        "image/png, false",
        "application/octet-stream, false",
        "application/jsonish, false",
        "'', false"
    })
    void typesThatShrinkAreCompressed(String type, boolean compressed) {
        ApiResponse answer = answer(JSON.withHeader("Content-Type", type), "gzip");
        assertThat(answer.headers().contains("Content-Encoding")).isEqualTo(compressed);
        assertThat(answer.headers().contains("Vary")).isEqualTo(compressed);
    }

    @Test
    void aShortBodyIsNotCompressedUnlessIdentityIsRefused() {
        ApiResponse brief = JSON.withBody(Body.of("a".repeat(1023)));
        assertThat(answer(brief, "gzip").headers().contains("Content-Encoding")).isFalse();
        assertThat(answer(brief, "gzip").header("Vary")).contains("Accept-Encoding");
        assertThat(answer(brief, "gzip, identity;q=0").header("Content-Encoding"))
                .contains("gzip");
        assertThat(answer(JSON.withBody(Body.of("a".repeat(1024))), "gzip").header("Content-Encoding"))
                .contains("gzip");
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Encoding, br",
        "Content-Digest, x",
        "Repr-Digest, x",
        "Cache-Control, 'max-age=1, no-transform'"
    })
    void contentThatMustNotChangeIsLeftAlone(String name, String value) {
        ApiResponse response = TAGGED.withHeader(name, value);
        assertThat(answer(response, "gzip")).isEqualTo(response);
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 205})
    void statusesWithoutContentAreLeftAlone(int status) {
        ApiResponse response = new ApiResponse(status, TAGGED.headers(), TAGGED.body());
        assertThat(exchange(request("GET", "gzip"), response).headers()).isEqualTo(TAGGED.headers());
    }

    /** RFC 9110 section 15.3.7: with the {@code Vary} of the 200 that would have been compressed. */
    @ParameterizedTest
    @CsvSource({"206, Content-Range", "206, X-No-Range", "200, Content-Range"})
    void aPartIsNotCompressedButVaries(int status, String range) {
        ApiResponse part = new ApiResponse(status, TAGGED.headers().with(range, "bytes 0-1/2"), TAGGED.body());
        assertThat(answer(part, "gzip")).isEqualTo(part.withHeader("Vary", "Accept-Encoding"));
    }

    @Test
    void anEmptyBodyIsLeftAlone() {
        ApiResponse empty = JSON.withBody(Body.empty());
        assertThat(answer(empty, "gzip")).isEqualTo(empty);
    }

    @Test
    void anErrorIsCompressedToo() {
        assertThat(answer(new ApiResponse(400, JSON.headers(), JSON.body()), "gzip")
                        .header("Content-Encoding"))
                .contains("gzip");
    }

    @Test
    void aResponseWithASecretIsNeitherCompressedNorStored() {
        ApiResponse secret = TAGGED.secret();
        assertThat(answer(secret, "gzip, br, zstd")).isEqualTo(secret);
        assertThat(secret.header("Cache-Control")).contains("no-store, no-transform");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip, deflate, br, zstd  | zstd",
                "gzip, br                 | br",
                "gzip, br;q=0.9           | gzip",
                "br;q=0, gzip             | gzip",
                "*                        | zstd",
                "zstd;q=0, *              | br",
                "identity;q=0             | ",
                "x-gzip                   | gzip"
            })
    void theBestOfAllCodingsIsTaken(String accepted, @Nullable String coding) {
        if (coding == null) {
            assertRefused(accepted);
            return;
        }
        ApiResponse answer = answer(TAGGED, accepted);
        assertThat(answer.header("Content-Encoding")).contains(coding);
        assertThat(answer.header("ETag")).contains("\"abc-" + coding + "\"");
        byte[] decoded = ContentCoding.available().stream()
                .filter(one -> one.name().equals(coding))
                .map(one -> ContentCodingTest.decoded(one, bytes(answer)))
                .findFirst()
                .orElseThrow();
        assertThat(new String(decoded, StandardCharsets.UTF_8)).isEqualTo(TEXT);
    }

    /** Before the handler is asked, which may have done something by the time that it answers. */
    @ParameterizedTest
    @ValueSource(strings = {"*;q=0", "identity;q=0", "deflate, identity;q=0", "br;q=0, *;q=0"})
    void aClientThatRefusesEverythingIsRefused(String accepted) {
        assertRefused(accepted);
    }

    private static void assertRefused(String accepted) {
        assertThatThrownBy(() -> CompressionFilter.create()
                        .filter(request("POST", accepted).build(), request -> {
                            throw new AssertionError("asked");
                        }))
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.status()).isEqualTo(406);
                    assertThat(e.code()).isEqualTo("NOT_ACCEPTABLE");
                    assertThat(e.headers().first("Vary")).contains("Accept-Encoding");
                });
    }

    @Test
    void identityCanBeTheLastResort() {
        ApiPipeline pipeline = ApiPipeline.of(
                ApiHandler.direct(r -> TAGGED),
                CompressionFilter.builder().identityAlways().build());
        ApiResponse answer = pipeline.handle(request("GET", "*;q=0").build())
                .toCompletableFuture()
                .join();
        assertThat(answer).isEqualTo(TAGGED.withHeader("Vary", "Accept-Encoding"));
    }

    @Test
    void whatCannotBeCompressedIsSentToAClientThatRefusesIdentity() {
        ApiResponse image = JSON.withHeader("Content-Type", "image/png");
        assertThat(answer(image, "gzip, identity;q=0")).isEqualTo(image);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Origin          | Origin, Accept-Encoding",
                "accept-encoding | accept-encoding",
                "*               | *",
                "A, B            | A, B, Accept-Encoding"
            })
    void varyKeepsWhatItNamed(String before, String after) {
        assertThat(answer(JSON.withHeader("Vary", before), "gzip").headers().all("Vary"))
                .containsExactly(after);
    }

    @ParameterizedTest
    @CsvSource({"'\"abc\"', '\"abc-gzip\"'", "'W/\"abc\"', 'W/\"abc\"'", "junk, junk"})
    void aStrongTagIsOfOneCoding(String before, String after) {
        assertThat(answer(JSON.withHeader("ETag", before), "gzip").header("ETag"))
                .contains(after);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip   | '\"abc-gzip\"'             | 304 | '\"abc-gzip\"'",
                "gzip   | '\"abc\"'                  | 304 | '\"abc\"'",
                "gzip   | '\"abc\", \"abc-gzip\"'    | 304 | '\"abc-gzip\"'",
                "gzip   | '\"x\", W/\"abc-gzip\"'    | 304 | '\"abc-gzip\"'",
                "gzip   | 'W/\"abc\"'               | 304 | '\"abc\"'",
                "gzip   | 'W/\"abc-br\"'            | 200 | '\"abc-gzip\"'",
                "gzip   | '\"abd-gzip\"'             | 200 | '\"abc-gzip\"'",
                "gzip   | '\"abc-br\"'               | 200 | '\"abc-gzip\"'",
                "''     | '\"abc-gzip\"'             | 200 | '\"abc\"'",
                "''     | '\"abc\"'                  | 304 | '\"abc\"'",
                "gzip   | '*'                        | 304 | '\"abc-gzip\"'",
                "''     | '*'                        | 304 | '\"abc\"'",
                "gzip   | 'junk'                     | 200 | '\"abc-gzip\"'"
            })
    void theTagThatTheClientHoldsIsRecognised(String accepted, String condition, int status, String tag) {
        ApiPipeline pipeline =
                ApiPipeline.of(ApiHandler.direct(r -> TAGGED), ConditionalFilter.create(), CompressionFilter.create());
        for (String read : List.of("GET", "HEAD")) {
            ApiRequest request =
                    request(read, accepted).header("If-None-Match", condition).build();
            ApiResponse answer = pipeline.handle(request).toCompletableFuture().join();
            assertThat(answer.status()).as(read).isEqualTo(status);
            assertThat(answer.header("ETag")).contains(tag);
            assertThat(answer.header("Vary")).contains("Accept-Encoding");
        }
    }

    /** RFC 9110 section 15.4.5: whatever the 304 must have is as the 200 to the same request has it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json | 1024 | If-Modified-Since | Sat, 01 Jan 2000 00:00:00 GMT",
                "application/json | 1023 | If-Modified-Since | Sat, 01 Jan 2000 00:00:00 GMT",
                "application/json | 1024 | If-None-Match     | *",
                "application/json | 1023 | If-None-Match     | *",
                "image/png        | 1024 | If-None-Match     | *",
                "image/png        | 1024 | If-None-Match     | '\"abc\"'",
            })
    void a304HasTheTagAndTheVaryOfThe200(String type, int length, String name, String value) {
        ApiResponse current = TAGGED.withHeader("Content-Type", type)
                .withHeader("Last-Modified", "Sat, 01 Jan 2000 00:00:00 GMT")
                .withBody(Body.of("a".repeat(length)));
        ApiResponse whole = answer(current, "gzip");
        ApiResponse unchanged = through(
                ApiHandler.direct(r -> current),
                request("GET", "gzip").header(name, value).build(),
                ConditionalFilter.create());

        assertThat(unchanged.status()).isEqualTo(304);
        assertThat(unchanged.header("ETag")).isEqualTo(whole.header("ETag"));
        assertThat(unchanged.header("Vary")).isEqualTo(whole.header("Vary"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"a, b;q=0.5 | '\"abc-a\"'", "a;q=0.5, b | '\"abc-b\"'", "a, b | '\"abc-a\"'", "b | '\"abc-b\"'"})
    void ofSeveralTagsThatTheClientHoldsThatOfTheCodingItPrefersIsRestored(String accepted, String tag) {
        CompressionFilter filter = CompressionFilter.builder()
                .codings(new Renamed("a"), new Renamed("b"))
                .build();
        ApiRequest request = request("GET", accepted)
                .header("If-None-Match", "\"abc-b\", \"abc-a\"")
                .build();
        ApiResponse answer = filter.filter(
                        request, ApiHandler.direct(r -> ApiResponse.of(304).withHeader("ETag", "\"abc\"")))
                .toCompletableFuture()
                .join();

        assertThat(answer.header("ETag")).contains(tag);
    }

    @Test
    void theFilterByHandLeavesNoLengthOfTheContentBefore() {
        ApiResponse answer = CompressionFilter.create()
                .filter(request("GET", "gzip").build(), ApiHandler.direct(r -> JSON.withHeader("Content-Length", "9")))
                .toCompletableFuture()
                .join();

        assertThat(answer.header("Content-Encoding")).contains("gzip");
        assertThat(answer.headers().contains("Content-Length")).isFalse();
    }

    @Test
    void a304WithoutConditionOrTagPasses() {
        ApiResponse bare = ApiResponse.of(304);
        assertThat(answer(bare, "gzip")).isEqualTo(bare.withHeader("Vary", "Accept-Encoding"));
        assertThat(answer(bare.withHeader("ETag", "\"abc\""), "gzip").header("ETag"))
                .contains("\"abc\"");
    }

    @Test
    void aWriteSeesThePlainTagOfWhicheverCodingTheClientRead() {
        AtomicReference<String> seen = new AtomicReference<>("");
        ApiHandler handler = ApiHandler.direct(request -> {
            seen.set(request.header("If-Match").orElse(""));
            return ApiResponse.of(204);
        });
        through(handler, request("PUT", "").header("If-Match", "\"abc-gzip\"").build());
        assertThat(seen).hasValue("\"abc\"");
    }

    /** The bytes of the coded content are not those of which the handler would send a part. */
    @Test
    void aRangeDoesNotCountForOneWhoHoldsACodedContent() {
        List<Boolean> allowed = new ArrayList<>();
        ApiHandler handler = ApiHandler.direct(request -> {
            allowed.add(Preconditions.of(request).allowsRange(Optional.of(Validators.of(TAGGED))));
            return TAGGED;
        });
        for (String tag : List.of("\"abc\"", "\"abc-gzip\"")) {
            through(
                    handler,
                    request("GET", "gzip")
                            .header("Range", "bytes=0-1")
                            .header("If-Range", tag)
                            .build());
        }
        assertThat(allowed).containsExactly(true, false);
    }

    @Test
    void aTagThatWasMadeWeakOnTheWayIsNoProofForAWrite() {
        ApiPipeline pipeline = ApiPipeline.of(
                ApiHandler.direct(request -> {
                    Preconditions.of(request).requireMatch(Optional.of(Validators.of(EntityTag.strong("abc"))));
                    return ApiResponse.of(204);
                }),
                CompressionFilter.create());
        ApiRequest request =
                request("PUT", "gzip").header("If-Match", "W/\"abc-gzip\"").build();
        assertThat(pipeline.handle(request).toCompletableFuture().join().status())
                .isEqualTo(412);
    }

    @Test
    void headHasTheFieldsOfGetWithoutTheWork() {
        ApiResponse get = exchange(request("GET", "gzip"), TAGGED);
        ApiResponse head = exchange(request("HEAD", "gzip"), TAGGED);
        assertThat(head.headers()).isEqualTo(get.headers());
        assertThat(head.body().length()).isZero();
    }

    @Test
    void theStandInForHeadsContentFailsItsReader() {
        List<Body> bodies = new ArrayList<>();
        ApiFilter spy = (request, next) -> next.handle(request).thenApply(response -> {
            bodies.add(response.body());
            return response;
        });
        through(ApiHandler.direct(r -> TAGGED), request("HEAD", "gzip").build(), spy.at(Stage.ERRORS));
        assertThat(bodies).singleElement().satisfies(body -> {
            assertThat(body.length()).isEqualTo(-1);
            assertThat(body.bytes(1)).isCompletedExceptionally();
        });
    }

    @Test
    void theServersOrderBreaksTies() {
        CompressionFilter filter = CompressionFilter.builder()
                .codings(new Renamed("br"), ContentCoding.gzip())
                .minimumBytes(0)
                .build();
        ApiPipeline pipeline = ApiPipeline.of(ApiHandler.direct(r -> TAGGED), filter);
        assertThat(pipeline.handle(request("GET", "gzip, br").build())
                        .toCompletableFuture()
                        .join()
                        .header("ETag"))
                .contains("\"abc-br\"");
    }

    @Test
    void settingsAreChecked() {
        CompressionFilter.Builder builder = CompressionFilter.builder();
        assertThatThrownBy(() -> builder.minimumBytes(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.codings(ContentCoding.gzip(), ContentCoding.gzip()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aStreamOfUnknownLengthIsCompressed() {
        Flow.Publisher<List<ByteBuffer>> source = subscriber -> {
            throw new AssertionError("read too early");
        };
        ApiResponse answer =
                answer(JSON.withHeader("Content-Type", "text/event-stream").withBody(Body.streaming(source)), "gzip");
        assertThat(answer.header("Content-Encoding")).contains("gzip");
        assertThat(answer.body().length()).isEqualTo(-1);
    }

    @Test
    void buffersOutsideOfTheHeapAreCompressedToo() {
        ContentCoding.Encoder encoder = ContentCoding.gzip().encoder();
        ByteBuffer direct =
                ByteBuffer.allocateDirect(3).put(new byte[] {'a', 'b', 'c'}).flip();
        encoder.write(direct);
        encoder.write(
                ByteBuffer.wrap("xdefx".getBytes(StandardCharsets.UTF_8), 1, 3).slice());
        byte[] coded = encoder.finish();
        encoder.close();
        assertThat(direct.hasRemaining()).isFalse();
        assertThat(unzipped(coded)).isEqualTo("abcdef");
    }

    static String unzipped(byte[] bytes) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(ApiResponse response) {
        return response.body().bytes(1 << 20).toCompletableFuture().join();
    }

    private static ApiRequest.Builder request(String method, String accepted) {
        return ApiRequest.builder(method, "/p").header("Accept-Encoding", accepted);
    }

    private static ApiResponse answer(ApiResponse response, String accepted) {
        return exchange(request("GET", accepted), response);
    }

    private static ApiResponse exchange(ApiRequest.Builder request, ApiResponse response) {
        return through(ApiHandler.direct(r -> response), request.build());
    }

    private static ApiResponse through(ApiHandler handler, ApiRequest request, ApiFilter... others) {
        ApiFilter[] filters = List.of(others).toArray(new ApiFilter[others.length + 1]);
        filters[others.length] = CompressionFilter.create();
        return ApiPipeline.of(handler, filters)
                .handle(request)
                .toCompletableFuture()
                .join();
    }

    private record Renamed(String name) implements ContentCoding {
        @Override
        public Encoder encoder() {
            return ContentCoding.gzip().encoder();
        }

        @Override
        public Decoder decoder() {
            return ContentCoding.gzip().decoder();
        }
    }
}
