package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheNode.done;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A master of a new cluster, which is to die, and the replica that will take its place, seen from beside the cache. */
final class DoomedMaster implements AutoCloseable {
    private static final int MASTERS = 3;
    private static final long FENCES_MILLIS = 5;
    private static final long LONGEST_WAIT_MILLIS = 100;
    /** A value of {@link VersionTraffic} at the end of an entry: behind the nonces, and its schema. */
    private static final Pattern VERSION = Pattern.compile("\\x001([0-9]+)$");

    private final RedisClient client = RedisClient.create();
    private final ScheduledExecutorService fences = Executors.newSingleThreadScheduledExecutor();
    private final TestRedisCluster cluster;
    private final int number;
    private final RedisCommands<String, String> master;
    private final RedisAsyncCommands<String, String> replica;
    private volatile long replicatedUntil = System.nanoTime();

    DoomedMaster(TestRedisCluster cluster, int number) {
        this.cluster = cluster;
        this.number = number;
        client.setOptions(ClientOptions.builder().autoReconnect(false).build());
        StringCodec bytes = new StringCodec(StandardCharsets.ISO_8859_1);
        master = client.connect(bytes, cluster.uris().get(number)).sync();
        replica = client.connect(bytes, cluster.uris().get(number + MASTERS)).async();
        done(replica.readOnly());
    }

    /** From here on it is known what the replica has: the stream to it has one order, so what it has confirmed ends it. */
    @SuppressWarnings("FutureReturnValueIgnored") // What fails does so when the master is dead.
    void watchReplication(String key) {
        fences.scheduleWithFixedDelay(() -> fence(key), 0, FENCES_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void fence(String key) {
        long now = System.nanoTime();
        try {
            master.set("fence{" + CacheNode.name(key) + "}", "");
            if (master.waitForReplication(1, LONGEST_WAIT_MILLIS) > 0) {
                replicatedUntil = now;
            }
        } catch (RedisException e) {
            fences.shutdown();
        }
    }

    /** Each write that was acknowledged before this moment, as {@link System#nanoTime()} tells it, is with the replica. */
    long replicatedUntil() {
        return replicatedUntil;
    }

    /** The replica keeps what it has, and gets nothing more. */
    void cutOffReplica() {
        done(replica.configSet("masterauth", "wrong"));
        done(replica.clientKill(KillArgs.Builder.typeMaster()));
        awaitCutOff();
    }

    /** What the master had sent has arrived by then. */
    private void awaitCutOff() {
        await().pollInterval(Duration.ofMillis(1))
                .until(() -> done(replica.info("replication")).contains("master_link_status:down"));
    }

    /** Gives what its successor will begin with: of which versions there are values. */
    Map<String, Long> kill(String namespace, List<String> keys) {
        cluster.kill(number);
        awaitCutOff();
        return await().ignoreExceptions()
                .pollInterval(Duration.ofMillis(5))
                .until(() -> versions(namespace, keys), all -> true);
    }

    /** All are asked for at once: soon the replica is a master. */
    private Map<String, Long> versions(String namespace, List<String> keys) {
        Map<String, RedisFuture<String>> entries = new HashMap<>();
        keys.forEach(key -> entries.put(key, replica.get(namespace + ":v:{" + CacheNode.name(key) + "}")));
        Map<String, Long> versions = new HashMap<>();
        entries.forEach((key, entry) -> {
            Matcher version = VERSION.matcher(String.valueOf(done(entry)));
            if (version.find()) {
                versions.put(key, Long.valueOf(version.group(1)));
            }
        });
        return versions;
    }

    @Override
    public void close() {
        fences.shutdownNow();
        client.shutdown();
    }
}
