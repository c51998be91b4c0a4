package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.scalableapi.core.GrantingFilter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesTest {
    private final Routes routes = Routes.builder()
            .add("GET", "/", RoutesTest::describe)
            .add("GET", "/products", Access.open(), RoutesTest::describe)
            .add("POST", "/products", Access.scopes("products:write"), RoutesTest::describe)
            .add("GET", "/products/{id}", Access.open(), RoutesTest::describe)
            .add("DELETE", "/products/{key}", RoutesTest::describe)
            .add("POST", "/products/search", RoutesTest::describe)
            .add("GET", "/products/search/{page}", RoutesTest::describe)
            .add("GET", "/products/{id}/reviews/{review}", RoutesTest::describe)
            .add("GET", "/a/b/c", RoutesTest::describe)
            .add("GET", "/{x}/b/d", RoutesTest::describe)
            .add("GET", "/a/{y}/e", RoutesTest::describe)
            .add("GET", "/{x}/{y}/f", RoutesTest::describe)
            .add("GET", "/slash/", RoutesTest::describe)
            .add("HEAD", "/own", RoutesTest::describe)
            .add("GET", "/own", RoutesTest::describe)
            .add("PUT", "/caf%C3%A9", RoutesTest::describe)
            .build();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET|/|/",
                "GET|/?q=1|/",
                "GET|/products|/products",
                "POST|/products|/products",
                "GET|/products/7?a=/b|/products/{id} id=7",
                "DELETE|/products/7|/products/{key} key=7",
                "POST|/products/search|/products/search",
                "GET|/products/search/2|/products/search/{page} page=2",
                "GET|/products/search/reviews/2|/products/{id}/reviews/{review} id=search review=2",
                "GET|/products/a%2Fb|/products/{id} id=a/b",
                "GET|/products/a%2fb/reviews/%2F|/products/{id}/reviews/{review} id=a/b review=/",
                "GET|/products/%2541|/products/{id} id=%41",
                "GET|/products/a+b|/products/{id} id=a+b",
                "GET|/products/%20|/products/{id} id= ",
                "GET|/product%73|/products",
                "GET|/products/{id}|/products/{id} id={id}",
                "GET|/a/b/c|/a/b/c",
                "GET|/a/b/d|/{x}/b/d x=a",
                "GET|/a/b/e|/a/{y}/e y=b",
                "GET|/a/b/f|/{x}/{y}/f x=a y=b",
                "GET|/slash/|/slash/",
                "PUT|/caf%c3%a9|/caf%C3%A9",
                "HEAD|/products/7|/products/{id} id=7",
                "HEAD|/own|/own"
            })
    void routeIsFound(String method, String target, String expected) {
        ApiResponse response = answer(ApiPipeline.of(routes, GrantingFilter.create()), method, target.stripTrailing());

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("Route").orElseThrow().strip()).isEqualTo(expected.strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/none",
                "/products/",
                "/products//reviews/1",
                "//products",
                "/products/7/",
                "/products/7/reviews",
                "/slash",
                "/a/b",
                "/a/b/g",
                "/a/b/c/",
                "/a/b/c/d",
                "/Products",
                "/products%2F7",
                "/products/../products",
                "//",
                "///"
            })
    void unknownPathIs404(String target) {
        assertThat(answer(ApiPipeline.of(routes, GrantingFilter.create()), "GET", target)
                        .status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PUT|/products|GET, HEAD, POST",
                "get|/products|GET, HEAD, POST",
                "OPTIONS|/products/7|DELETE, GET, HEAD",
                "GET|/products/search|POST",
                "HEAD|/products/search|POST",
                "POST|/own|GET, HEAD"
            })
    void unknownMethodIs405WithAllow(String method, String target, String allow) {
        ApiResponse response = answer(ApiPipeline.of(routes, GrantingFilter.create()), method, target);

        assertThat(response.status()).isEqualTo(405);
        assertThat(response.header("Allow").orElseThrow().split(", ")).containsExactlyInAnyOrder(allow.split(", "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"})
    void noFieldOverridesTheMethod(String field) {
        ApiPipeline api = ApiPipeline.of(Routes.builder()
                .add("POST", "/a", Access.open(), ApiHandler.direct(request -> ApiResponse.text(200, request.method())))
                .add("DELETE", "/a", Access.open(), ApiHandler.direct(request -> ApiResponse.of(500)))
                .build());
        ApiRequest request =
                ApiRequest.builder("POST", "/a").header(field, "DELETE").build();
        ApiResponse response = api.handle(request).toCompletableFuture().join();

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body().bytes(10).toCompletableFuture().join())
                .asString()
                .isEqualTo("POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%", "/%4", "/%zz", "/products/%c0%af", "/products/%ff", "/none/%"})
    void malformedEscapeIs400(String target) {
        List<Throwable> seen = new ArrayList<>();
        ApiFilter errors = (request, next) ->
                next.handle(request).whenComplete((response, failure) -> seen.add(ApiPipeline.cause(failure)));

        ApiResponse response =
                answer(ApiPipeline.of(routes, errors.at(Stage.ERRORS), GrantingFilter.create()), "GET", target);

        assertThat(response.status()).isEqualTo(400);
        assertThat(seen).singleElement().isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.code()).isEqualTo("INVALID_PATH");
            assertThat(e.message()).doesNotContain(target);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/none", "/own", "/%"})
    void refusalIsSeenByTelemetryAndErrorsAndByNothingBelow(String target) {
        Set<Stage> seen = EnumSet.noneOf(Stage.class);
        List<ApiFilter> probes = new ArrayList<>();
        for (Stage stage : Stage.values()) {
            probes.add(((ApiFilter) (request, next) -> {
                        seen.add(stage);
                        return next.handle(request);
                    })
                    .at(stage));
        }

        probes.add(GrantingFilter.create());
        answer(ApiPipeline.of(routes, probes.toArray(new ApiFilter[0])), "PATCH", target);

        assertThat(seen).isEqualTo(EnumSet.range(Stage.FORWARDED, Stage.REFUSAL));
        assertThat(seen).contains(Stage.TELEMETRY, Stage.ERRORS).doesNotContain(Stage.AUTHENTICATION);
    }

    @Test
    void routeIsKnownToEveryStageBelowRouting() {
        List<String> seen = new ArrayList<>();
        ApiFilter telemetry = (request, next) -> {
            seen.add(request.route().orElseThrow().template());
            return next.handle(request);
        };

        answer(ApiPipeline.of(routes, telemetry.at(Stage.TELEMETRY), GrantingFilter.create()), "GET", "/products/7");

        assertThat(seen).containsExactly("/products/{id}");
    }

    @Test
    void routeCarriesItsAccess() {
        ApiPipeline pipeline = ApiPipeline.of(routes, GrantingFilter.create());
        ApiRequest any = ApiRequest.builder("POST", "/products").build();
        assertThat(access(pipeline, "POST", "/products").authorizer().authorize(Caller.of("alice"), any))
                .isEqualTo(new Authorization.Denied(Set.of("products:write")));
        assertThat(access(pipeline, "HEAD", "/products")).isEqualTo(Access.open());
        assertThat(access(pipeline, "GET", "/")).isEqualTo(Access.authenticated());
    }

    private static Access access(ApiPipeline pipeline, String method, String target) {
        ApiRequest request = ApiRequest.builder(method, target).build();
        assertThat(pipeline.handle(request)).isCompleted();
        return request.route().orElseThrow().access();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "/{",
                "/}",
                "/{}",
                "/{a",
                "/a}",
                "/x{a}",
                "/{a}x",
                "/{a}{b}",
                "/{a}/{a}",
                "/{{a}}",
                "/{a b}",
                "/{%7D}",
                "/%",
                "/%zz",
                "/a?b",
                "/\u00e9"
            })
    void malformedTemplateIsRefused(String template) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Routes.builder().add("GET", template, RoutesTest::describe));
    }

    @Test
    void malformedMethodIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Routes.builder().add("GET ", "/", RoutesTest::describe));
    }

    @Test
    void secondRouteForTheSameIsRefused() {
        Routes.Builder builder = Routes.builder().add("GET", "/{a}", RoutesTest::describe);

        builder.add("PUT", "/{b}", RoutesTest::describe);
        assertThatIllegalArgumentException().isThrownBy(() -> builder.add("GET", "/{b}", RoutesTest::describe));
    }

    @Test
    void builtTableCannotBeChanged() {
        Routes.Builder builder = Routes.builder();
        Routes empty = builder.build();

        assertThatIllegalStateException().isThrownBy(() -> builder.add("GET", "/", RoutesTest::describe));
        assertThat(answer(ApiPipeline.of(empty), "GET", "/").status()).isEqualTo(404);
    }

    private static CompletableFuture<ApiResponse> describe(ApiRequest request) {
        RouteMatch route = request.route().orElseThrow();
        StringBuilder text = new StringBuilder(route.template());
        route.parameters().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry ->
                        text.append(' ').append(entry.getKey()).append('=').append(entry.getValue()));
        return CompletableFuture.completedFuture(ApiResponse.of(200).withHeader("Route", text.toString()));
    }

    private static ApiResponse answer(ApiPipeline pipeline, String method, String target) {
        return pipeline.handle(ApiRequest.builder(method, target).build())
                .toCompletableFuture()
                .join();
    }
}
