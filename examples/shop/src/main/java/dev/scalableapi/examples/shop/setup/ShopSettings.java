package dev.scalableapi.examples.shop.setup;

import dev.scalableapi.core.http.PlainNumber;
import dev.scalableapi.examples.shop.database.DatabaseUrl;
import dev.scalableapi.redis.RedisConnection;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the shop is told by its environment, every setting with a default. An empty value counts as none. Immutable; its
 * text form hides passwords, keys and URLs.
 *
 * @param port {@code SHOP_PORT}: where it listens, 8080 by default; 0 is any free port
 * @param bind {@code SHOP_BIND}: the address it listens on, loopback by default
 * @param demoPassword {@code SHOP_DEMO_PASSWORD}: of alice and admin; made here by default
 * @param demoPasswordMade whether it was made here, so that somebody must be told
 * @param products {@code SHOP_PRODUCTS}: how many there are, 10,000 by default
 * @param signingKey {@code SHOP_SIGNING_KEY}: what signs access tokens; none by default
 * @param userDatabase {@code USER_DATABASE_URL}: the embedded PostgreSQL by default
 * @param catalogDatabase {@code CATALOG_DATABASE_URL}: the embedded PostgreSQL by default
 * @param redisUrl {@code REDIS_URL}: the embedded Redis by default
 * @param corsOrigins {@code SHOP_CORS_ORIGINS}: separated by commas, of the pages elsewhere that may call it from a
 *     browser, such as {@code https://shop.example}; none by default
 * @param data {@code SHOP_DATA}: the folder for what the shop keeps, {@code shop-data} in the working directory by
 *     default
 */
public record ShopSettings(
        int port,
        String bind,
        String demoPassword,
        boolean demoPasswordMade,
        int products,
        Optional<String> signingKey,
        Optional<DatabaseUrl> userDatabase,
        Optional<DatabaseUrl> catalogDatabase,
        Optional<String> redisUrl,
        List<String> corsOrigins,
        Path data) {
    /** The services take the next four ports. */
    private static final int MAX_PORT = 65_535 - 4;

    private static final int MAX_PRODUCTS = 1_000_000;
    private static final int PASSWORD_BYTES = 12;

    /**
     * {@return the settings}
     *
     * @param environment as of {@link System#getenv()}
     * @throws IllegalArgumentException if a setting is wrong; the message names it, and does not repeat its value
     */
    public static ShopSettings from(Map<String, String> environment) {
        Source source = new Source(environment);
        Optional<String> demoPassword = source.text("SHOP_DEMO_PASSWORD");
        return new ShopSettings(
                source.number("SHOP_PORT", 8080, 0, MAX_PORT),
                source.text("SHOP_BIND").orElse("127.0.0.1"),
                demoPassword.orElseGet(ShopSettings::newPassword),
                demoPassword.isEmpty(),
                source.number("SHOP_PRODUCTS", 10_000, 1, MAX_PRODUCTS),
                source.text("SHOP_SIGNING_KEY"),
                source.value("USER_DATABASE_URL", DatabaseUrl::parse),
                source.value("CATALOG_DATABASE_URL", DatabaseUrl::parse),
                source.value("REDIS_URL", ShopSettings::redisUrl),
                source.value("SHOP_CORS_ORIGINS", ShopSettings::origins).orElse(List.of()),
                source.value("SHOP_DATA", ShopSettings::path).orElse(Path.of("shop-data")));
    }

    private record Source(Map<String, String> environment) {
        Optional<String> text(String name) {
            return Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank());
        }

        <T> Optional<T> value(String name, Function<String, T> reader) {
            try {
                return text(name).map(reader);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(name + " " + e.getMessage(), e);
            }
        }

        int number(String name, int fallback, int least, int most) {
            String requirement = "must be a whole number from " + least + " to " + most;
            return value(name, text -> number(text, least, most, requirement)).orElse(fallback);
        }

        private static int number(String text, int least, int most, String requirement) {
            long number = PlainNumber.parseInteger(text.strip()).orElse(-1);
            if (number < least || number > most) {
                throw new IllegalArgumentException(requirement);
            }
            return (int) number;
        }
    }

    private static String newPassword() {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /** {@link RedisConnection} decides which URLs it can open; its message does not repeat the URL. */
    private static String redisUrl(String text) {
        try {
            RedisConnection.Builder unused = RedisConnection.builder(text);
            return text;
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException("must be the URL of a Redis: " + malformed.getMessage(), malformed);
        }
    }

    private static List<String> origins(String text) {
        return Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("must be a path", e);
        }
    }

    /** {@return what is safe to log} */
    @Override
    public String toString() {
        return "ShopSettings[port=" + port + ", bind=" + bind + ", products=" + products + ", signingKey="
                + told(signingKey) + ", userDatabase=" + told(userDatabase) + ", catalogDatabase="
                + told(catalogDatabase) + ", redisUrl=" + told(redisUrl) + ", corsOrigins=" + corsOrigins + ", data="
                + data + "]";
    }

    private static String told(Optional<?> setting) {
        return setting.isPresent() ? "given" : "default";
    }
}
