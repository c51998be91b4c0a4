package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.core.idempotency.IdempotencyFilter;
import dev.scalableapi.core.idempotency.IdempotencyStore;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class AccessControlTest {
    private final ApiHandler handler = ApiHandler.direct(request -> ApiResponse.of(200));

    @Test
    void routeWithAnAccessPolicyAndNoFilterThatEnforcesItFailsAtStart() {
        Routes routes = Routes.builder()
                .add("GET", "/open", Access.open(), handler)
                .add("GET", "/users", Access.scopes("users:read"), handler)
                .build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiPipeline.of(routes))
                .withMessageContaining("GET /users")
                .withMessageContaining("AuthorizationFilter");
    }

    @Test
    void idempotencyOfARouteThatDoesNotExistFailsAtStart() {
        Routes routes =
                Routes.builder().add("POST", "/orders", Access.open(), handler).build();
        IdempotencyFilter once = IdempotencyFilter.builder(IdempotencyStore.inMemory(10, Clock.systemUTC()))
                .required("POST", "/order")
                .build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiPipeline.of(routes, once))
                .withMessageContaining("POST /order");
    }
}
