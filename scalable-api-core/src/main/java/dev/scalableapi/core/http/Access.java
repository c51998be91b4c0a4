package dev.scalableapi.core.http;

/**
 * What a route requires of its caller. The filters of the auth module enforce it, or an application's own filter that
 * provides {@link #GRANTED}. Immutable.
 *
 * <ul>
 *   <li>{@link #open}: everybody. Credentials are not looked at, so an expired token does no harm.
 *   <li>{@link #optional}: everybody. Credentials that are sent are verified, and rejected if they are not valid.
 *   <li>All others: callers with valid credentials to whom the {@link Authorizer} grants access.
 * </ul>
 */
public final class Access {
    /**
     * Where authorization leaves the policy that it granted. A route that is neither open nor optional is served only if
     * its own policy, the same object, is there; a request that no filter authorized is answered with 500.
     */
    public static final AttributeKey<Access> GRANTED = AttributeKey.create("granted access");

    private static final Access OPEN = new Access(Kind.OPEN, Authorizer.authenticated());
    private static final Access OPTIONAL = new Access(Kind.OPTIONAL, Authorizer.authenticated());
    private static final Access AUTHENTICATED = new Access(Kind.AUTHORIZED, Authorizer.authenticated());

    private final Kind kind;
    private final Authorizer authorizer;

    private Access(Kind kind, Authorizer authorizer) {
        this.kind = kind;
        this.authorizer = authorizer;
    }

    /** {@return access for everybody; credentials are not looked at, and there is no caller} */
    public static Access open() {
        return OPEN;
    }

    /** {@return access for everybody; a request with valid credentials has a caller, and invalid ones are rejected} */
    public static Access optional() {
        return OPTIONAL;
    }

    /** {@return access for every authenticated caller: the default of a route} */
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
     * {@return access for the authenticated callers to whom the authorizer grants it}
     *
     * @param authorizer such as {@code requireScope("users:read").or(anyRole("admin"))}
     */
    public static Access of(Authorizer authorizer) {
        return new Access(Kind.AUTHORIZED, authorizer);
    }

    /** {@return whether credentials are not looked at} */
    public boolean isOpen() {
        return kind == Kind.OPEN;
    }

    /** {@return whether a request without credentials is served: true for open and optional access} */
    public boolean anonymous() {
        return kind != Kind.AUTHORIZED;
    }

    /** {@return the authorizer that decides about authenticated callers} */
    public Authorizer authorizer() {
        return authorizer;
    }

    /** The last check before a handler: start-up checks see declarations, this one sees what happened. */
    static void requireGranted(ApiRequest request, RouteMatch route) {
        Access access = route.access();
        if (!access.anonymous() && request.exchange().get(GRANTED).orElse(null) != access) {
            throw ApiException.of(500, "INTERNAL_SERVER_ERROR", "The server could not answer the request.")
                    .withCause(new IllegalStateException("No filter authorized " + request.method() + " "
                            + route.template() + ": the exchange has no Access.GRANTED of the route's policy"));
        }
    }

    @Override
    public String toString() {
        return "Access[" + kind.label + "]";
    }

    private enum Kind {
        OPEN("open"),
        OPTIONAL("optional"),
        AUTHORIZED("authorized");

        private final String label;

        Kind(String label) {
            this.label = label;
        }
    }
}
