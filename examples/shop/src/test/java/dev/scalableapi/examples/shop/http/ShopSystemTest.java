package dev.scalableapi.examples.shop.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.examples.shop.Shop;
import dev.scalableapi.testkit.RedisServer;
import dev.scalableapi.testkit.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shop as its users run it: a process of its own, asked with curl, beside the Redis of the system. */
class ShopSystemTest {
    private static final Pattern ADDRESS = Pattern.compile("The shop is open at (http://\\S+)");
    private static final String PASSWORD = "system test password";

    @TempDir
    private Path folder;

    private ServerProcess redis;
    private ServerProcess shop;
    private URI address;

    @BeforeEach
    void start() {
        ServerProcess.Listening listening = ServerProcess.startOnFreePort(
                port -> List.of("redis-server", "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", ""),
                RedisServer::isReady);
        redis = listening.process();
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Shop.class.getName());
        builder.environment().put("SHOP_PORT", "0");
        builder.environment().put("SHOP_DATA", folder.resolve("data").toString());
        builder.environment().put("SHOP_PRODUCTS", "200");
        builder.environment().put("SHOP_DEMO_PASSWORD", PASSWORD);
        builder.environment().put("REDIS_URL", "redis://127.0.0.1:" + listening.port());
        shop = ServerProcess.start(builder, line -> ADDRESS.matcher(line).find());
        Matcher line = ADDRESS.matcher(String.join("\n", shop.output()));
        assertThat(line.find()).isTrue();
        address = URI.create(line.group(1));
    }

    @AfterEach
    void stop() {
        if (shop != null) {
            shop.close();
        }
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void readsGoOnWhileRedisIsFrozen() throws Exception {
        String token = token();
        assertThat(curl("/products/1", "-H", token)).startsWith("200").contains("fwd=miss");

        redis.pause();

        assertThat(curl("/products/2", "-H", token, "--max-time", "20")).startsWith("200");
        assertThat(curl("/products/1", "-H", token, "--max-time", "20")).startsWith("200");
        assertThat(curl("/health/ready")).startsWith("200");
        await().until(() -> {
            curl("/products/3", "-H", token);
            return curl("/metrics").matches("(?s).*scalableapi_redis_breaker_open\\S* 1.*");
        });

        redis.resume();

        await().until(() -> curl("/products/4", "-H", token).contains("detail=")
                && curl("/metrics").matches("(?s).*scalableapi_redis_breaker_open\\S* 0.*"));
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
        redis.close();

        assertThat(curl("/profile", "-H", token)).startsWith("200");
        assertThat(curl("/logout", "-X", "POST", "-H", token)).startsWith("503");
        assertThat(curl("/profile", "-H", token)).startsWith("200");
        assertThat(login()).startsWith("503").contains("Retry-After");
        await().until(() -> curl("/metrics").matches("(?s).*scalableapi_auth_revocations_stale\\S* 1.*"));
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
        List<String> command =
                new ArrayList<>(List.of("curl", "-sgi", "-w", "%{stderr}%{http_code}", address + target));
        command.addAll(List.of(options));
        Process curl = new ProcessBuilder(command).start();
        String answer = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String status = new String(curl.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        curl.waitFor();
        return status + "\n" + answer;
    }
}
