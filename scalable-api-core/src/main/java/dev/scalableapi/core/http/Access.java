package dev.scalableapi.core.http;

import java.util.Set;

/**
 * What a route asks of its caller; the filters of the auth module enforce it. Immutable.
 *
 * @param anonymous whether a caller without credentials may pass; credentials that are given are still checked
 * @param scopes the scopes that the caller's credential must have, all of them
 */
public record Access(boolean anonymous, Set<String> scopes) {
    private static final Access OPEN = new Access(true, Set.of());
    private static final Access AUTHENTICATED = new Access(false, Set.of());

    /**
     * Copies the set.
     *
     * @param anonymous whether a caller without credentials may pass
     * @param scopes the scopes that the credential must have
     * @throws IllegalArgumentException if scopes are asked of an anonymous caller
     */
    public Access {
        scopes = Set.copyOf(scopes);
        if (anonymous && !scopes.isEmpty()) {
            throw new IllegalArgumentException("A route that is open to all can't ask for scopes");
        }
    }

    /** {@return access for everybody} */
    public static Access open() {
        return OPEN;
    }

    /** {@return access for any authenticated caller: the default of a route} */
    public static Access authenticated() {
        return AUTHENTICATED;
    }

    /**
     * {@return access for callers whose credential has all these scopes}
     *
     * @param scopes at least one
     * @throws IllegalArgumentException if there is none
     */
    public static Access scopes(String... scopes) {
        if (scopes.length == 0) {
            throw new IllegalArgumentException("Name at least one scope");
        }
        return new Access(false, Set.of(scopes));
    }
}
