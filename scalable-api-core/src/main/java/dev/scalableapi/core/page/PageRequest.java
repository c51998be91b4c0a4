package dev.scalableapi.core.page;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Link;
import dev.scalableapi.core.http.QueryParameters;
import dev.scalableapi.core.http.QueryPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Which page of a collection a client asks for, by number. Immutable.
 *
 * @param page counted from 1
 * @param limit how many items it holds at the most, from 1
 * @param lastAllowed the last page that may be asked for
 */
public record PageRequest(int page, int limit, int lastAllowed) {
    private static final String PAGE = "page";

    /**
     * Checks all.
     *
     * @param page counted from 1
     * @param limit from 1
     * @param lastAllowed from the page on
     * @throws IllegalArgumentException if one is below 1, or the page beyond the last that is allowed
     */
    public PageRequest {
        if (page < 1 || limit < 1 || page > lastAllowed) {
            throw new IllegalArgumentException(
                    "Page and limit count from 1, up to the last page: " + page + ", " + limit + ", " + lastAllowed);
        }
    }

    /**
     * Allows every page.
     *
     * @param page counted from 1
     * @param limit from 1
     * @throws IllegalArgumentException if either is below 1
     */
    public PageRequest(int page, int limit) {
        this(page, limit, Integer.MAX_VALUE);
    }

    /**
     * Reads {@code page} and {@code limit}: plain decimal integers from 1, without sign, white space or leading zeros.
     * Without {@code page} it is the first; a {@code limit} beyond the maximum is taken as the maximum.
     *
     * @param query the request's parameters
     * @param allowed how many items a page may hold, and how many may stand before it
     * @return the page that is asked for
     * @throws ApiException 400 {@code INVALID_PARAMETER}, naming the parameter, if one is malformed or repeated, or the
     *     page lies too far into the list
     */
    public static PageRequest parse(QueryParameters query, PageLimits allowed) {
        int limit = allowed.limit(query);
        int lastAllowed = (int) Math.min(allowed.maximumOffset() / limit, Integer.MAX_VALUE - 1) + 1;
        int page = query.single(PAGE).map(text -> page(text, lastAllowed)).orElse(1);
        return new PageRequest(page, limit, lastAllowed);
    }

    private static int page(String text, int lastAllowed) {
        if (!PositiveInteger.isSpelledBy(text) || PositiveInteger.parse(text) > lastAllowed) {
            throw Refusal.of(
                    PAGE,
                    "The parameter page must be an integer from 1 to " + lastAllowed + ".",
                    "page.range",
                    Map.of("min", 1, "max", lastAllowed));
        }
        return (int) PositiveInteger.parse(text);
    }

    /** {@return how many items stand before this page} */
    public long offset() {
        return Math.multiplyExact(page - 1L, (long) limit);
    }

    /** {@return one item more than the page holds: whether it is there tells whether there is a next page} */
    public int rows() {
        return Math.addExact(limit, 1);
    }

    /**
     * Links a page to its neighbours (RFC 8288): {@code first}, {@code prev}, {@code next} and {@code last}. Each link has
     * the parameters of the given parts, the limit that was applied, and its page. Beyond the end, {@code prev} is the last
     * page; an empty collection has neither neighbour, and its last page is its first. If the total is unknown, there is no
     * link to a last page. No link leads to a page that may not be asked for.
     *
     * @param path the request's path, still encoded
     * @param page what answers this request
     * @param parts what else the list was chosen by, such as a {@link Sort}, {@link Filters} or a field mask
     * @return the links, for {@link ApiResponse#withLinks}
     */
    public List<Link> links(String path, Page<?> page, QueryPart... parts) {
        LinkTarget target = LinkTarget.of(path, limit, parts);
        OptionalLong total = page.total().pages();
        long last = Math.max(1, total.orElse(Long.MAX_VALUE));
        List<Link> links = new ArrayList<>(4);
        links.add(link(target, 1, "first"));
        if (this.page > 1 && total.orElse(1) > 0) {
            links.add(link(target, Math.min(this.page - 1, last), "prev"));
        }
        if (page.hasNext() && this.page < lastAllowed) {
            links.add(link(target, this.page + 1L, "next"));
        }
        if (total.isPresent() && last <= lastAllowed) {
            links.add(link(target, last, "last"));
        }
        return List.copyOf(links);
    }

    private static Link link(LinkTarget target, long page, String relation) {
        return target.with(PAGE, Long.toString(page)).link(relation);
    }
}
