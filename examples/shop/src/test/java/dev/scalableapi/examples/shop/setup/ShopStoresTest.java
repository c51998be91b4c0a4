package dev.scalableapi.examples.shop.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.auth.revocation.Revocation;
import dev.scalableapi.auth.revocation.RevocationDelta;
import dev.scalableapi.auth.revocation.RevocationStore;
import dev.scalableapi.testkit.Ports;
import dev.scalableapi.testkit.RedisServer;
import dev.scalableapi.testkit.ServerProcess;
import io.opentelemetry.api.OpenTelemetry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShopStoresTest {
    @Test
    void storesWorkOnARedisClusterThatTheSettingsName(@TempDir Path folder) throws Exception {
        ServerProcess.Listening node = RedisServer.start(List.of(
                "--dir",
                folder.toString(),
                "--cluster-enabled",
                "yes",
                "--cluster-port",
                Integer.toString(Ports.free()),
                "--cluster-announce-ip",
                Ports.LOOPBACK));
        try (ServerProcess process = node.process();
                ShutdownSequence shutdown = ShutdownSequence.create()) {
            assertThat(process.isAlive()).isTrue();
            assertThat(reply(node.port(), "CLUSTER ADDSLOTSRANGE 0 16383")).isEqualTo("+OK");
            ShopSettings settings =
                    ShopSettings.from(Map.of("REDIS_URL", "redis-cluster://" + Ports.LOOPBACK + ":" + node.port()));
            Revocation revocation = new Revocation.OfToken(
                    "token", Instant.now().plusSeconds(60).truncatedTo(ChronoUnit.SECONDS));
            ShopStores stores = ShopStores.open(settings.redisUrl(), OpenTelemetry.noop(), shutdown);

            await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> {
                done(stores.revocations().add(revocation));
                assertThat(done(stores.revocations().since(RevocationStore.START, 10)))
                        .isInstanceOfSatisfying(
                                RevocationDelta.Page.class,
                                page -> assertThat(page.revocations()).contains(revocation));
            });
        }
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static String reply(int port, String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }
}
