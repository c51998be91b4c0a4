package dev.scalableapi.core.idempotency;

import dev.scalableapi.core.http.ApiResponse;
import java.time.Duration;

/** What became of the wish to work on a key. Immutable. */
public sealed interface Claim {
    /**
     * The caller is to do the work, and then to complete or abandon it.
     *
     * @param token to complete or abandon it with
     */
    record Started(FencingToken token) implements Claim {}

    /**
     * Another holder does the same work at the moment.
     *
     * @param retryAfter when its lease ends at the latest, unless it is claimed again; positive
     */
    record InProgress(Duration retryAfter) implements Claim {}

    /**
     * The work has been done.
     *
     * @param response what it was answered; its body is in memory
     */
    record Completed(ApiResponse response) implements Claim {}

    /** The key is taken by work of another fingerprint: the client used it for two different requests. */
    record Mismatch() implements Claim {}
}
