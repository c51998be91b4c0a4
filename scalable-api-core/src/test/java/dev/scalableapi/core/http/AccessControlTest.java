package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.core.GrantingFilter;
import dev.scalableapi.core.LogOf;
import dev.scalableapi.core.idempotency.IdempotencyFilter;
import dev.scalableapi.core.idempotency.IdempotencyStore;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AccessControlTest {
    private static final ApiFilter PASSING = (request, next) -> next.handle(request);

    private final AtomicInteger handled = new AtomicInteger();
    private final ApiHandler handler = ApiHandler.direct(request -> {
        handled.incrementAndGet();
        return ApiResponse.of(200);
    });
    private final Routes routes = Routes.builder()
            .add("GET", "/open", Access.open(), handler)
            .add("GET", "/users", Access.scopes("users:read"), handler)
            .build();

    @Test
    void routeWithAnAccessPolicyAndNoFilterThatEnforcesItFailsAtStart() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiPipeline.of(routes))
                .withMessage("No filter of the pipeline enforces the access policy of GET /users. Add"
                        + " AuthorizationFilter.create() of scalable-api-auth, or a filter of your own with"
                        + " providing(Access.GRANTED). A route for everybody is added with Access.open().");
    }

    @Test
    void defaultPolicyOfARouteFailsAtStartToo() {
        Routes.Builder many = Routes.builder();
        for (int i = 0; i < 7; i++) {
            many.add("GET", "/" + i, handler);
        }

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiPipeline.of(many.build()))
                .withMessageContaining("GET /0, GET /1, GET /2, GET /3, GET /4 and 2 more");
    }

    @Test
    void routeWithAnOptionalCallerAndNoAuthenticationFailsAtStart() {
        Routes optional =
                Routes.builder().add("GET", "/teas", Access.optional(), handler).build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiPipeline.of(optional))
                .withMessageContaining("optional callers of GET /teas")
                .withMessageContaining("AuthenticationFilter.of(verifier)");
        ApiPipeline api =
                ApiPipeline.of(optional, PASSING.at(Stage.AUTHENTICATION).providing(Caller.KEY));
        assertThat(status(api, "GET", "/teas")).isEqualTo(200);
    }

    @Test
    void openRoutesNeedNoFilter() {
        ApiPipeline api = ApiPipeline.of(
                Routes.builder().add("GET", "/open", Access.open(), handler).build());

        assertThat(status(api, "GET", "/open")).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void routeThatNobodyAuthorizedIsNotServed(Stage stage) {
        try (LogOf log = new LogOf(ApiPipeline.class)) {
            ApiPipeline api = ApiPipeline.of(routes, PASSING.at(stage).providing(Access.GRANTED));

            assertThat(status(api, "GET", "/users")).isEqualTo(500);
            assertThat(status(api, "HEAD", "/users")).isEqualTo(500);
            assertThat(status(api, "GET", "/open")).isEqualTo(200);
            assertThat(handled).hasValue(1);
            assertThat(log.events())
                    .hasSize(2)
                    .allSatisfy(event -> assertThat(
                                    event.getThrowableProxy().getCause().getMessage())
                            .startsWith("No filter authorized")
                            .contains("/users"));
        }
    }

    @Test
    void grantOfAnotherPolicyDoesNotServeTheRoute() {
        for (Access other : new Access[] {Access.open(), Access.authenticated(), Access.scopes("users:read")}) {
            ApiFilter mistaken = (request, next) -> {
                request.exchange().put(Access.GRANTED, other);
                return next.handle(request);
            };
            try (LogOf log = new LogOf(ApiPipeline.class)) {
                ApiPipeline api =
                        ApiPipeline.of(routes, mistaken.at(Stage.AUTHORIZATION).providing(Access.GRANTED));

                assertThat(status(api, "GET", "/users")).isEqualTo(500);
                assertThat(log.events()).hasSize(1);
            }
        }
        assertThat(handled).hasValue(0);
    }

    @Test
    void authorizationOfTheApplicationServesTheRoutesThatItGrants() {
        ApiFilter own = (request, next) -> {
            Access access = request.route().orElseThrow().access();
            if (!access.anonymous() && request.header("Pass").isEmpty()) {
                throw ApiException.of(403, "FORBIDDEN", "No.");
            }
            request.exchange().put(Access.GRANTED, access);
            return next.handle(request);
        };
        ApiPipeline api = ApiPipeline.of(routes, own.at(Stage.AUTHORIZATION).providing(Access.GRANTED));

        assertThat(status(api, "GET", "/users")).isEqualTo(403);
        assertThat(status(api, "GET", "/users", "Pass")).isEqualTo(200);
        assertThat(status(api, "GET", "/open")).isEqualTo(200);
    }

    @Test
    void nestedPipelineEnforcesThePoliciesOfItsOwnRoutes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiPipeline.of(ApiPipeline.of(routes), GrantingFilter.create()));

        ApiPipeline inner =
                ApiPipeline.of(routes, PASSING.at(Stage.AUTHORIZATION).providing(Access.GRANTED));
        Routes outer = Routes.builder().add("GET", "/{any}", inner).build();
        try (LogOf log = new LogOf(ApiPipeline.class)) {
            assertThat(status(ApiPipeline.of(outer, GrantingFilter.create()), "GET", "/users"))
                    .isEqualTo(500);
            assertThat(log.events()).hasSize(1);
        }
        assertThat(handled).hasValue(0);
    }

    @Test
    void routeThatAFrameworkFoundIsNotServedWithoutAGrant() {
        RouteMatch found = new RouteMatch("/users", Access.scopes("users:read"), Map.of());
        try (LogOf log = new LogOf(ApiPipeline.class)) {
            ApiRequest request = ApiRequest.builder("GET", "/users").build();
            request.exchange().put(RouteMatch.KEY, found);
            assertThat(ApiPipeline.of(handler)
                            .handle(request)
                            .toCompletableFuture()
                            .join()
                            .status())
                    .isEqualTo(500);
            assertThat(log.events()).hasSize(1);
        }
        ApiRequest request = ApiRequest.builder("GET", "/users").build();
        request.exchange().put(RouteMatch.KEY, found);
        assertThat(ApiPipeline.of(handler, GrantingFilter.create())
                        .handle(request)
                        .toCompletableFuture()
                        .join()
                        .status())
                .isEqualTo(200);
        assertThat(handled).hasValue(1);
    }

    @Test
    void unknownPathAndMethodAreAnsweredBeforeAuthorization() {
        ApiPipeline api = ApiPipeline.of(routes, GrantingFilter.create());

        assertThat(status(api, "GET", "/nowhere")).isEqualTo(404);
        assertThat(status(api, "DELETE", "/users")).isEqualTo(405);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /order  | There is POST /orders.",
                "PUT  | /orders | There is POST /orders, GET /orders.",
                "PUT  | /order  | No route has this method.",
                "POST | /orders/ | There is POST /orders."
            })
    void idempotencyOfARouteThatDoesNotExistFailsAtStart(String method, String template, String similar) {
        Routes orders = Routes.builder()
                .add("POST", "/orders", Access.open(), handler)
                .add("GET", "/orders", Access.open(), handler)
                .build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiPipeline.of(orders, idempotency(method, template)))
                .withMessage("IdempotencyFilter names a route that does not exist: " + method + " " + template + ". "
                        + similar);
    }

    @Test
    void idempotencyBeforeAuthorizationFailsAtStart() {
        Routes orders = Routes.builder().add("POST", "/orders", handler).build();
        IdempotencyFilter once = idempotency("POST", "/orders");

        assertThatCode(() -> ApiPipeline.of(orders, once, GrantingFilter.create()))
                .doesNotThrowAnyException();
        for (ApiFilter[] wrong : new ApiFilter[][] {
            {once.at(Stage.AUTHENTICATION), GrantingFilter.create()},
            {once, GrantingFilter.create().at(Stage.APPLICATION)}
        }) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ApiPipeline.of(orders, wrong))
                    .withMessageContaining("IdempotencyFilter can answer POST /orders before a filter enforces access");
        }
    }

    @Test
    void policyOfARouteThatIsFoundLaterFailsAtStart() {
        Routes orders =
                Routes.builder().add("POST", "/orders", Access.open(), handler).build();
        IdempotencyFilter once = idempotency("POST", "/orders");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiPipeline.of(orders, once.at(Stage.FORWARDED)))
                .withMessageContaining("runs before the route is found");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiPipeline.of(ApiPipeline.of(orders), once))
                .withMessageContaining("Add it to the pipeline that has the routes");
        assertThatCode(() -> ApiPipeline.of(handler, once)).doesNotThrowAnyException();
    }

    @Test
    void negotiationOfARouteThatDoesNotExistFailsAtStart() {
        Routes teas =
                Routes.builder().add("GET", "/teas", Access.open(), handler).build();
        NegotiationFilter.Builder right = NegotiationFilter.builder()
                .produces("GET", "/teas", MediaType.JSON)
                .produces("HEAD", "/teas", MediaType.JSON);

        assertThatCode(() -> ApiPipeline.of(teas, right.build())).doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiPipeline.of(
                        teas,
                        NegotiationFilter.builder()
                                .produces("GET", "/tea", MediaType.JSON)
                                .build()))
                .withMessageContaining("NegotiationFilter names a route that does not exist: GET /tea.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiPipeline.of(
                        teas,
                        NegotiationFilter.builder()
                                .consumes("POST", "/teas", MediaType.JSON)
                                .build()))
                .withMessageContaining("POST /teas. There is GET /teas.");
    }

    private static IdempotencyFilter idempotency(String method, String template) {
        return IdempotencyFilter.builder(IdempotencyStore.inMemory(10, Clock.systemUTC()))
                .required(method, template)
                .build();
    }

    private static int status(ApiPipeline api, String method, String path, String... fields) {
        ApiRequest.Builder request = ApiRequest.builder(method, path);
        for (String field : fields) {
            request.header(field, "yes");
        }
        return api.handle(request.build()).toCompletableFuture().join().status();
    }
}
