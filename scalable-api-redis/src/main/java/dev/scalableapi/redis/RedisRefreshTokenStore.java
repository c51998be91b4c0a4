package dev.scalableapi.redis;

import dev.scalableapi.auth.refresh.RefreshTokenStore;
import dev.scalableapi.auth.refresh.Rotation;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A {@link RefreshTokenStore} in a Redis that several processes share: one hash a family, under the key
 * {@code namespace:refresh:family}, which ends by itself. Each operation is one script on that key, and the Redis's own
 * clock decides. Thread-safe. Needs the module {@code scalable-api-auth}.
 *
 * <p>What happens while Redis is away is told at {@link RedisConnection}.
 *
 * <p><b>What can get lost.</b> A Redis that crashes loses what it has not written: with {@code appendonly yes} and
 * {@code appendfsync everysec} the last second or two, without a file everything. A failover loses what had not reached
 * the replica; {@code min-replicas-to-write 1} bounds that. A login that got lost is unknown; a rotation that got lost
 * makes its successor one that the store has not heard of; both mean that this user logs in again, and no alarm is told. A
 * revocation that got lost leaves the family alive, so give access tokens a short life and let the failure of a logout
 * show. Set {@code maxmemory-policy noeviction}: any other logs users out when the memory is full.
 */
public final class RedisRefreshTokenStore implements RefreshTokenStore {
    private final RedisScript create = RedisScript.of(RefreshTokenScripts.CREATE);
    private final RedisScript rotate = RedisScript.of(RefreshTokenScripts.ROTATE);
    private final RedisScript revoke = RedisScript.of(RefreshTokenScripts.REVOKE);
    private final RedisConnection redis;
    private final String namespace;

    private RedisRefreshTokenStore(RedisConnection redis, String namespace) {
        this.redis = redis;
        this.namespace = namespace;
    }

    /**
     * {@return a store}
     *
     * @param redis to close after the store's last use
     * @param namespace begins all keys: letters, digits, dots, dashes and underscores, 1 to 64 of them
     * @throws IllegalArgumentException if the namespace is not of this form
     */
    public static RedisRefreshTokenStore create(RedisConnection redis, String namespace) {
        return new RedisRefreshTokenStore(redis, RedisNames.requireNamespace(namespace));
    }

    @Override
    public CompletionStage<Instant> create(NewFamily family) {
        return create.run(
                        redis,
                        key(family.id()),
                        RedisScript.arguments(
                                family.hash(),
                                family.grant(),
                                family.idleLifetime().toMillis(),
                                family.familyLifetime().toMillis()))
                .thenApply(reply -> instant(reply.get(1)));
    }

    @Override
    public CompletionStage<Rotation> rotate(TokenUse use) {
        List<String> arguments = new ArrayList<>(RedisScript.arguments(
                use.generation(),
                use.hash(),
                use.grace().toMillis(),
                use.idleLifetime().toMillis()));
        arguments.addAll(use.successors());
        return rotate.run(redis, key(use.family()), arguments).thenApply(RedisRefreshTokenStore::rotation);
    }

    private static Rotation rotation(List<Object> reply) {
        return switch (text(reply.get(0))) {
            case "rotated" ->
                new Rotation.Rotated(Integer.parseInt(text(reply.get(1))), text(reply.get(2)), instant(reply.get(3)));
            case "revoked now" -> new Rotation.Reused(text(reply.get(1)));
            case "unknown" -> new Rotation.Refused(Rotation.Cause.UNKNOWN);
            case "lost" -> new Rotation.Refused(Rotation.Cause.LOST);
            case "reused" -> new Rotation.Refused(Rotation.Cause.REUSED);
            case "revoked" -> new Rotation.Refused(Rotation.Cause.REVOKED);
            default -> throw new IllegalStateException("A family of refresh tokens is in a state that is not ours");
        };
    }

    @Override
    public CompletionStage<Boolean> revoke(String family) {
        return revoke.run(redis, key(family), List.of())
                .thenApply(reply -> text(reply.get(0)).equals("yes"));
    }

    private String key(String family) {
        return namespace + ":refresh:" + family;
    }

    private static Instant instant(Object millis) {
        return Instant.ofEpochMilli(Long.parseLong(text(millis)));
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "RedisRefreshTokenStore[namespace=" + namespace + "]";
    }
}
