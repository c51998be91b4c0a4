package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AuthorizerTest {
    private static final ApiRequest REQUEST =
            ApiRequest.builder("GET", "/orders/7").build();
    private static final Authorization GRANTED = Authorization.granted();
    private static final Authorization DENIED = Authorization.denied();
    private final Caller caller = Caller.of("alice")
            .withRoles(Set.of("clerk", "same"))
            .withPermissions(Set.of("refund", "ship"))
            .withScopes(Set.of("orders:read", "orders:write"));

    @Test
    void allScopesAreAskedForAndNamed() {
        assertThat(decide(Authorizer.requireScope("orders:read", "orders:write")))
                .isEqualTo(GRANTED);
        assertThat(decide(Authorizer.requireScope("orders:read", "users:read")))
                .isEqualTo(new Authorization.Denied(Set.of("orders:read", "users:read")));
    }

    @Test
    void oneRoleIsEnoughAndAllPermissionsAreAskedFor() {
        assertThat(decide(Authorizer.anyRole("admin", "clerk"))).isEqualTo(GRANTED);
        assertThat(decide(Authorizer.anyRole("admin"))).isEqualTo(DENIED);
        assertThat(decide(Authorizer.requirePermission("refund", "ship"))).isEqualTo(GRANTED);
        assertThat(decide(Authorizer.requirePermission("refund", "burn"))).isEqualTo(DENIED);
    }

    @Test
    void scopesRolesAndPermissionsDoNotStandForOneAnother() {
        assertThat(decide(Authorizer.requireScope("clerk"))).isNotEqualTo(GRANTED);
        assertThat(decide(Authorizer.requireScope("refund"))).isNotEqualTo(GRANTED);
        assertThat(decide(Authorizer.anyRole("orders:read", "refund"))).isEqualTo(DENIED);
        assertThat(decide(Authorizer.requirePermission("orders:read"))).isEqualTo(DENIED);
        assertThat(decide(Authorizer.requirePermission("same"))).isEqualTo(DENIED);
    }

    @Test
    void namesCompareExactly() {
        assertThat(decide(Authorizer.requireScope("orders:READ"))).isNotEqualTo(GRANTED);
        assertThat(decide(Authorizer.requireScope("orders"))).isNotEqualTo(GRANTED);
        assertThat(decide(Authorizer.anyRole("Clerk"))).isEqualTo(DENIED);
    }

    @Test
    void ownConditionSeesCallerAndRequest() {
        Authorizer own = Authorizer.when(
                (who, request) -> request.path().endsWith("/7") && who.id().equals("alice"));
        assertThat(decide(own)).isEqualTo(GRANTED);
        assertThat(own.authorize(Caller.of("bob"), REQUEST)).isEqualTo(DENIED);
    }

    @Test
    void andGrantsIfBothDoAndTellsTheFirstDenial() {
        Authorizer scope = Authorizer.requireScope("users:read");
        Authorizer role = Authorizer.anyRole("admin");
        assertThat(decide(Authorizer.authenticated().and(Authorizer.anyRole("clerk"))))
                .isEqualTo(GRANTED);
        assertThat(decide(scope.and(role))).isEqualTo(new Authorization.Denied(Set.of("users:read")));
        assertThat(decide(role.and(scope))).isEqualTo(DENIED);
        assertThat(decide(Authorizer.authenticated().and(role))).isEqualTo(DENIED);
    }

    @Test
    void orGrantsIfOneDoesAndTellsTheDenialThatNamesScopes() {
        Authorizer scope = Authorizer.requireScope("users:read");
        Authorizer other = Authorizer.requireScope("other");
        Authorizer role = Authorizer.anyRole("admin");
        Authorization needsScope = new Authorization.Denied(Set.of("users:read"));
        assertThat(decide(scope.or(Authorizer.anyRole("clerk")))).isEqualTo(GRANTED);
        assertThat(decide(Authorizer.anyRole("clerk").or(scope))).isEqualTo(GRANTED);
        assertThat(decide(scope.or(role))).isEqualTo(needsScope);
        assertThat(decide(role.or(scope))).isEqualTo(needsScope);
        assertThat(decide(scope.or(other))).isEqualTo(needsScope);
        assertThat(decide(role.or(role))).isEqualTo(DENIED);
    }

    @Test
    void secondIsAskedOnlyWhereItDecides() {
        AtomicInteger asked = new AtomicInteger();
        Authorizer counting = (who, request) -> {
            asked.incrementAndGet();
            return GRANTED;
        };
        decide(Authorizer.authenticated().or(counting));
        decide(Authorizer.anyRole("admin").and(counting));
        assertThat(asked).hasValue(0);
        decide(Authorizer.anyRole("admin").or(counting));
        decide(Authorizer.authenticated().and(counting));
        assertThat(asked).hasValue(2);
    }

    @Test
    void nothingToAskForIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Authorizer.requireScope());
        assertThatIllegalArgumentException().isThrownBy(() -> Authorizer.anyRole());
        assertThatIllegalArgumentException().isThrownBy(() -> Authorizer.requirePermission());
    }

    private Authorization decide(Authorizer authorizer) {
        return authorizer.authorize(caller, REQUEST);
    }
}
