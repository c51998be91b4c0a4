package dev.scalableapi.core.page;

import dev.scalableapi.core.http.Link;
import dev.scalableapi.core.http.QueryParameters;
import dev.scalableapi.core.http.QueryPart;

/** The target of a link to another page of a list. */
record LinkTarget(String path, QueryParameters query) {
    static final String LIMIT = "limit";

    /** The path with the parameters of these parts and the limit. */
    static LinkTarget of(String path, int limit, QueryPart... parts) {
        QueryParameters query = QueryParameters.empty();
        for (QueryPart part : parts) {
            query = query.withAll(part.parameters());
        }
        return new LinkTarget(path, query.with(LIMIT, Integer.toString(limit)));
    }

    LinkTarget with(String parameter, String value) {
        return new LinkTarget(path, query.with(parameter, value));
    }

    Link link(String relation) {
        return new Link(unambiguous(path) + "?" + query.encoded(), relation);
    }

    /** Two slashes at the start would name a host (RFC 3986 section 4.2), and brackets stand in a host alone (3.2.2). */
    private static String unambiguous(String path) {
        String plain = path.replace("[", "%5B").replace("]", "%5D");
        return plain.startsWith("//") ? "/." + plain : plain;
    }
}
