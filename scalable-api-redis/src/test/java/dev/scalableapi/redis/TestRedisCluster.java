package dev.scalableapi.redis;

import static org.awaitility.Awaitility.await;

import dev.scalableapi.testkit.Ports;
import dev.scalableapi.testkit.RedisServer;
import dev.scalableapi.testkit.ServerProcess;
import io.lettuce.core.MigrateArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.models.partitions.ClusterPartitionParser;
import io.lettuce.core.cluster.models.partitions.Partitions;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A real Redis Cluster for tests: three masters, each with a replica that takes its place within some seconds, or without.
 * Nodes have the numbers 0 to 5, of which the first three begin as masters.
 */
final class TestRedisCluster implements AutoCloseable {
    private static final int MASTERS = 3;
    private static final int SLOTS = SlotHash.SLOT_COUNT;
    private final Path directory = temporary();
    private final RedisClient client = RedisClient.create();
    private final List<Node> nodes;

    private record Node(int port, int bus, ServerProcess process) {
        RedisURI uri() {
            return RedisURI.create("redis://:" + TestRedis.PASSWORD + "@127.0.0.1:" + port);
        }
    }

    private TestRedisCluster(int size) {
        nodes = IntStream.range(0, size).mapToObj(this::node).toList();
    }

    static TestRedisCluster started() {
        return formed(2 * MASTERS);
    }

    /** Is there sooner than one with replicas. */
    static TestRedisCluster startedWithoutReplicas() {
        return formed(MASTERS);
    }

    private static TestRedisCluster formed(int size) {
        TestRedisCluster cluster = new TestRedisCluster(size);
        cluster.form();
        return cluster;
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("redis-cluster");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Node node(int number) {
        AtomicInteger bus = new AtomicInteger();
        ServerProcess.Listening listening = ServerProcess.startOnFreePort(
                port -> RedisServer.command(port, arguments(number, bus)), RedisServer::isReady);
        return new Node(listening.port(), bus.get(), listening.process());
    }

    /** The arguments of a node. Each attempt to start it has another port for the bus. */
    private List<String> arguments(int number, AtomicInteger bus) {
        bus.set(Ports.free());
        return List.of(
                "--cluster-port",
                Integer.toString(bus.get()),
                "--dir",
                directory.toString(),
                "--cluster-enabled",
                "yes",
                "--cluster-config-file",
                "nodes-" + number + ".conf",
                "--cluster-node-timeout",
                "1500",
                "--cluster-replica-validity-factor",
                "0",
                "--repl-diskless-sync-delay",
                "0",
                "--requirepass",
                TestRedis.PASSWORD,
                "--masterauth",
                TestRedis.PASSWORD);
    }

    private void form() {
        for (int i = 0; i < nodes.size(); i++) {
            int epoch = i + 1;
            at(i, redis -> redis.clusterSetConfigEpoch(epoch));
            meet(i);
        }
        for (int i = 0; i < MASTERS; i++) {
            int first = i * SLOTS / MASTERS;
            int end = (i + 1) * SLOTS / MASTERS;
            at(i, redis -> redis.clusterAddSlots(IntStream.range(first, end).toArray()));
        }
        awaitAll(redis -> partitions(redis).size() == nodes.size());
        for (int i = MASTERS; i < nodes.size(); i++) {
            String master = at(i - MASTERS, RedisCommands::clusterMyId);
            at(i, redis -> redis.clusterReplicate(master));
        }
        awaitReady();
    }

    private void meet(int number) {
        Node first = nodes.get(0);
        CommandArgs<String, String> arguments = new CommandArgs<>(StringCodec.UTF8)
                .add("MEET")
                .add("127.0.0.1")
                .add(first.port)
                .add(first.bus);
        if (number > 0) {
            at(number, redis -> redis.dispatch(CommandType.CLUSTER, new StatusOutput<>(StringCodec.UTF8), arguments));
        }
    }

    /** Waits until all nodes know that all nodes are there, and the replicas are up to date. */
    void awaitReady() {
        awaitAll(redis -> redis.clusterInfo().contains("cluster_state:ok")
                && partitions(redis).stream()
                                .filter(node -> node.getSlaveOf() != null)
                                .count()
                        == nodes.size() - MASTERS
                && !redis.info("replication").contains("master_link_status:down"));
    }

    /** Waits until the replicas have what the masters were sent before; all nodes must be alive. */
    void awaitReplicas() {
        awaitAll(redis -> {
            String role = redis.info("replication");
            return role.contains("role:slave")
                    || offset(role, "master_repl_offset:").equals(offset(role, ",offset="));
        });
    }

    private static String offset(String info, String name) {
        int begin = info.indexOf(name) + name.length();
        return info.substring(begin, info.indexOf(name.startsWith(",") ? "," : "\r", begin));
    }

    private void awaitAll(Function<RedisCommands<String, String>, Boolean> condition) {
        for (int i = 0; i < nodes.size(); i++) {
            int number = i;
            await().pollInterval(Duration.ofMillis(50)).ignoreExceptions().until(() -> at(number, condition));
        }
    }

    private <T> T at(int number, Function<RedisCommands<String, String>, T> command) {
        try (var connection = client.connect(nodes.get(number).uri())) {
            return command.apply(connection.sync());
        }
    }

    private static Partitions partitions(RedisCommands<String, String> redis) {
        return ClusterPartitionParser.parse(redis.clusterNodes());
    }

    /** The number of the node that is now the master of a key; all nodes must be alive. */
    int masterOf(String key) {
        int slot = SlotHash.getSlot(key.getBytes(StandardCharsets.UTF_8));
        int port =
                at(0, redis -> partitions(redis).getMasterBySlot(slot).getUri().getPort());
        return IntStream.range(0, nodes.size())
                .filter(number -> nodes.get(number).port == port)
                .findFirst()
                .orElseThrow();
    }

    /** Moves the slot of a key to another master, with something else before, after each step of five, which it counts. */
    void moveSlot(String key, IntConsumer between) {
        int slot = SlotHash.getSlot(key.getBytes(StandardCharsets.UTF_8));
        int from = masterOf(key);
        int to = (from + 1) % MASTERS;
        String source = at(from, RedisCommands::clusterMyId);
        String target = at(to, RedisCommands::clusterMyId);
        between.accept(0);
        at(to, redis -> redis.clusterSetSlotImporting(slot, source));
        between.accept(1);
        at(from, redis -> redis.clusterSetSlotMigrating(slot, target));
        between.accept(2);
        at(from, redis -> migrate(redis, slot, nodes.get(to).port));
        between.accept(3);
        at(to, redis -> redis.clusterSetSlotNode(slot, target));
        between.accept(4);
        for (int number = 0; number < MASTERS; number++) {
            at(number, redis -> redis.clusterSetSlotNode(slot, target));
        }
        between.accept(5);
    }

    private static String migrate(RedisCommands<String, String> redis, int slot, int port) {
        MigrateArgs<String> arguments = MigrateArgs.Builder.<String>keys(redis.clusterGetKeysInSlot(slot, 1_000))
                .auth(TestRedis.PASSWORD);
        return redis.migrate("127.0.0.1", port, 0, 5_000, arguments);
    }

    /** Without a word to anybody; it does not come back. */
    void kill(int number) {
        nodes.get(number).process.kill();
    }

    /** From here on it keeps its connections, and answers nobody. */
    void pause(int number) {
        nodes.get(number).process.pause();
    }

    void resume(int number) {
        nodes.get(number).process.resume();
    }

    List<RedisURI> uris() {
        return nodes.stream().map(Node::uri).toList();
    }

    String url() {
        return nodes.stream()
                .map(node -> "127.0.0.1:" + node.port)
                .collect(Collectors.joining(",", "redis-cluster://:" + TestRedis.PASSWORD + "@", ""));
    }

    RedisConnection connect() {
        return RedisConnection.open(url());
    }

    @Override
    public void close() {
        client.shutdown();
        nodes.forEach(node -> node.process.kill());
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
