package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.SubmissionPublisher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestLimitsTest {
    private static final RequestLimits LIMITS = RequestLimits.defaults();

    @Test
    void aTargetOf8KiBPassesAndOneCharacterMoreIs414() {
        LIMITS.check(ApiRequest.builder("GET", "/" + "a".repeat(8191)).build());
        refused(ApiRequest.builder("GET", "/" + "a".repeat(8192)), 414, "URI_TOO_LONG");
        refused(ApiRequest.builder("GET", "/?" + "a".repeat(8191)), 414, "URI_TOO_LONG");
    }

    @Test
    void headersOf16KiBPassAndOneCharacterMoreIs431() {
        LIMITS.check(ApiRequest.builder("GET", "/")
                .header("a", "b".repeat(8191))
                .header("c", "d".repeat(8191))
                .build());
        refused(
                ApiRequest.builder("GET", "/").header("a", "b".repeat(8191)).header("c", "d".repeat(8192)),
                431,
                "HEADERS_TOO_LARGE");
    }

    @Test
    void aBodyInMemoryBeyondTheLimitIs413() {
        LIMITS.check(
                ApiRequest.builder("POST", "/").body(Body.of(new byte[1 << 20])).build());
        refused(ApiRequest.builder("POST", "/").body(Body.of(new byte[(1 << 20) + 1])), 413, "PAYLOAD_TOO_LARGE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1048577", "99999999999999999999999999"})
    void aDeclaredLengthBeyondTheLimitIs413BeforeAnythingIsRead(String length) {
        refused(
                ApiRequest.builder("POST", "/").header("Content-Length", length).body(Body.streaming(subscriber -> {
                    throw new AssertionError("read");
                })),
                413,
                "PAYLOAD_TOO_LARGE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1048576", "", "many", "0"})
    void otherDeclaredLengthsPass(String length) {
        assertThat(LIMITS.check(ApiRequest.builder("POST", "/")
                        .header("Content-Length", length)
                        .build()))
                .isNotNull();
    }

    @Test
    void aStreamThatGoesBeyondTheLimitFailsThere() {
        SubmissionPublisher<List<ByteBuffer>> source = new SubmissionPublisher<>();
        ApiRequest request = LIMITS.withBodyBytes(3)
                .check(ApiRequest.builder("POST", "/")
                        .body(Body.streaming(source))
                        .build());
        var collected = request.body().bytes(100).toCompletableFuture();
        source.submit(List.of(ByteBuffer.allocate(3)));
        source.submit(List.of(ByteBuffer.allocate(1)));
        assertThatThrownBy(collected::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(413));
    }

    @Test
    void aMalformedQueryIs400() {
        refused(ApiRequest.builder("GET", "/?a=%zz"), 400, "INVALID_QUERY");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "identity, gzip", "GZIP;q=1", "\"", "br"})
    void aCodedBodyIs415AndTheAnswerSaysWhatIsAccepted(String coding) {
        assertThatThrownBy(() -> LIMITS.check(ApiRequest.builder("POST", "/")
                        .header("Content-Encoding", coding)
                        .build()))
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.status()).isEqualTo(415);
                    assertThat(e.code()).isEqualTo("UNSUPPORTED_CONTENT_CODING");
                    assertThat(e.headers().first("Accept-Encoding")).contains("identity");
                    assertThat(e.violations()).extracting(Violation::name).containsExactly("Content-Encoding");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "Identity", "", " , identity"})
    void identityIsNoCoding(String coding) {
        ApiRequest request = ApiRequest.builder("POST", "/")
                .header("Content-Encoding", coding)
                .build();
        assertThat(LIMITS.check(request)).isSameAs(request);
    }

    @Test
    void theFilterAppliesTheLimits() {
        assertThat(LIMITS.filter().stage()).isEqualTo(Stage.LIMITS);
        ApiPipeline pipeline = ApiPipeline.of(ApiHandler.direct(request -> ApiResponse.of(200)), LIMITS.filter());
        assertThat(status(pipeline, "/?a=%zz")).isEqualTo(400);
        assertThat(status(pipeline, "/?a=1")).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"0,1,1", "1,0,1", "1,1,0"})
    void limitsBelowOneAreRefused(int target, int headers, long body) {
        assertThatThrownBy(() -> new RequestLimits(target, headers, body, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static int status(ApiPipeline pipeline, String target) {
        return pipeline.handle(ApiRequest.builder("GET", target).build())
                .toCompletableFuture()
                .join()
                .status();
    }

    private static void refused(ApiRequest.Builder request, int status, String code) {
        assertThatThrownBy(() -> LIMITS.check(request.build())).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.status()).isEqualTo(status);
            assertThat(e.code()).isEqualTo(code);
        });
    }
}
