package dev.scalableapi.examples.shop.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.examples.shop.Shop;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shop as its users run it: a process of its own, asked with curl, beside the Redis of the system. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ShopSystemTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String PASSWORD = "system test password";

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();
    private int port;
    private Process redis;

    @BeforeEach
    void start() throws IOException {
        int redisPort = freePort();
        port = freePort();
        redis = start(new ProcessBuilder(
                "redis-server", "--port", Integer.toString(redisPort), "--bind", "127.0.0.1", "--save", ""));
        ProcessBuilder shop = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Shop.class.getName());
        shop.environment().put("SHOP_PORT", Integer.toString(port));
        shop.environment().put("SHOP_DATA", folder.resolve("data").toString());
        shop.environment().put("SHOP_PRODUCTS", "200");
        shop.environment().put("SHOP_DEMO_PASSWORD", PASSWORD);
        shop.environment().put("REDIS_URL", "redis://127.0.0.1:" + redisPort);
        start(shop);
        await().atMost(PATIENCE).until(() -> curl("/health/ready").startsWith("200"));
    }

    @AfterEach
    void stop() throws Exception {
        signal("CONT");
        for (Process process : started) {
            process.destroy();
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void readsGoOnWhileRedisIsFrozen() throws Exception {
        String token = token();
        assertThat(curl("/products/1", "-H", token)).startsWith("200").contains("fwd=miss");

        signal("STOP");

        assertThat(curl("/products/2", "-H", token, "--max-time", "20")).startsWith("200");
        assertThat(curl("/products/1", "-H", token, "--max-time", "20")).startsWith("200");
        assertThat(curl("/health/ready")).startsWith("200");
    }

    @Test
    void everyReadCallOfTheContractAnswers() throws Exception {
        String token = token();

        assertThat(curl("/profile", "-H", token)).startsWith("200").contains("\"username\":\"alice\"");
        assertThat(curl("/products?page=2&limit=3&fields=id,name,price(amount)", "-H", token))
                .startsWith("200")
                .contains("\"currentPage\":2");
        assertThat(curl("/categories", "-H", token)).startsWith("200").contains("max-age=60");
        assertThat(curl("/users", "-H", token)).startsWith("403");
        assertThat(curl("/products/1")).startsWith("401");
        assertThat(curl("/metrics")).startsWith("200").contains("http_server_request_duration_seconds");
    }

    /** A revocation that is not read is not waited for; a login that can't be kept is refused. */
    @Test
    void tokensAreCheckedWithoutRedisAndLoginsAreRefused() throws Exception {
        String token = token();
        redis.destroy();
        redis.waitFor();

        assertThat(curl("/profile", "-H", token)).startsWith("200");
        assertThat(curl("/logout", "-X", "POST", "-H", token)).startsWith("503");
        assertThat(curl("/profile", "-H", token)).startsWith("200");
        assertThat(login()).startsWith("503").contains("Retry-After");
        await().atMost(PATIENCE)
                .until(() -> curl("/metrics").matches("(?s).*scalableapi_auth_revocations_stale\\S* 1.*"));
    }

    private String token() throws Exception {
        Matcher token = Pattern.compile("\"accessToken\":\"([^\"]+)\"").matcher(login());
        assertThat(token.find()).isTrue();
        return "Authorization: Bearer " + token.group(1);
    }

    private String login() throws Exception {
        return curl(
                "/login",
                "-H",
                "Content-Type: application/json",
                "-d",
                "{\"username\":\"alice\",\"password\":\"" + PASSWORD + "\"}");
    }

    /** The status, then the head, then the body. */
    private String curl(String target, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("curl", "-sgi", "-w", "%{stderr}%{http_code}", "http://127.0.0.1:" + port + target));
        command.addAll(List.of(options));
        Process curl = new ProcessBuilder(command).start();
        String answer = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String status = new String(curl.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        curl.waitFor();
        return status + "\n" + answer;
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(redis.pid()))
                .start()
                .waitFor();
    }

    private Process start(ProcessBuilder command) throws IOException {
        Path log = Files.createTempFile(folder, "process", ".log");
        Process process =
                command.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        started.add(0, process);
        return process;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
