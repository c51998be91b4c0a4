package dev.scalableapi.core.http;

import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Decides whether a caller may make a request; a route carries one in its {@link Access}. Scopes are what the credential
 * may be used for, roles what the caller is, permissions what the caller may do: none of them stands for another.
 *
 * <p>Implementations are immutable or at least thread-safe, and do not block.
 */
@FunctionalInterface
public interface Authorizer {
    /**
     * {@return the decision}
     *
     * @param caller who was authenticated
     * @param request with its route's parameters
     */
    Authorization authorize(Caller caller, ApiRequest request);

    /** {@return one that grants to every authenticated caller} */
    static Authorizer authenticated() {
        return (caller, request) -> Authorization.granted();
    }

    /**
     * {@return one that grants if the credential has all these scopes}
     *
     * @param scopes at least one
     * @throws IllegalArgumentException if there is none
     */
    static Authorizer requireScope(String... scopes) {
        Set<String> all = atLeastOne(scopes);
        Authorization denied = new Authorization.Denied(all);
        return (caller, request) -> caller.scopes().containsAll(all) ? Authorization.granted() : denied;
    }

    /**
     * {@return one that grants if the caller has one of these roles}
     *
     * @param roles at least one
     * @throws IllegalArgumentException if there is none
     */
    static Authorizer anyRole(String... roles) {
        Set<String> any = atLeastOne(roles);
        return when((caller, request) -> any.stream().anyMatch(caller.roles()::contains));
    }

    /**
     * {@return one that grants if the caller has all these permissions}
     *
     * @param permissions at least one
     * @throws IllegalArgumentException if there is none
     */
    static Authorizer requirePermission(String... permissions) {
        Set<String> all = atLeastOne(permissions);
        return when((caller, request) -> caller.permissions().containsAll(all));
    }

    /**
     * {@return one that grants if this is true}
     *
     * @param condition of the caller and the request; one that throws grants nothing: the request fails
     */
    static Authorizer when(BiPredicate<Caller, ApiRequest> condition) {
        return (caller, request) -> condition.test(caller, request) ? Authorization.granted() : Authorization.denied();
    }

    /**
     * {@return one that grants if both do} The second is not asked where the first denies; the answer is the first denial.
     *
     * @param other the second
     */
    default Authorizer and(Authorizer other) {
        return (caller, request) -> {
            Authorization first = authorize(caller, request);
            return first instanceof Authorization.Denied ? first : other.authorize(caller, request);
        };
    }

    /**
     * {@return one that grants if one of both does} The second is not asked where the first grants; of two denials, the
     * answer is the first that names scopes.
     *
     * @param other the second
     */
    default Authorizer or(Authorizer other) {
        return (caller, request) -> {
            Authorization first = authorize(caller, request);
            if (!(first instanceof Authorization.Denied denied)) {
                return first;
            }
            Authorization second = other.authorize(caller, request);
            return second instanceof Authorization.Denied && !denied.scopes().isEmpty() ? first : second;
        };
    }

    private static Set<String> atLeastOne(String... names) {
        if (names.length == 0) {
            throw new IllegalArgumentException("Name at least one");
        }
        return Set.of(names);
    }
}
