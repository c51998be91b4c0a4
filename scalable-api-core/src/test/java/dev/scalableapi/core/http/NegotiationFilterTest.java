package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.scalableapi.testkit.TestRun;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NegotiationFilterTest {
    private static final MediaType CSV = MediaType.of("text", "csv");
    private static final MediaType ANY_IMAGE = MediaType.of("image", "*");

    private final NegotiationFilter filter = NegotiationFilter.builder()
            .consumes("POST", "/a", MediaType.JSON, ANY_IMAGE)
            .produces("GET", "/a", MediaType.JSON, CSV)
            .build();
    private final ApiHandler handler = ApiHandler.direct(request -> ApiResponse.text(
            200,
            request.exchange()
                    .get(NegotiationFilter.PREFERRED)
                    .map(MediaType::toString)
                    .orElse("none")));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json, text/csv      | application/json",
                "text/csv, application/json;q=0.9| text/csv",
                "text/*                          | text/csv",
                "*/*                             | application/json",
                "*/*, application/json;q=0       | text/csv"
            })
    void preferredTypeIsLeftForTheHandler(String accept, String expected) {
        ApiResponse response = answer(request("GET", "/a", "Accept", accept));

        assertThat(response.body().bytes(100).toCompletableFuture().join())
                .asString()
                .isEqualTo(expected);
        assertThat(response.header("Vary")).hasValue("Accept");
    }

    /** What clients send that can read anything, JSON or a page. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json;charset=utf-8",
                "*",
                "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
                "application/json, text/plain, */*",
                "application/json, text/javascript, */*; q=0.01",
                "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
                        + "application/signed-exchange;v=b3;q=0.7",
                "text/plain, application/json, application/*+json, */*",
                "json",
                ""
            })
    void acceptOfACommonClientIsAcceptable(String accept) {
        assertThat(answer(request("GET", "/a", "Accept", accept)).status()).isEqualTo(200);
    }

    @Test
    void severalLinesOfAcceptAreOneList() {
        ApiRequest request = request("GET", "/a", "Accept", "text/html");
        ApiRequest two = request.withHeaders(request.headers().withAdded("Accept", "text/csv"));

        assertThat(answer(two).body().bytes(100).toCompletableFuture().join())
                .asString()
                .isEqualTo("text/csv");
    }

    @Test
    void aRefusalOfTheHandlerDependsOnAcceptToo() {
        assertThat(filter.filter(
                        request("GET", "/a", "X", "y"),
                        request -> CompletableFuture.failedFuture(
                                ApiException.of(404, "NO_SUCH_TEA", "There is no such tea."))))
                .failsWithin(TestRun.PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refusal -> assertThat(refusal.headers().first("Vary")).hasValue("Accept"));
    }

    @Test
    void withoutAcceptTheFirstOfferIsPreferred() {
        assertThat(answer(request("GET", "/a", "X", "y"))
                        .body()
                        .bytes(100)
                        .toCompletableFuture()
                        .join())
                .asString()
                .isEqualTo("application/json");
    }

    @Test
    void headIsAnsweredAsGetWouldBeUnlessItDeclaresItsOwn() {
        assertThat(answer(request("HEAD", "/a", "Accept", "text/csv")).header("Vary"))
                .hasValue("Accept");
        assertThat(refusal(request("HEAD", "/a", "Accept", "text/html")).status())
                .isEqualTo(406);
        NegotiationFilter own = NegotiationFilter.builder()
                .produces("GET", "/a", CSV)
                .produces("HEAD", "/a", MediaType.JSON)
                .build();
        ApiRequest head = request("HEAD", "/a", "Accept", "application/json");
        assertThat(own.filter(head, handler).toCompletableFuture().join().status())
                .isEqualTo(200);
    }

    @Test
    void whoAcceptsNothingOfItIsRefusedAndToldWhatThereIs() {
        ApiException refusal = refusal(request("GET", "/a", "Accept", "text/html, text/csv;q=0"));

        assertThat(refusal.status()).isEqualTo(406);
        assertThat(refusal.code()).isEqualTo("NOT_ACCEPTABLE");
        assertThat(refusal.message()).isEqualTo("This is available as application/json or text/csv only.");
        assertThat(refusal.headers().first("Vary")).hasValue("Accept");
    }

    @ParameterizedTest
    @CsvSource({
        "application/json",
        "application/json;charset=utf-8",
        "application/json; charset=UTF-8;",
        "Application/JSON ;charset=\"utf-8\" ; ",
        "IMAGE/png"
    })
    void contentOfATypeThatIsTakenPasses(String type) {
        assertThat(answer(request("POST", "/a", "Content-Type", type)).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"text/plain", "application/problem+json", "json", "image", "''"})
    void contentOfAnotherTypeIsRefusedAndToldWhatIsTaken(String type) {
        assertUnsupported(request("POST", "/a", "Content-Type", type));
    }

    @Test
    void contentThatDoesNotSayItsTypeOrSaysTwoIsRefused() {
        assertUnsupported(request("POST", "/a", "X", "y").withBody(Body.of("{}")));
        assertUnsupported(request("POST", "/a", "X", "y").withBody(Body.streaming(subscriber -> {})));
        ApiRequest two = request("POST", "/a", "Content-Type", "application/json");
        assertUnsupported(two.withHeaders(two.headers().withAdded("Content-Type", "application/json")));
        assertThat(answer(request("POST", "/a", "X", "y")).status()).isEqualTo(200);
    }

    private void assertUnsupported(ApiRequest request) {
        ApiException refusal = refusal(request);
        assertThat(refusal.status()).isEqualTo(415);
        assertThat(refusal.code()).isEqualTo("UNSUPPORTED_MEDIA_TYPE");
        assertThat(refusal.headers().first("Accept")).hasValue("application/json, image/*");
    }

    @Test
    void otherRoutesPass() {
        assertThat(answer(request("PUT", "/a", "Content-Type", "text/plain"))
                        .headers()
                        .contains("Vary"))
                .isFalse();
        assertThat(answer(request("POST", "/b", "Content-Type", "text/plain")).status())
                .isEqualTo(200);
        assertThat(answer(ApiRequest.builder("GET", "/a")
                                .header("Accept", "text/html")
                                .build())
                        .status())
                .isEqualTo(200);
    }

    @Test
    void routeDeclaresItsTypesOnce() {
        NegotiationFilter.Builder builder = NegotiationFilter.builder().consumes("POST", "/a", CSV);
        assertThatIllegalArgumentException().isThrownBy(() -> builder.consumes("POST", "/a", CSV));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.produces("POST", "/a"));
    }

    private ApiResponse answer(ApiRequest request) {
        return filter.filter(request, handler).toCompletableFuture().join();
    }

    private ApiException refusal(ApiRequest request) {
        return catchThrowableOfType(ApiException.class, () -> filter.filter(request, handler));
    }

    private static ApiRequest request(String method, String template, String name, String value) {
        ApiRequest request =
                ApiRequest.builder(method, template).header(name, value).build();
        request.exchange().put(RouteMatch.KEY, new RouteMatch(template, Access.open(), Map.of()));
        return request;
    }
}
