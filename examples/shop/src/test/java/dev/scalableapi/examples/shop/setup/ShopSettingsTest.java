package dev.scalableapi.examples.shop.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scalableapi.redis.RedisConnection;
import java.nio.file.Path;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShopSettingsTest {
    /** The driver says aloud what it does not like. Held here, or the setting could be collected with the logger. */
    private static final Logger DRIVER = Logger.getLogger("org.postgresql");

    @BeforeAll
    static void quieten() {
        DRIVER.setLevel(Level.OFF);
    }

    @Test
    void everySettingHasADefault() {
        ShopSettings settings = ShopSettings.from(Map.of());

        assertThat(settings.port()).isEqualTo(8080);
        assertThat(settings.bind()).isEqualTo("127.0.0.1");
        assertThat(settings.products()).isEqualTo(10_000);
        assertThat(settings.data()).isEqualTo(Path.of("shop-data"));
        assertThat(settings.signingKey()).isEmpty();
        assertThat(settings.userDatabase()).isEmpty();
        assertThat(settings.catalogDatabase()).isEmpty();
        assertThat(settings.redisUrl()).isEmpty();
        assertThat(settings.corsOrigins()).isEmpty();
    }

    @Test
    void originsAreSeparatedByCommas() {
        assertThat(ShopSettings.from(Map.of("SHOP_CORS_ORIGINS", "https://one.example, https://two.example"))
                        .corsOrigins())
                .containsExactly("https://one.example", "https://two.example");
    }

    @Test
    void demoPasswordIsMadeAnewUnlessGiven() {
        ShopSettings first = ShopSettings.from(Map.of("SHOP_DEMO_PASSWORD", ""));
        ShopSettings second = ShopSettings.from(Map.of());

        assertThat(first.demoPasswordMade()).isTrue();
        assertThat(first.demoPassword()).hasSizeGreaterThanOrEqualTo(16).isNotEqualTo(second.demoPassword());
        ShopSettings given = ShopSettings.from(Map.of("SHOP_DEMO_PASSWORD", "correct horse"));
        assertThat(given.demoPassword()).isEqualTo("correct horse");
        assertThat(given.demoPasswordMade()).isFalse();
    }

    @Test
    void givenSettingsAreTaken() {
        ShopSettings settings = ShopSettings.from(Map.of(
                "SHOP_PORT", "0",
                "SHOP_BIND", "0.0.0.0",
                "SHOP_PRODUCTS", "250",
                "SHOP_SIGNING_KEY", "key",
                "USER_DATABASE_URL", "postgresql://u:p@db/users",
                "CATALOG_DATABASE_URL", "jdbc:postgresql://db/catalog",
                "REDIS_URL", "redis://cache:6379",
                "SHOP_DATA", "/srv/shop"));

        assertThat(settings.port()).isZero();
        assertThat(settings.bind()).isEqualTo("0.0.0.0");
        assertThat(settings.products()).isEqualTo(250);
        assertThat(settings.signingKey()).contains("key");
        assertThat(settings.userDatabase().orElseThrow().jdbcUrl()).isEqualTo("jdbc:postgresql://db/users");
        assertThat(settings.catalogDatabase().orElseThrow().jdbcUrl()).isEqualTo("jdbc:postgresql://db/catalog");
        assertThat(settings.redisUrl()).contains("redis://cache:6379");
        assertThat(settings.data()).isEqualTo(Path.of("/srv/shop"));
    }

    @ParameterizedTest
    @CsvSource({
        "SHOP_PORT, eighty",
        "SHOP_PORT, -1",
        "SHOP_PORT, 65532",
        "SHOP_PORT, 99999999999",
        "SHOP_PORT, +8080",
        "SHOP_PORT, \u0668\u0660\u0668\u0660",
        "SHOP_PORT, 08080",
        "SHOP_PRODUCTS, 1e3",
        "SHOP_PRODUCTS, \uff11\uff10",
        "SHOP_PRODUCTS, 0",
        "SHOP_PRODUCTS, 1000001",
        "USER_DATABASE_URL, mysql://root:hunter2@db/users",
        "USER_DATABASE_URL, jdbc:postgresql://db:port/hunter2",
        "CATALOG_DATABASE_URL, hunter2",
        "CATALOG_DATABASE_URL, jdbc:postgresql://root:hunter2@db/catalog",
        "REDIS_URL, http://:hunter2@cache",
        "REDIS_URL, redis-socket:///run/hunter2.sock",
        "REDIS_URL, redis-cluster://:hunter2@one:port",
        "REDIS_URL, redis://:hunter2@",
        "REDIS_URL, redis-cluster://:hunter2@one/1",
    })
    void wrongSettingIsNamedAndNotRepeated(String name, String value) {
        assertThatThrownBy(() -> ShopSettings.from(Map.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name + " must ")
                .hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://cache:6379",
                "rediss://cache:6379",
                "redis-sentinel://one:26379,two:26379/0#main",
                "rediss-sentinel://one:26379,two:26379/0#main",
                "redis-cluster://one:6379,two:6379",
                "rediss-cluster://one:6379,two:6379"
            })
    void urlOfEveryFormThatTheRedisConnectionOpensIsAccepted(String url) {
        assertThat(ShopSettings.from(Map.of("REDIS_URL", url)).redisUrl()).contains(url);
        try (RedisConnection connection = RedisConnection.open(url)) {
            assertThat(connection).hasToString("RedisConnection");
        }
    }

    @Test
    void pathWithANulCharacterIsRefused() {
        assertThatThrownBy(() -> ShopSettings.from(Map.of("SHOP_DATA", "a\0b")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("SHOP_DATA must");
    }

    @Test
    void textFormHidesSecrets() {
        ShopSettings settings = ShopSettings.from(Map.of(
                "SHOP_DEMO_PASSWORD", "s3cret",
                "SHOP_SIGNING_KEY", "s3cret",
                "USER_DATABASE_URL", "postgresql://u:s3cret@db/users",
                "REDIS_URL", "redis://:s3cret@cache:6379"));

        assertThat(settings.toString()).doesNotContain("s3cret").contains("port=8080", "signingKey=given");
    }
}
