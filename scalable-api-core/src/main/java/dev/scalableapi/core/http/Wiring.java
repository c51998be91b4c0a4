package dev.scalableapi.core.http;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline that is being built, as one of its filters sees it: the routes, and the attributes that filters provide.
 * Every method that finds a fault throws {@link IllegalArgumentException}. Immutable.
 */
public final class Wiring {
    private final @Nullable Routes routes;
    private final List<ApiFilter> filters;
    private final int position;

    /**
     * A view of the filter at a position.
     *
     * @param routes null if the pipeline does not know them, because a framework or the handler finds the route
     * @param filters all of them, outermost first
     * @param position how many filters run before the one that is checked
     */
    Wiring(@Nullable Routes routes, List<ApiFilter> filters, int position) {
        this.routes = routes;
        this.filters = filters;
        this.position = position;
    }

    /**
     * {@return whether a filter that runs before this one provides the attribute}
     *
     * @param attribute which one
     */
    public boolean isProvided(AttributeKey<?> attribute) {
        return isProvided(attribute, position);
    }

    private boolean isProvided(AttributeKey<?> attribute, int end) {
        for (int i = 0; i < end; i++) {
            if (filters.get(i).provides().contains(attribute)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Requires that a filter before this one provides an attribute.
     *
     * @param attribute the attribute that this filter reads
     * @param message names this filter and the remedy
     */
    public void require(AttributeKey<?> attribute, String message) {
        if (!isProvided(attribute)) {
            throw new IllegalArgumentException(message);
        }
    }

    /**
     * Requires that an attribute is not provided after this filter only. If no filter of the pipeline provides the
     * attribute, there is nothing to require.
     *
     * @param attribute the attribute that this filter reads, if there is one
     * @param message names this filter and the remedy
     */
    public void requireOrder(AttributeKey<?> attribute, String message) {
        if (!isProvided(attribute) && isProvided(attribute, filters.size())) {
            throw new IllegalArgumentException(message);
        }
    }

    /**
     * Requires that a route exists and is found before this filter runs. A pipeline that does not know its routes, because
     * a framework finds them, cannot check this.
     *
     * @param filter the name of the filter that has a policy for the route
     * @param method such as {@code POST}; a GET route serves HEAD too
     * @param template of the route
     * @return what the route requires of its caller; empty if the pipeline does not know its routes
     */
    public Optional<Access> requireRoute(String filter, String method, String template) {
        if (routes == null) {
            return Optional.empty();
        }
        Access access = routes.access(method, template);
        if (access == null) {
            throw new IllegalArgumentException(filter + " names a route that does not exist: " + method + " " + template
                    + ". " + routes.similar(method, template));
        }
        require(
                RouteMatch.KEY,
                filter + " has a policy for " + method + " " + template
                        + ", but runs before the route is found. Add it to the pipeline that has the routes, at a stage"
                        + " after ROUTING.");
        return Optional.of(access);
    }

    /**
     * Requires a route as {@link #requireRoute} does, and that its access policy is enforced before this filter. For
     * filters that can answer in place of the route's handler.
     *
     * @param filter the name of the filter that has a policy for the route
     * @param method such as {@code POST}
     * @param template of the route
     */
    public void requireAuthorizedRoute(String filter, String method, String template) {
        Access access = requireRoute(filter, method, template).orElseGet(Access::open);
        if (!access.anonymous()) {
            require(
                    Access.GRANTED,
                    filter + " can answer " + method + " " + template
                            + " before a filter enforces access. It must run after authorization.");
        }
    }
}
