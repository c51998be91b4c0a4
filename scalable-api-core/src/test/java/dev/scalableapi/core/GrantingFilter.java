package dev.scalableapi.core;

import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.Stage;

/** Stands for authorization in tests of other things: grants every request access to its route. */
public final class GrantingFilter {
    private GrantingFilter() {}

    public static ApiFilter create() {
        ApiFilter filter = (request, next) -> {
            request.route().ifPresent(route -> request.exchange().put(Access.GRANTED, route.access()));
            return next.handle(request);
        };
        return filter.at(Stage.AUTHORIZATION).providing(Access.GRANTED);
    }
}
