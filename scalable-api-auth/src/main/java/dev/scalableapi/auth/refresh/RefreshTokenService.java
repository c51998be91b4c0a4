package dev.scalableapi.auth.refresh;

import dev.scalableapi.auth.audit.AuthEvent;
import dev.scalableapi.auth.audit.AuthEventListener;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Issues refresh tokens and exchanges them, each for its one successor (RFC 9700 section 4.14.2). Thread-safe; has no state
 * of its own and no clock: processes with the same store and keys are one service, and a restart of one changes nothing.
 *
 * <p><b>Reuse.</b> All tokens that come of one login are a family. Who presents a token that has been exchanged is either a
 * client whose answer got lost, or that asks twice at one time, or a thief, or the victim of one. Within the grace, and
 * while the successor has not been used, it gets that very successor once more, however often it asks; nothing is written.
 * Later the whole family is revoked, the listener is told once, and the user has to log in. So a client must keep a
 * successor before it uses it, and may repeat a request that failed, at once.
 *
 * <p><b>What is secret.</b> A token ends in a tag by a server key, so what we did not make reaches no store. The store
 * holds hashes alone: a successor is computed from its predecessor by a server key, not kept. So the keys are as secret as
 * the tokens: who has a key and one old token has its successors.
 *
 * <p><b>Failure.</b> A store that fails makes the stage fail, with its exception: that says nothing about the token, which
 * the client may present again. An alarm is told at most once; if the store's answer is lost after it has revoked a family,
 * it is not told at all, but the family stays revoked.
 *
 * <p><b>Clients.</b> A token that is bound to an application comes back with its grant: compare
 * {@link RefreshGrant#clientId()} with the one that presents it, and end the family if they differ.
 */
public final class RefreshTokenService {
    private final SecureRandom random = new SecureRandom();
    private final RefreshTokenStore store;
    private final RefreshTokenKeys keys;
    private final Duration grace;
    private final Duration idleLifetime;
    private final Duration familyLifetime;
    private final AuthEventListener listener;

    private RefreshTokenService(Builder builder) {
        store = builder.store;
        keys = builder.keys;
        grace = builder.grace;
        idleLifetime = builder.idleLifetime;
        familyLifetime = builder.familyLifetime;
        listener = builder.listener;
    }

    /**
     * {@return a builder of services}
     *
     * @param store remembers the families
     * @param keys make the tokens
     */
    public static Builder builder(RefreshTokenStore store, RefreshTokenKeys keys) {
        return new Builder(store, keys);
    }

    /**
     * Begins a family, after a login.
     *
     * @param grant what the login has granted
     * @return completes with its first token
     */
    public CompletionStage<IssuedRefreshToken> issue(RefreshGrant grant) {
        RefreshToken first = RefreshToken.first(random);
        return store.create(new RefreshTokenStore.NewFamily(
                        first.family(), first.hash(), GrantText.write(grant), idleLifetime, familyLifetime))
                .thenApply(expiresAt -> new IssuedRefreshToken(keys.write(first), first.family(), expiresAt));
    }

    /**
     * Exchanges a token for its successor.
     *
     * @param token as the client sent it: any text
     * @return completes with the successor or a refusal
     */
    public CompletionStage<RefreshResult> refresh(String token) {
        RefreshToken.Presented presented = RefreshToken.parse(token);
        if (presented == null) {
            return CompletableFuture.completedFuture(new RefreshResult.Refused(RefreshResult.Reason.MALFORMED));
        }
        if (!keys.haveMade(presented)) {
            return CompletableFuture.completedFuture(new RefreshResult.Refused(RefreshResult.Reason.FOREIGN));
        }
        return exchange(presented.token());
    }

    private CompletionStage<RefreshResult> exchange(RefreshToken token) {
        List<RefreshToken> successors = keys.successorsOf(token);
        List<String> hashes = successors.stream().map(RefreshToken::hash).toList();
        return store.rotate(new RefreshTokenStore.TokenUse(
                        token.family(), token.generation(), token.hash(), hashes, grace, idleLifetime))
                .thenApply(rotation -> result(token, successors, rotation));
    }

    private RefreshResult result(RefreshToken token, List<RefreshToken> successors, Rotation rotation) {
        if (rotation instanceof Rotation.Rotated rotated) {
            String value = keys.writeSuccessor(rotated.successor(), successors.get(rotated.successor()));
            return new RefreshResult.Refreshed(
                    GrantText.read(rotated.grant()),
                    new IssuedRefreshToken(value, token.family(), rotated.expiresAt()));
        }
        if (rotation instanceof Rotation.Reused reused) {
            String subject = GrantText.read(reused.grant()).subject();
            listener.onEvent(new AuthEvent.RefreshTokenReused(token.family(), subject));
            return new RefreshResult.Refused(RefreshResult.Reason.REUSED);
        }
        return new RefreshResult.Refused(reason(((Rotation.Refused) rotation).cause()));
    }

    private static RefreshResult.Reason reason(Rotation.Cause cause) {
        return switch (cause) {
            case UNKNOWN -> RefreshResult.Reason.UNKNOWN;
            case LOST -> RefreshResult.Reason.LOST;
            case REUSED -> RefreshResult.Reason.REUSED;
            case REVOKED -> RefreshResult.Reason.REVOKED;
        };
    }

    /**
     * Ends the family of a token, as a logout does: no token of it is accepted any more. Any genuine token of the family
     * will do, an old one too; a text that is none has no effect (RFC 7009 section 2.2).
     *
     * @param token as the client sent it: any text
     * @return completes when the family has ended
     */
    public CompletionStage<Void> revoke(String token) {
        RefreshToken.Presented presented = RefreshToken.parse(token);
        return presented != null && keys.haveMade(presented)
                ? revokeFamily(presented.token().family())
                : CompletableFuture.completedFuture(null);
    }

    /**
     * Ends a family, as a logout does. Take the id from where a client can't choose it, such as the claim {@code sid} of a
     * verified access token.
     *
     * @param family its id; one that there is not, and a text that can't be one, have no effect
     * @return completes when the family has ended
     */
    public CompletionStage<Void> revokeFamily(String family) {
        if (!RefreshToken.isFamily(family)) {
            return CompletableFuture.completedFuture(null);
        }
        return store.revoke(family).thenAccept(revoked -> {
            if (revoked) {
                listener.onEvent(new AuthEvent.FamilyRevoked(family));
            }
        });
    }

    /** Collects a service's settings. Not thread-safe. */
    public static final class Builder {
        private static final Duration MAX_GRACE = Duration.ofMinutes(1);
        private static final Duration MAX_LIFETIME = Duration.ofDays(3_650);

        private final RefreshTokenStore store;
        private final RefreshTokenKeys keys;
        private Duration grace = Duration.ofSeconds(10);
        private Duration idleLifetime = Duration.ofDays(14);
        private Duration familyLifetime = Duration.ofDays(90);
        private AuthEventListener listener = AuthEventListener.noop();

        private Builder(RefreshTokenStore store, RefreshTokenKeys keys) {
            this.store = store;
            this.keys = keys;
        }

        /**
         * Sets how long a token that has been exchanged gets its successor once more; ten seconds unless set. With zero, a
         * client whose answer got lost looks like a thief.
         *
         * @param grace from zero to one minute, in whole milliseconds
         * @return this
         * @throws IllegalArgumentException if it is outside
         */
        public Builder grace(Duration grace) {
            if (grace.isNegative() || grace.compareTo(MAX_GRACE) > 0) {
                throw new IllegalArgumentException("grace must be from zero to " + MAX_GRACE);
            }
            this.grace = grace;
            return this;
        }

        /**
         * Sets how long a token may stay unused; 14 days unless set.
         *
         * @param idleLifetime from a millisecond to ten years
         * @return this
         * @throws IllegalArgumentException if it is outside
         */
        public Builder idleLifetime(Duration idleLifetime) {
            this.idleLifetime = checked("idleLifetime", idleLifetime);
            return this;
        }

        /**
         * Sets after how long a family ends, however much it is used; 90 days unless set. Holds for the families that
         * begin from then on.
         *
         * @param familyLifetime from a millisecond to ten years
         * @return this
         * @throws IllegalArgumentException if it is outside
         */
        public Builder familyLifetime(Duration familyLifetime) {
            this.familyLifetime = checked("familyLifetime", familyLifetime);
            return this;
        }

        private static Duration checked(String name, Duration lifetime) {
            if (lifetime.compareTo(Duration.ofMillis(1)) < 0 || lifetime.compareTo(MAX_LIFETIME) > 0) {
                throw new IllegalArgumentException(name + " must be from 1 ms to 10 years");
            }
            return lifetime;
        }

        /**
         * Sets who is told of reuse and of families that were revoked; nobody unless set.
         *
         * @param listener for the audit trail; what it throws is logged and changes no result
         * @return this
         */
        public Builder listener(AuthEventListener listener) {
            this.listener = listener.guarded();
            return this;
        }

        /** {@return the service} */
        public RefreshTokenService build() {
            return new RefreshTokenService(this);
        }
    }
}
