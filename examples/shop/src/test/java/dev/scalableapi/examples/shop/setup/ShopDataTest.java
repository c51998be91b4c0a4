package dev.scalableapi.examples.shop.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scalableapi.core.page.Filters;
import dev.scalableapi.examples.shop.TestServers;
import dev.scalableapi.examples.shop.database.DatabaseException;
import dev.scalableapi.examples.shop.database.DatabaseUrl;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(TestServers.Extension.class)
class ShopDataTest {
    @Test
    void serversThatAreGivenAreUsedAndNothingIsStarted(TestServers servers, @TempDir Path temporary) {
        Path data = temporary.resolve("data");
        ShopSettings settings = settings(servers, data);

        try (ShutdownSequence shutdown = ShutdownSequence.create()) {
            ShopData shop = ShopData.open(settings, password -> "hash of " + password, shutdown);

            assertThat(shop.catalog().products().count(Filters.none())).isEqualTo(30);
            assertThat(shop.users()
                            .repository()
                            .findByName("admin")
                            .orElseThrow()
                            .passwordHash())
                    .isEqualTo("hash of " + settings.demoPassword());
            assertThat(shop.redisUrl()).isEqualTo(servers.redisUrl());
        }
        assertThat(data).doesNotExist();
    }

    @Test
    void failureOfOnePartClosesTheOthers(TestServers servers, @TempDir Path data) {
        ShutdownSequence shutdown = ShutdownSequence.create();

        assertThatThrownBy(() -> ShopData.open(
                        settings(servers, data),
                        password -> {
                            throw new IllegalStateException("as the test wants it");
                        },
                        shutdown))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("as the test wants it");
        assertThatThrownBy(() -> shutdown.closing("late", () -> {})).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void databaseThatIsGoneIsNamed(TestServers servers, @TempDir Path data) {
        Map<String, String> environment = environment(servers, data);
        environment.put("CATALOG_DATABASE_URL", "postgresql://u:p@127.0.0.1:1/none");

        assertThatThrownBy(() ->
                        ShopData.open(ShopSettings.from(environment), password -> "hash", ShutdownSequence.create()))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("CATALOG_DATABASE_URL");
    }

    private static ShopSettings settings(TestServers servers, Path data) {
        return ShopSettings.from(environment(servers, data));
    }

    private static Map<String, String> environment(TestServers servers, Path data) {
        Map<String, String> environment = new HashMap<>();
        environment.put("SHOP_DATA", data.toString());
        environment.put("SHOP_PRODUCTS", "30");
        environment.put("USER_DATABASE_URL", text(servers.database("given_user")));
        environment.put("CATALOG_DATABASE_URL", text(servers.database("given_catalog")));
        environment.put("REDIS_URL", servers.redisUrl().orElseThrow());
        return environment;
    }

    private static String text(DatabaseUrl url) {
        return "postgresql://" + url.user().orElseThrow() + ":" + url.password().orElseThrow() + "@"
                + url.jdbcUrl().substring("jdbc:postgresql://".length());
    }
}
