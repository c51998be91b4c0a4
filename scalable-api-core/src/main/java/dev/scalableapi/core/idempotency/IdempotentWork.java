package dev.scalableapi.core.idempotency;

import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.AttributeKey;
import java.time.Duration;

/**
 * The work that a handler does for a key, as {@link IdempotencyFilter} leaves it in the exchange. Thread-safe.
 *
 * <p>A handler needs it for two things: to hand the {@link #token()} to a resource that refuses older ones, and to record
 * its answer itself in the transaction of its effect.
 */
public final class IdempotentWork {
    /** Where the filter leaves the work; nothing is there where a request is not held to a key. */
    public static final AttributeKey<IdempotentWork> KEY = AttributeKey.create("idempotent work");

    private final FencingToken token;
    private final Records records;
    private volatile boolean recorded;

    IdempotentWork(FencingToken token, Records records) {
        this.token = token;
        this.records = records;
    }

    /** {@return what proves that this request was given the key} */
    public FencingToken token() {
        return token;
    }

    /** {@return how long the answer is to be repeated} */
    public Duration retention() {
        return records.retention();
    }

    /**
     * {@return what of an answer is recorded: the status, the content, and the fields but those of one exchange}
     *
     * @param response the answer, with its content in memory
     * @throws IllegalArgumentException if the content is a stream
     */
    public ApiResponse record(ApiResponse response) {
        return records.of(response);
    }

    /**
     * Tells the filter that the handler has recorded the answer itself, and that there is nothing left to do once it is
     * given. If what was recorded is taken back after all, the handler must fail: that frees the key.
     */
    public void markRecorded() {
        recorded = true;
    }

    boolean isRecorded() {
        return recorded;
    }

    /** {@return the token's number alone} */
    @Override
    public String toString() {
        return "IdempotentWork[number=" + token.number() + "]";
    }
}
