package dev.scalableapi.examples.shop.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.examples.shop.Shop;
import dev.scalableapi.examples.shop.TestServers;
import dev.scalableapi.examples.shop.database.DatabaseUrl;
import dev.scalableapi.examples.shop.setup.ShutdownSequence;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** How long a login takes that fails. That an unknown name costs a hash is decided by the tests of PasswordLogin. */
@ExtendWith(TestServers.Extension.class)
class LoginTimeSystemTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Test
    void loginTakesAboutAsLongForANameThatIsUnknown(TestServers servers, @TempDir Path data) throws Exception {
        Map<String, String> environment = Map.of(
                "SHOP_PORT",
                "0",
                "SHOP_DATA",
                data.toString(),
                "SHOP_PRODUCTS",
                "1",
                "SHOP_DEMO_PASSWORD",
                "correct horse battery",
                "USER_DATABASE_URL",
                text(servers.database("login_time_user")),
                "CATALOG_DATABASE_URL",
                text(servers.database("login_time_catalog")),
                "REDIS_URL",
                servers.redisUrl().orElseThrow() + "/2");
        try (ShutdownSequence shutdown = ShutdownSequence.create()) {
            URI login = Shop.start(environment, shutdown).resolve("/login");
            long known = Long.MAX_VALUE;
            long unknown = Long.MAX_VALUE;
            for (int i = 0; i < 5; i++) {
                known = Math.min(known, nanosOfWrongLogin(login, "alice"));
                unknown = Math.min(unknown, nanosOfWrongLogin(login, "nobody" + i));
            }

            // Without a hash for the unknown name it would be a hundredth.
            assertThat((double) unknown / known).isBetween(1.0 / 3, 3.0);
        }
    }

    private static String text(DatabaseUrl url) {
        return "postgresql://" + url.user().orElseThrow() + ":" + url.password().orElseThrow() + "@"
                + url.jdbcUrl().substring("jdbc:postgresql://".length());
    }

    private static long nanosOfWrongLogin(URI login, String username) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(login)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"username\":\"" + username + "\",\"password\":\"not this one\"}"))
                .build();
        long begin = System.nanoTime();
        assertThat(CLIENT.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(401);
        return System.nanoTime() - begin;
    }
}
