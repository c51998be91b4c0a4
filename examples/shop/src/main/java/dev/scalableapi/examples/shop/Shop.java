package dev.scalableapi.examples.shop;

import dev.scalableapi.auth.SigningKey;
import dev.scalableapi.auth.login.PasswordHasher;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.examples.shop.http.JettyAdapter;
import dev.scalableapi.examples.shop.http.ShopApi;
import dev.scalableapi.examples.shop.http.ShopLimits;
import dev.scalableapi.examples.shop.http.ShopTelemetry;
import dev.scalableapi.examples.shop.setup.ShopData;
import dev.scalableapi.examples.shop.setup.ShopSettings;
import dev.scalableapi.examples.shop.setup.ShopStores;
import dev.scalableapi.examples.shop.setup.ShutdownSequence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shop in one process. */
public final class Shop {
    private static final Logger LOG = LoggerFactory.getLogger(Shop.class);

    private Shop() {}

    /**
     * Runs the shop until the process is told to end.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        try {
            URI uri = start(System.getenv(), ShutdownSequence.atExit());
            LOG.info("The shop is open at {}", uri);
        } catch (RuntimeException e) {
            LOG.error("The shop could not start", e);
            System.exit(1);
        }
    }

    /**
     * Starts the shop.
     *
     * @param environment its settings
     * @param shutdown closes it
     * @return where it listens
     */
    public static URI start(Map<String, String> environment, ShutdownSequence shutdown) {
        return start(environment, ShopLimits.defaults(), shutdown);
    }

    /** Starts the shop with limits of its own: no setting, as nobody who runs a shop should lift them. */
    static URI start(Map<String, String> environment, ShopLimits limits, ShutdownSequence shutdown) {
        ShopSettings settings = ShopSettings.from(environment);
        PasswordHasher hasher = PasswordHasher.opaqueString(PasswordHasher.pbkdf2());
        ShopData data = ShopData.open(settings, password -> demoHash(hasher, password), shutdown);
        if (settings.demoPasswordMade()) {
            LOG.info("The password of alice and admin is {}", settings.demoPassword());
        }
        ShopTelemetry telemetry = shutdown.closing("telemetry", new ShopTelemetry());
        return serve(
                settings,
                ShopApi.create(
                        data,
                        ShopStores.open(data.redisUrl(), telemetry.openTelemetry(), shutdown),
                        telemetry,
                        signingKey(settings),
                        hasher,
                        limits,
                        settings.corsOrigins(),
                        shutdown),
                shutdown);
    }

    private static String demoHash(PasswordHasher hasher, String password) {
        try {
            return hasher.hash(password);
        } catch (IllegalArgumentException rejected) {
            throw new IllegalArgumentException("SHOP_DEMO_PASSWORD: " + rejected.getMessage(), rejected);
        }
    }

    /** The setting is a key in PEM, or the path of a file that holds one. */
    private static SigningKey signingKey(ShopSettings settings) {
        String given = settings.signingKey().orElse("");
        if (given.startsWith("-----BEGIN")) {
            return SigningKey.fromPem(given);
        }
        return given.isEmpty() ? SigningKey.readOrGenerate(keyFile(settings.data())) : SigningKey.read(Path.of(given));
    }

    private static Path keyFile(Path folder) {
        try {
            return Files.createDirectories(folder).resolve("signing-key.pem");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Listens as the settings say. */
    static URI serve(ShopSettings settings, ApiHandler api, ShutdownSequence shutdown) {
        try {
            Server server = JettyAdapter.start(new InetSocketAddress(settings.bind(), settings.port()), api);
            shutdown.closing("the server", server::stop);
            int port = ((NetworkConnector) server.getConnectors()[0]).getLocalPort();
            return URI.create("http://" + settings.bind() + ":" + port);
        } catch (Exception e) {
            throw new IllegalStateException("Could not listen on port " + settings.port() + " (SHOP_PORT)", e);
        }
    }
}
