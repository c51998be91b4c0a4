package dev.scalableapi.core.http;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What a request makes its execution depend on: {@code If-Match}, {@code If-None-Match}, {@code If-Modified-Since},
 * {@code If-Unmodified-Since} and {@code If-Range} (RFC 9110 section 13). Immutable.
 *
 * <p>A list of tags that is malformed does not hold: {@code If-Match} fails, {@code If-None-Match} fails a write and
 * gives a read the full answer. A malformed date is ignored, as the RFC wants.
 */
public final class Preconditions {
    private final String method;
    private final Headers headers;

    private Preconditions(String method, Headers headers) {
        this.method = method;
        this.headers = headers;
    }

    /**
     * {@return the preconditions of a request}
     *
     * @param request whose fields to read
     */
    public static Preconditions of(ApiRequest request) {
        return of(request.method(), request.headers());
    }

    /**
     * {@return the preconditions that these fields state}
     *
     * @param method of the request; its case counts
     * @param headers of the request
     */
    public static Preconditions of(String method, Headers headers) {
        return new Preconditions(method, headers);
    }

    /** What is to become of the request. */
    public enum Decision {
        /** Do what it asks. */
        PROCEED,
        /** The client holds the present state: 304 (Not Modified). */
        NOT_MODIFIED,
        /** A condition does not hold: 412 (Precondition Failed). */
        FAILED
    }

    /**
     * {@return the decision, in the order of RFC 9110 section 13.2.2}
     *
     * @param current the present state of the representation; empty if there is none, which is not the same as one
     *     without validators
     */
    public Decision decide(Optional<Validators> current) {
        if (method.equals("OPTIONS") || method.equals("TRACE") || method.equals("CONNECT")) {
            return Decision.PROCEED;
        }
        if (!stillTheExpectedState(current)) {
            return Decision.FAILED;
        }
        if (headers.contains("If-None-Match")) {
            return ifNoneMatch(current) ? Decision.PROCEED : isRead() ? Decision.NOT_MODIFIED : Decision.FAILED;
        }
        return isRead() && !modifiedSince(current) ? Decision.NOT_MODIFIED : Decision.PROCEED;
    }

    /**
     * {@return whether the {@code Range} of a read counts, once {@link #decide} lets it proceed (steps 5 and 6): there is
     * one, and {@code If-Range}, if there is one too, names the present state by a strong tag} A date never does: within a
     * second there can be two states, so it is no strong validator (section 8.8.2.2). The whole is always a right answer.
     *
     * @param current the present state of the representation; empty if there is none
     */
    public boolean allowsRange(Optional<Validators> current) {
        if (!method.equals("GET") || !headers.contains("Range")) {
            return false;
        }
        Optional<String> held = headers.combined("If-Range");
        return held.isEmpty()
                || held.flatMap(EntityTag::parse)
                        .filter(tag -> current.flatMap(Validators::entityTag)
                                .filter(tag::matchesStrongly)
                                .isPresent())
                        .isPresent();
    }

    /**
     * Demands of a write that it names the state it means to change, so that none is lost to a race. The state must
     * still be the same when the write happens: compare the version in the same transaction.
     *
     * @param current the present state of the representation; empty if there is none
     * @throws ApiException 428 {@code PRECONDITION_REQUIRED} without {@code If-Match}; 412 {@code PRECONDITION_FAILED}
     *     if a condition does not hold
     */
    public void requireMatch(Optional<Validators> current) {
        if (!headers.contains("If-Match")) {
            String message = "Name the state that you mean to change in If-Match.";
            throw ApiException.of(
                    428,
                    "PRECONDITION_REQUIRED",
                    Violation.header("If-Match", message).withKey("precondition.missing"));
        }
        if (decide(current) == Decision.FAILED) {
            throw failed();
        }
    }

    /**
     * {@return the refusal of a request one of whose conditions does not hold: 412 {@code PRECONDITION_FAILED}} For a
     * write that finds out only as it happens, such as an {@code UPDATE ... WHERE version = ?} that changes no row.
     */
    public static ApiException failed() {
        return ApiException.of(412, "PRECONDITION_FAILED", "The resource is not in the state that the request names.");
    }

    private boolean isRead() {
        return method.equals("GET") || method.equals("HEAD");
    }

    private boolean stillTheExpectedState(Optional<Validators> current) {
        Optional<String> ifMatch = headers.combined("If-Match");
        return ifMatch.isPresent() ? ifMatch(new EntityTagCursor(ifMatch.get()), current) : unmodifiedSince(current);
    }

    private static boolean ifMatch(EntityTagCursor expected, Optional<Validators> current) {
        if (expected.isAny()) {
            return current.isPresent();
        }
        Optional<EntityTag> tag = current.flatMap(Validators::entityTag);
        boolean found = false;
        while (expected.next()) {
            found |= tag.isPresent() && expected.matchesStrongly(tag.get());
        }
        return found && !expected.isMalformed();
    }

    private boolean ifNoneMatch(Optional<Validators> current) {
        EntityTagCursor held =
                new EntityTagCursor(headers.combined("If-None-Match").orElse(""));
        if (held.isAny()) {
            return current.isEmpty();
        }
        Optional<EntityTag> tag = current.flatMap(Validators::entityTag);
        boolean found = false;
        while (held.next()) {
            found |= tag.isPresent() && held.matchesWeakly(tag.get());
        }
        return held.isMalformed() ? isRead() : !found;
    }

    private boolean unmodifiedSince(Optional<Validators> current) {
        Optional<Instant> since = date("If-Unmodified-Since");
        Optional<Instant> modified = modified(current);
        return since.isEmpty() || modified.isEmpty() || !modified.get().isAfter(since.get());
    }

    private boolean modifiedSince(Optional<Validators> current) {
        Optional<Instant> since = date("If-Modified-Since");
        Optional<Instant> modified = modified(current);
        return since.isEmpty() || modified.isEmpty() || modified.get().isAfter(since.get());
    }

    private Optional<Instant> date(String name) {
        return headers.combined(name).flatMap(HttpDate::parse);
    }

    private static Optional<Instant> modified(Optional<Validators> current) {
        return current.flatMap(Validators::lastModified).map(instant -> instant.truncatedTo(ChronoUnit.SECONDS));
    }
}
