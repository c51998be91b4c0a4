package dev.scalableapi.auth.revocation;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Where nodes tell each other what they revoke: a log that is added to and read on from a position. Adding a revocation
 * again does no harm. Each is kept until its end at least, unless the store loses it as a whole.
 *
 * <p>Nothing is null. Implementations are thread-safe and never block the caller; a store that cannot answer fails the
 * stage within a bounded time. Only a wrong argument is thrown.
 */
public interface RevocationStore {
    /** The position before everything, which no store loses. */
    String START = "";

    /**
     * Adds a revocation.
     *
     * @param revocation what is no longer accepted
     * @return completes when every reader that asks from now on is told; fails with an
     *     {@link dev.scalableapi.core.http.ApiException} 503 {@code OVERLOADED} if the store is full
     * @throws IllegalArgumentException if its end is further away than the {@link #retention()}
     */
    CompletionStage<Void> add(Revocation revocation);

    /**
     * Reads what was added after a position.
     *
     * @param cursor {@link #START}, or one from a {@link RevocationDelta.Page} of this store; opaque
     * @param limit how many revocations are wanted at the most, from 1 to 10,000
     * @return completes with them
     * @throws IllegalArgumentException if the cursor is malformed or the limit outside
     */
    CompletionStage<RevocationDelta> since(String cursor, int limit);

    /** {@return how far away the end of a revocation may be: the longest life of an access token, and some skew} */
    Duration retention();

    /**
     * {@return a store in this process's memory, whose operations complete at once} It keeps revocations for up to 25
     * hours: a day, which is the longest life of an access token, and skew.
     *
     * @param maxEntries how many revocations it holds at the most; it drops none before its end
     * @param clock tells when a revocation has ended
     * @throws IllegalArgumentException if {@code maxEntries} is below 1
     */
    static RevocationStore inMemory(int maxEntries, Clock clock) {
        return new InMemoryRevocationStore(maxEntries, clock);
    }
}
