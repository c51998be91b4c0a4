package dev.scalableapi.redis;

import dev.scalableapi.auth.refresh.RefreshTokenStore;
import dev.scalableapi.auth.refresh.Rotation;
import io.lettuce.core.RedisURI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A {@link RefreshTokenStore} in a Redis that several processes share: one hash a family, under the key
 * {@code namespace:refresh:family}, which ends by itself. Each operation is one script on that key, and the Redis's own
 * clock decides. Thread-safe. Needs the module {@code scalable-api-auth}.
 *
 * <p>It opens one connection, in the background: a Redis that is down, at the start or later, makes operations fail at
 * once until it is there. A Redis that does not answer makes them fail after the timeout with a
 * {@link io.lettuce.core.RedisException}; so do more than 10,000 operations under way. None is sent twice, for it may have
 * taken effect. Stages complete on threads of the store, in the OpenTelemetry context and MDC of the operation's caller.
 *
 * <p><b>What can get lost.</b> A Redis that crashes loses what it has not written: with {@code appendonly yes} and
 * {@code appendfsync everysec} the last second or two, without a file everything. A failover loses what had not reached
 * the replica; {@code min-replicas-to-write 1} bounds that. A login that got lost is unknown; a rotation that got lost
 * makes its successor one that the store has not heard of; both mean that this user logs in again, and no alarm is told. A
 * revocation that got lost leaves the family alive, so give access tokens a short life and let the failure of a logout
 * show. Set {@code maxmemory-policy noeviction}: any other logs users out when the memory is full.
 */
public final class RedisRefreshTokenStore implements RefreshTokenStore, AutoCloseable {
    private final RedisScript create = RedisScript.of(RefreshTokenScripts.CREATE);
    private final RedisScript rotate = RedisScript.of(RefreshTokenScripts.ROTATE);
    private final RedisScript revoke = RedisScript.of(RefreshTokenScripts.REVOKE);
    private final RedisLink link;
    private final String namespace;

    private RedisRefreshTokenStore(RedisLink link, String namespace) {
        this.link = link;
        this.namespace = namespace;
    }

    /**
     * {@return a store whose operations wait for half a second at the most}
     *
     * @param uri where the Redis is: single, or with a Sentinel
     * @param namespace begins all keys: letters, digits, dots, dashes and underscores, 1 to 64 of them
     * @throws IllegalArgumentException if the namespace is not of this form
     */
    public static RedisRefreshTokenStore create(RedisURI uri, String namespace) {
        return create(uri, namespace, RedisNames.TIMEOUT);
    }

    /**
     * {@return a store}
     *
     * @param uri where the Redis is: single, or with a Sentinel
     * @param namespace begins all keys: letters, digits, dots, dashes and underscores, 1 to 64 of them
     * @param timeout how long a command waits at the most; at least a millisecond. An operation is one command, or two
     *     where the Redis does not know the script yet
     * @throws IllegalArgumentException if the namespace is not of this form or the timeout too short
     */
    public static RedisRefreshTokenStore create(RedisURI uri, String namespace, Duration timeout) {
        RedisNames.requireNamespace(namespace);
        RedisNames.requireTimeout(timeout);
        return new RedisRefreshTokenStore(RedisLink.open(uri, timeout), namespace);
    }

    /**
     * {@return a store whose operations wait for half a second at the most}
     *
     * @param uri such as {@code redis://localhost:6379/0}; {@code rediss} and {@code redis-sentinel} work too
     * @param namespace begins all keys: letters, digits, dots, dashes and underscores, 1 to 64 of them
     * @throws IllegalArgumentException if either is malformed; the message does not repeat the URI, which may hold a
     *     password
     */
    public static RedisRefreshTokenStore create(String uri, String namespace) {
        return create(RedisNames.parse(uri), namespace);
    }

    @Override
    public CompletionStage<Instant> create(NewFamily family) {
        return create.run(
                        link,
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
        return rotate.run(link, key(use.family()), arguments).thenApply(RedisRefreshTokenStore::rotation);
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
        return revoke.run(link, key(family), List.of())
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

    /** Closes the connection and ends the store's threads; what is under way fails. May block for some seconds. */
    @Override
    public void close() {
        link.close();
    }

    @Override
    public String toString() {
        return "RedisRefreshTokenStore[namespace=" + namespace + "]";
    }
}
