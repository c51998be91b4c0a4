package dev.scalableapi.core.idempotency;

import dev.scalableapi.core.http.ApiResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Remembers which keys are being worked on, and what those that are done were answered. At any moment at most one holder
 * has the lease of a key.
 *
 * <p>Keys are global: scope a client's key by caller, method and route before it comes here. A fingerprint stands for
 * the request's content; the store only compares it. Nothing is null. Implementations are thread-safe and never block
 * the caller; a store that cannot answer fails the stage within a bounded time. Only a wrong argument is thrown.
 */
public interface IdempotencyStore {
    /**
     * Claims a key. A key that is unknown, abandoned, past its lease or past its retention is free.
     *
     * @param key which one
     * @param fingerprint of the request; a taken key with another one is a {@link Claim.Mismatch}
     * @param lease how long the caller may work before another may begin
     * @return completes with what became of the claim
     * @throws IllegalArgumentException if the lease is not positive
     */
    CompletionStage<Claim> begin(String key, String fingerprint, Duration lease);

    /**
     * Stores the answer, if the token's lease has not ended.
     *
     * @param token from {@link Claim.Started}
     * @param response the answer; its body must be in memory
     * @param retention how long the answer is to be repeated
     * @return completes with whether the answer was stored; false if the lease had ended, or the work was already
     *     completed or abandoned
     * @throws IllegalArgumentException if the retention is not positive or the body is a stream
     */
    CompletionStage<Boolean> complete(FencingToken token, ApiResponse response, Duration retention);

    /**
     * Frees the key, so that the next request does the work; nothing happens if the token no longer holds it.
     *
     * @param token from {@link Claim.Started}
     * @return completes when the key is free
     */
    CompletionStage<Void> abandon(FencingToken token);

    /**
     * {@return a store in this process's memory, whose operations complete at once} It never forgets a key before its
     * time, for that would do the work twice: when it is full, {@code begin} of a new key fails with an
     * {@link dev.scalableapi.core.http.ApiException} 503 {@code OVERLOADED}. It counts keys, not bytes:
     * behind an {@link IdempotencyFilter} the answers take up to {@code maxEntries} times its
     * {@link IdempotencyFilter.Builder#maxResponseBytes maxResponseBytes}, and their fields.
     *
     * @param maxEntries how many keys it holds at the most
     * @param clock tells when a lease or a retention has ended
     * @throws IllegalArgumentException if {@code maxEntries} is below 1
     */
    static IdempotencyStore inMemory(int maxEntries, Clock clock) {
        return new InMemoryIdempotencyStore(maxEntries, clock);
    }
}
