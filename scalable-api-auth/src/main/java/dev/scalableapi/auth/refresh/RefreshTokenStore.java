package dev.scalableapi.auth.refresh;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Remembers of each family of refresh tokens, which is one login, the generation of the token that is good now, the hashes
 * of that token and of the one before, and what was granted. It never sees a token. Its own clock decides what is over.
 *
 * <p>Each operation is atomic: of two at one time on one family, one takes effect after the other. Nothing is null.
 * Implementations are thread-safe and never block the caller; a store that cannot answer fails the stage within a bounded
 * time, and it is then unknown whether the operation took effect. Only a wrong argument is thrown.
 */
public interface RefreshTokenStore {
    /**
     * Begins a family, with generation 0.
     *
     * @param family which one, and what is known of it
     * @return completes with the time from which on its first token is not accepted
     */
    CompletionStage<Instant> create(NewFamily family);

    /**
     * Uses a token of a family, under these rules, of which the first that fits counts:
     *
     * <ol>
     *   <li>The family is not there or its time is over: {@link Rotation.Cause#UNKNOWN}.
     *   <li>It is revoked: {@link Rotation.Cause#REUSED} or {@link Rotation.Cause#REVOKED}, as it was.
     *   <li>The generation is above the current one, or it is the current one or the one before and the hash differs: the
     *       store has lost a write. The family is removed: {@link Rotation.Cause#LOST}.
     *   <li>It is the current generation: the first of the successors becomes the current one, and lives for the idle
     *       lifetime, but not beyond the family's end: {@link Rotation.Rotated}.
     *   <li>It is the one before, and less than the grace has passed since the rotation: {@link Rotation.Rotated} again
     *       with the successor that is current, and nothing changes; {@link Rotation.Cause#LOST}, and nothing changes, if
     *       none of the successors is.
     *   <li>Else the family is revoked, and its tombstone kept until its time is over: {@link Rotation.Reused}.
     * </ol>
     *
     * @param use of which token, and what is to follow
     * @return completes with what became of it
     */
    CompletionStage<Rotation> rotate(TokenUse use);

    /**
     * Revokes a family; its tombstone is kept until its time is over.
     *
     * @param family its id; there may be no such family
     * @return completes with whether this call has revoked it: false if it was revoked or is not there
     */
    CompletionStage<Boolean> revoke(String family);

    /**
     * {@return a store in this process's memory, whose operations complete at once} It ends with the process, and with it
     * all families: their users log in again. When it is full, the family whose time is over soonest makes room, which is
     * the one that was unused longest if all have the same idle lifetime; its user logs in again. A login is not refused
     * for that, because whoever can log in could fill the store, and lock all others out.
     *
     * @param maxFamilies how many families it holds at the most, tombstones included; one takes about half a kilobyte,
     *     and what its grant takes
     * @param clock tells when a grace or a lifetime is over
     * @throws IllegalArgumentException if {@code maxFamilies} is below 1
     */
    static RefreshTokenStore inMemory(int maxFamilies, Clock clock) {
        return new InMemoryRefreshTokenStore(maxFamilies, clock);
    }

    /**
     * A family that begins. Immutable.
     *
     * @param id random, never used before; 22 characters of the URL-safe base64 alphabet
     * @param hash of its first token; ASCII
     * @param grant what {@link Rotation.Rotated#grant()} is to give back, character by character
     * @param idleLifetime how long the first token lives; at least a millisecond, counted in those
     * @param familyLifetime how long the family lives at the most; at least a millisecond, counted in those
     */
    record NewFamily(String id, String hash, String grant, Duration idleLifetime, Duration familyLifetime) {}

    /**
     * The use of a token that the server has made. Immutable.
     *
     * @param family the token's family
     * @param generation the token's number, from 0, below 10 to the power of 15
     * @param hash the token's hash
     * @param successors the hashes of the tokens that may follow, each by another server key; the first is taken where
     *     there is a choice
     * @param grace how long after a rotation the same use gets the same answer; zero for never; counted in milliseconds
     * @param idleLifetime how long a successor lives; at least a millisecond, counted in those
     */
    record TokenUse(
            String family,
            long generation,
            String hash,
            List<String> successors,
            Duration grace,
            Duration idleLifetime) {
        /**
         * Copies the successors.
         *
         * @param family the token's family
         * @param generation the token's number
         * @param hash the token's hash
         * @param successors one to four hashes
         * @param grace zero or more
         * @param idleLifetime positive
         * @throws IllegalArgumentException if there is no successor, or there are more than four
         */
        public TokenUse {
            successors = List.copyOf(successors);
            if (successors.isEmpty() || successors.size() > 4) {
                throw new IllegalArgumentException("There must be one to four successors");
            }
        }
    }
}
