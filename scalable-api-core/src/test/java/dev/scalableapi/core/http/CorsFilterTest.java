package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorsFilterTest {
    private static final String SHOP = "https://shop.example";
    private static final CorsFilter FILTER = CorsFilter.forOrigins(SHOP, "http://localhost:3000")
            .methods("PUT", "DELETE")
            .requestHeaders("Authorization", "Content-Type")
            .exposedHeaders("ETag", "Link")
            .credentials()
            .maxAge(Duration.ofHours(1))
            .build();

    private static final ApiHandler OK = ApiHandler.direct(request -> ApiResponse.text(200, "ok"));

    @Test
    void pageOfANamedOriginMayReadTheAnswer() {
        ApiResponse answer = answer(FILTER, OK, get().header("Origin", SHOP).build());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Access-Control-Allow-Origin")).contains(SHOP);
        assertThat(answer.header("Access-Control-Allow-Credentials")).contains("true");
        assertThat(answer.header("Access-Control-Expose-Headers")).contains("ETag, Link");
        assertThat(answer.header("Vary")).contains("Origin");
        assertThat(answer.header("Access-Control-Allow-Methods")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://shop.example.evil",
                "https://evil.example",
                "http://shop.example",
                "https://shop.example:8443",
                "https://SHOP.example",
                "null",
                "*",
                "",
                "https://shop.example, https://evil.example"
            })
    void pageOfAnotherOriginIsToldNothing(String origin) {
        ApiResponse answer = answer(FILTER, OK, get().header("Origin", origin).build());
        ApiResponse preflight = answer(FILTER, OK, preflight(origin).build());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().toString()).doesNotContain("Access-Control");
        assertThat(answer.header("Vary")).contains("Origin");
        assertThat(preflight.status()).isEqualTo(403);
        assertThat(preflight.headers().toString()).doesNotContain("Access-Control");
        assertThat(preflight.header("Vary")).contains("Origin");
    }

    @Test
    void twoOriginsAreNone() {
        ApiRequest request = get().header("Origin", SHOP).header("Origin", SHOP).build();

        assertThat(answer(FILTER, OK, request).header("Access-Control-Allow-Origin"))
                .isEmpty();
    }

    @Test
    void answerWithoutAnOriginDependsOnItAllTheSame() {
        ApiResponse plain = answer(FILTER, OK, get().build());
        ApiResponse varying = answer(
                FILTER,
                ApiHandler.direct(request -> ApiResponse.of(200).withHeader("Vary", "Accept, origin")),
                get().build());
        ApiResponse merged = answer(
                FILTER, ApiHandler.direct(request -> ApiResponse.of(200).withHeader("Vary", "Accept")), get().build());

        assertThat(plain.header("Vary")).contains("Origin");
        assertThat(plain.header("Access-Control-Allow-Origin")).isEmpty();
        assertThat(varying.header("Vary")).contains("Accept, origin");
        assertThat(merged.header("Vary")).contains("Accept, Origin");
    }

    @Test
    void preflightIsAnsweredWithWhatIsAllowedAndReachesNoHandler() {
        ApiHandler broken = ApiHandler.direct(request -> {
            throw new AssertionError("reached");
        });
        ApiResponse answer = answer(FILTER, broken, preflight(SHOP).build());

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("Access-Control-Allow-Origin")).contains(SHOP);
        assertThat(answer.header("Access-Control-Allow-Credentials")).contains("true");
        assertThat(answer.header("Access-Control-Allow-Methods")).contains("PUT, DELETE");
        assertThat(answer.header("Access-Control-Allow-Headers")).contains("Authorization, Content-Type");
        assertThat(answer.header("Access-Control-Max-Age")).contains("3600");
        assertThat(answer.header("Access-Control-Expose-Headers")).isEmpty();
        assertThat(answer.header("Vary")).contains("Origin");
    }

    @Test
    void optionsThatIsNoPreflightReachesItsHandler() {
        ApiRequest request =
                ApiRequest.builder("OPTIONS", "/").header("Origin", SHOP).build();

        assertThat(answer(FILTER, OK, request).status()).isEqualTo(200);
    }

    @Test
    void errorsCanBeReadToo() {
        ApiHandler refusing = ApiHandler.direct(request -> {
            throw ApiException.of(404, "NOT_FOUND", "No such thing.");
        });
        ApiRequest request = get().header("Origin", SHOP).build();
        ApiResponse answer = answer(FILTER, refusing, request);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("Access-Control-Allow-Origin")).contains(SHOP);
        assertThat(answer.header("Vary")).contains("Origin");
    }

    @Test
    void unexpectedFailureStaysWhatItIs() {
        ApiHandler broken = ApiHandler.direct(request -> {
            throw new IllegalStateException("broken on purpose");
        });

        assertThat(answer(FILTER, broken, get().header("Origin", SHOP).build()).status())
                .isEqualTo(500);
    }

    @Test
    void anyOriginMayReadWhatIsPublicAndTheAnswerDependsOnNone() {
        CorsFilter open = CorsFilter.forAnyOrigin().build();
        ApiResponse answer =
                answer(open, OK, get().header("Origin", "https://any.example").build());
        ApiResponse preflight = answer(open, OK, preflight("null").build());

        assertThat(answer.header("Access-Control-Allow-Origin")).contains("*");
        assertThat(answer.header("Access-Control-Allow-Credentials")).isEmpty();
        assertThat(answer.header("Vary")).isEmpty();
        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.header("Access-Control-Max-Age")).contains("600");
        assertThatThrownBy(() -> CorsFilter.forAnyOrigin().credentials()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatIsPublicSaysSoWithoutAnOriginTooAsACacheKeepsOneAnswerForAll() {
        CorsFilter open = CorsFilter.forAnyOrigin().exposedHeaders("ETag").build();
        ApiResponse plain = answer(open, OK, get().build());

        assertThat(plain.headers())
                .isEqualTo(
                        answer(open, OK, get().header("Origin", SHOP).build()).headers());
        assertThat(plain.header("Access-Control-Allow-Origin")).contains("*");
        assertThat(plain.header("Access-Control-Expose-Headers")).contains("ETag");
        assertThat(answer(
                                open,
                                OK,
                                get().header("Origin", "a")
                                        .header("Origin", "b")
                                        .build())
                        .header("Access-Control-Allow-Origin"))
                .contains("*");
    }

    @Test
    void preflightOfAnUnknownPathOrMethodIsAnsweredLikeAnyOther() {
        ApiPipeline pipeline = ApiPipeline.of(
                Routes.builder().add("GET", "/teas", Access.open(), OK).build(), FILTER);
        for (String path : new String[] {"/teas", "/nothing"}) {
            ApiRequest request = ApiRequest.builder("OPTIONS", path)
                    .headers(preflight(SHOP).build().headers())
                    .build();
            assertThat(pipeline.handle(request).toCompletableFuture().join().status())
                    .isEqualTo(204);
        }
    }

    @Test
    void whatWasNotNamedIsNotAllowedHoweverItIsAskedFor() {
        ApiRequest asking = preflight(SHOP)
                .header("Access-Control-Request-Private-Network", "true")
                .header("Access-Control-Request-Headers", "x-other, authorization")
                .build();

        assertThat(answer(FILTER, OK, asking).headers())
                .isEqualTo(answer(FILTER, OK, preflight(SHOP).build()).headers());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "*",
                "https://*.example",
                "https://shop.example:",
                "https://shop.example?",
                "https://shop.example#a",
                " https://shop.example",
                "shop.example",
                "https://",
                "://shop.example",
                "https://shop.example/",
                "https://Shop.example",
                "https://shop.example:443",
                "http://shop.example:80",
                "https://user@shop.example",
                ""
            })
    void originThatNoBrowserSendsIsRefused(String origin) {
        assertThatThrownBy(() -> CorsFilter.forOrigins(origin)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void settingsThatAllowTooMuchOrNothingAreRefused() {
        CorsFilter.Builder builder = CorsFilter.forOrigins(SHOP, "capacitor://localhost");
        assertThatThrownBy(CorsFilter::forOrigins).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.methods("*")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.requestHeaders("*")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.exposedHeaders("a b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.maxAge(Duration.ofDays(2))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.maxAge(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    private static ApiRequest.Builder get() {
        return ApiRequest.builder("GET", "/");
    }

    private static ApiRequest.Builder preflight(String origin) {
        return ApiRequest.builder("OPTIONS", "/")
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "PUT")
                .header("Access-Control-Request-Headers", "x-evil");
    }

    private static ApiResponse answer(CorsFilter filter, ApiHandler handler, ApiRequest request) {
        return ApiPipeline.of(handler, filter)
                .handle(request)
                .toCompletableFuture()
                .join();
    }
}
