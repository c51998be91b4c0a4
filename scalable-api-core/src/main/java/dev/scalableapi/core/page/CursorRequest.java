package dev.scalableapi.core.page;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Link;
import dev.scalableapi.core.http.QueryParameters;
import dev.scalableapi.core.http.QueryPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which slice of a list a client asks for, by the cursor that it got with the one beside it. Immutable.
 *
 * @param cursor not opened yet; empty for the start of the list
 * @param limit how many items it holds at the most, from 1
 */
public record CursorRequest(Optional<String> cursor, int limit) {
    static final String CURSOR = "cursor";

    private static final String PAGE = "page";

    /**
     * Checks the limit.
     *
     * @param cursor not opened yet; empty for the start of the list
     * @param limit from 1
     * @throws IllegalArgumentException if the limit is below 1, or no room is left for one row more
     */
    public CursorRequest {
        if (limit < 1 || limit == Integer.MAX_VALUE) {
            throw new IllegalArgumentException("A limit counts from 1, and is below the largest int: " + limit);
        }
    }

    /**
     * {@return whether a client asks for a slice rather than a page, for lists that have both}
     *
     * @param query the request's parameters
     */
    public static boolean isIn(QueryParameters query) {
        return !query.all(CURSOR).isEmpty();
    }

    /**
     * Reads {@code cursor} and {@code limit}. Without {@code cursor}, or with an empty one, it is the start of the list; a
     * {@code limit} beyond the maximum is taken as the maximum.
     *
     * @param query the request's parameters
     * @param allowed how many items a slice may hold
     * @return the slice that is asked for
     * @throws ApiException 400 {@code INVALID_PARAMETER}, naming the parameter, if one is repeated, the limit is malformed,
     *     or there is a {@code page} as well
     */
    public static CursorRequest parse(QueryParameters query, PageLimits allowed) {
        if (!query.all(PAGE).isEmpty()) {
            throw Refusal.of(PAGE, "The parameters page and cursor exclude each other.", "page.cursor", Map.of());
        }
        return new CursorRequest(query.single(CURSOR).filter(cursor -> !cursor.isEmpty()), allowed.limit(query));
    }

    /**
     * Links a slice to its neighbours (RFC 8288): {@code first}, {@code prev} and {@code next}. Each link has the parameters
     * of the given parts, the limit that was applied, and its cursor.
     *
     * @param path the request's path, still encoded
     * @param slice what answers this request
     * @param parts what else the list was chosen by, such as a {@link Sort}, {@link Filters} or a field mask
     * @return the links, for {@link ApiResponse#withLinks}
     */
    public List<Link> links(String path, Slice<?> slice, QueryPart... parts) {
        LinkTarget target = LinkTarget.of(path, limit, parts);
        List<Link> links = new ArrayList<>(3);
        links.add(target.with(CURSOR, "").link("first"));
        if (slice.previousCursor() != null) {
            links.add(target.with(CURSOR, slice.previousCursor()).link("prev"));
        }
        if (slice.nextCursor() != null) {
            links.add(target.with(CURSOR, slice.nextCursor()).link("next"));
        }
        return List.copyOf(links);
    }

    /** {@return the limit only: a cursor tells of a row} */
    @Override
    public String toString() {
        return "CursorRequest[" + limit + "]";
    }
}
