package dev.scalableapi.core.page;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.Link;
import dev.scalableapi.core.http.QueryParameters;
import dev.scalableapi.core.http.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Which page of a collection a client asks for, by number. Immutable.
 *
 * @param page counted from 1
 * @param limit how many items it holds at the most, from 1
 */
public record PageRequest(int page, int limit) {
    private static final String PAGE = "page";
    private static final String LIMIT = "limit";

    /** The digits of {@link Integer#MAX_VALUE}: what has more is larger. */
    private static final int INT_DIGITS = 10;

    /**
     * Checks both.
     *
     * @param page counted from 1
     * @param limit from 1
     * @throws IllegalArgumentException if either is below 1
     */
    public PageRequest {
        if (page < 1 || limit < 1) {
            throw new IllegalArgumentException("Page and limit count from 1: " + page + ", " + limit);
        }
    }

    /**
     * Reads {@code page} and {@code limit}: plain decimal integers from 1, without sign, white space or leading zeros.
     * Without {@code page} it is the first; a {@code limit} beyond the maximum is taken as the maximum.
     *
     * @param query the request's parameters
     * @param allowed how many items a page may hold
     * @return the page that is asked for
     * @throws ApiException 400 {@code INVALID_PARAMETER}, naming the parameter, if one is malformed or repeated
     */
    public static PageRequest parse(QueryParameters query, PageLimits allowed) {
        int page = query.single(PAGE).map(PageRequest::page).orElse(1);
        int limit =
                query.single(LIMIT).map(text -> limit(text, allowed.maximum())).orElse(allowed.standard());
        return new PageRequest(page, limit);
    }

    private static int page(String text) {
        return isPositiveInteger(text) ? toInt(text).orElseThrow(() -> malformed(PAGE)) : refuse(PAGE);
    }

    private static int limit(String text, int maximum) {
        return isPositiveInteger(text) ? Math.min(toInt(text).orElse(maximum), maximum) : refuse(LIMIT);
    }

    /** ASCII only, unlike {@link Integer#parseInt}, which also takes a sign and the digits of other scripts. */
    private static boolean isPositiveInteger(String text) {
        return !text.isEmpty() && text.charAt(0) != '0' && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static OptionalInt toInt(String digits) {
        long value = digits.length() > INT_DIGITS ? Long.MAX_VALUE : Long.parseLong(digits);
        return value > Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of((int) value);
    }

    private static int refuse(String parameter) {
        throw malformed(parameter);
    }

    private static ApiException malformed(String parameter) {
        String range = parameter.equals(PAGE) ? "from 1 to " + Integer.MAX_VALUE : "from 1";
        String message = "The parameter " + parameter + " must be an integer " + range + ".";
        return ApiException.of(400, "INVALID_PARAMETER", message).withViolation(Violation.query(parameter, message));
    }

    /** {@return how many items stand before this page} */
    public long offset() {
        return Math.multiplyExact(page - 1L, (long) limit);
    }

    /**
     * Links a page to its neighbours (RFC 8288): {@code first}, {@code prev}, {@code next} and {@code last}. Each keeps
     * the request's other parameters and names the limit that was applied. Beyond the end, {@code prev} is the last
     * page; an empty collection has neither neighbour, and its last page is its first.
     *
     * @param path the request's path, still encoded
     * @param query the request's parameters
     * @param page what answers this request
     * @return the links, for {@link Link#fieldValue}
     */
    public List<Link> links(String path, QueryParameters query, Page<?> page) {
        int last = (int) Math.max(1, Math.min(page.totalPages(), Integer.MAX_VALUE));
        Target target = new Target(path, query.with(LIMIT, Integer.toString(limit)));
        List<Link> links = new ArrayList<>(4);
        links.add(target.link(1, "first"));
        if (this.page > 1 && page.totalPages() > 0) {
            links.add(target.link(Math.min(this.page - 1, last), "prev"));
        }
        if (this.page < last) {
            links.add(target.link(this.page + 1, "next"));
        }
        links.add(target.link(last, "last"));
        return List.copyOf(links);
    }

    private record Target(String path, QueryParameters query) {
        private Link link(int page, String relation) {
            return new Link(
                    unambiguous(path) + "?"
                            + query.with(PAGE, Integer.toString(page)).encoded(),
                    relation);
        }

        /** Two slashes at the start would name a host (RFC 3986 section 4.2). */
        private static String unambiguous(String path) {
            return path.startsWith("//") ? "/." + path : path;
        }
    }
}
