package dev.scalableapi.core.http;

/**
 * A value that was read from parameters of a query, such as a sort order or a set of filters. Links between the pages of a
 * list repeat the parameters of the parts that are passed to them, and no others: a parameter that no part names is unknown to
 * the route, and an attacker chooses its length.
 *
 * <p>For parameters that the application reads by itself, pass {@code () -> request.query().only("q", "lang")}.
 * Implementations are immutable.
 */
@FunctionalInterface
public interface QueryPart {
    /** {@return the parameters as the client sent them; empty if it sent none} */
    QueryParameters parameters();
}
