package dev.scalableapi.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.ratelimit.RateLimit;
import dev.scalableapi.examples.shop.database.DatabaseUrl;
import dev.scalableapi.examples.shop.http.ShopLimits;
import dev.scalableapi.examples.shop.setup.ShutdownSequence;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The shop with so few requests for an address that a test can use them up. */
@ExtendWith(TestServers.Extension.class)
class ShopRateLimitTest {
    private static final String PASSWORD = "correct horse battery";
    private static final int PER_ADDRESS = 20;
    private static final ShutdownSequence SHUTDOWN = ShutdownSequence.create();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static URI shop;

    @BeforeAll
    static void start(TestServers servers, @TempDir Path data) {
        Map<String, String> environment = new HashMap<>();
        environment.put("SHOP_PORT", "0");
        environment.put("SHOP_DATA", data.toString());
        environment.put("SHOP_PRODUCTS", "10");
        environment.put("SHOP_DEMO_PASSWORD", PASSWORD);
        environment.put("USER_DATABASE_URL", text(servers.database("shop_limit_user")));
        environment.put("CATALOG_DATABASE_URL", text(servers.database("shop_limit_catalog")));
        environment.put("REDIS_URL", servers.redisUrl().orElseThrow());
        Duration hour = Duration.ofHours(1);
        ShopLimits limits = new ShopLimits(RateLimit.of(1_000, hour), RateLimit.of(PER_ADDRESS, hour), 100);
        shop = Shop.start(environment, limits, SHUTDOWN);
    }

    @AfterAll
    static void stop() {
        SHUTDOWN.close();
    }

    @Test
    void authorizationFieldDoesNotLiftTheLimitOfItsAddress() throws Exception {
        String seen = login();
        String unseen = login();
        int left = PER_ADDRESS - 2;
        assertThat(status("GET", "/profile", "Bearer " + seen)).isEqualTo(200);

        int served = 0;
        for (int i = 0; i < 2 * PER_ADDRESS; i++) {
            int status = status("GET", "/.well-known/jwks.json", "Basic eDp5");
            assertThat(status).isIn(200, 429);
            served += status == 200 ? 1 : 0;
        }

        assertThat(served).isEqualTo(left);
        assertThat(status("GET", "/profile", "Bearer " + seen)).isEqualTo(200);
        assertThat(status("GET", "/profile", "Bearer " + unseen)).isEqualTo(429);
        assertThat(status("GET", "/profile", "Bearer a.b.c")).isEqualTo(429);
        assertThat(status("GET", "/profile", "Bearer")).isEqualTo(429);
        assertThat(status("GET", "/health/live", "Bearer " + seen)).isEqualTo(429);
        for (String method : new String[] {"GET", "HEAD", "POST", "OPTIONS", "DELETE"}) {
            assertThat(status(method, "/.well-known/jwks.json", "Basic eDp5"))
                    .as(method)
                    .isEqualTo(429);
            assertThat(status(method, "/nowhere", "Bearer a.b.c")).as(method).isEqualTo(429);
        }
    }

    private static String login() throws Exception {
        String body = "{\"username\":\"alice\",\"password\":\"" + PASSWORD + "\"}";
        HttpRequest login = HttpRequest.newBuilder(shop.resolve("/login"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        return JsonMapper.builder()
                .build()
                .readTree(CLIENT.send(login, BodyHandlers.ofString()).body())
                .path("accessToken")
                .asText();
    }

    private static int status(String method, String target, String authorization) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(shop.resolve(target))
                .method(method, BodyPublishers.noBody())
                .header("Authorization", authorization)
                .build();
        return CLIENT.send(request, BodyHandlers.ofString()).statusCode();
    }

    private static String text(DatabaseUrl url) {
        return "postgresql://" + url.user().orElseThrow() + ":" + url.password().orElseThrow() + "@"
                + url.jdbcUrl().substring("jdbc:postgresql://".length());
    }
}
