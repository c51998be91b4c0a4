package dev.scalableapi.core.page;

import dev.scalableapi.core.http.Link;
import dev.scalableapi.core.http.QueryParameters;

/** The request's own target with other parameters. */
record LinkTarget(String path, QueryParameters query) {
    static final String LIMIT = "limit";

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
