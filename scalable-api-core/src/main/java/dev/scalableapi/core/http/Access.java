package dev.scalableapi.core.http;

/** What a route asks of its caller; the filters of the auth module enforce it. Immutable. */
public final class Access {
    private static final Access OPEN = new Access(true, Authorizer.authenticated());
    private static final Access AUTHENTICATED = new Access(false, Authorizer.authenticated());

    private final boolean anonymous;
    private final Authorizer authorizer;

    private Access(boolean anonymous, Authorizer authorizer) {
        this.anonymous = anonymous;
        this.authorizer = authorizer;
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
        return of(Authorizer.requireScope(scopes));
    }

    /**
     * {@return access for the authenticated callers to whom this grants it}
     *
     * @param authorizer decides, such as {@code requireScope("users:read").or(anyRole("admin"))}
     */
    public static Access of(Authorizer authorizer) {
        return new Access(false, authorizer);
    }

    /** {@return whether a caller without credentials may pass} Credentials that are given are still checked. */
    public boolean anonymous() {
        return anonymous;
    }

    /** {@return who decides about callers with credentials} */
    public Authorizer authorizer() {
        return authorizer;
    }

    @Override
    public String toString() {
        return anonymous ? "Access[open]" : "Access[authorized]";
    }
}
