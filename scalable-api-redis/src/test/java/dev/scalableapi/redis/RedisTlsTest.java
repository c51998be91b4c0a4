package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.lettuce.core.SslOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** On a redis-server of the system: the one that comes with the build knows no TLS. */
class RedisTlsTest {
    private static final Path BINARY = Path.of("/usr/bin/redis-server");
    private static final String STORE_PASSWORD = "changeit";

    private final int port = RedisProcess.freePort();
    private Path keyStore;
    private RedisProcess redis;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException, GeneralSecurityException {
        assumeThat(BINARY).as("a redis-server of the system").isExecutable();
        keyStore = directory.resolve("redis.p12");
        assumeThat(generate()).as("keytool").isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore)) {
            keys.load(in, STORE_PASSWORD.toCharArray());
        }
        Key key = keys.getKey("redis", STORE_PASSWORD.toCharArray());
        Path certificate =
                pem(directory, "CERTIFICATE", keys.getCertificate("redis").getEncoded());
        List<String> arguments = List.of(
                "--port",
                "0",
                "--tls-port",
                Integer.toString(port),
                "--tls-cert-file",
                certificate.toString(),
                "--tls-key-file",
                pem(directory, "PRIVATE KEY", key.getEncoded()).toString(),
                "--tls-ca-cert-file",
                certificate.toString(),
                "--tls-auth-clients",
                "no",
                "--save",
                "",
                "--user",
                "default",
                "off",
                "--user",
                "app",
                "on",
                ">p@ss",
                "~app:*",
                "&*",
                "+@all");
        redis = RedisProcess.start(BINARY, port, arguments);
    }

    private int generate() {
        return RedisProcess.exitOf(
                Path.of(System.getProperty("java.home"), "bin", "keytool"),
                "-genkeypair -alias redis -keyalg EC -dname CN=localhost -ext SAN=dns:localhost -storetype PKCS12"
                        .concat(" -storepass " + STORE_PASSWORD + " -keystore " + keyStore)
                        .split(" "));
    }

    private static Path pem(Path directory, String what, byte[] encoded) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return Files.writeString(
                directory.resolve(what + ".pem"),
                "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }

    @AfterEach
    void stop() {
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void trustedCertificateAndUserOfTheUrlAreLetIn() {
        SslOptions trust = SslOptions.builder()
                .jdkSslProvider()
                .keyStoreType("PKCS12")
                .truststore(keyStore.toFile(), STORE_PASSWORD)
                .build();
        try (RedisConnection connection =
                RedisConnection.builder(url()).sslOptions(trust).open()) {
            await().ignoreExceptions()
                    .until(() -> done(set(connection, "app:a")).equals("OK"));

            assertThat(set(connection, "other:a").toCompletableFuture())
                    .failsWithin(Duration.ofSeconds(5))
                    .withThrowableThat()
                    .withMessageContaining("NOPERM");
        }
    }

    @Test
    void unknownCertificateIsRefused() {
        Logger logger = (Logger) LoggerFactory.getLogger(RedisConnection.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try (RedisConnection connection = RedisConnection.open(url())) {
            await().until(() -> !log.list.isEmpty());
            assertThat(ThrowableProxyUtil.asString(log.list.get(0).getThrowableProxy()))
                    .contains("SSLHandshakeException");
            assertThat(set(connection, "app:a").toCompletableFuture()).failsWithin(Duration.ofSeconds(5));
        } finally {
            logger.detachAppender(log);
        }
    }

    private String url() {
        return "rediss://app:p%40ss@localhost:" + port;
    }

    private static CompletionStage<String> set(RedisConnection connection, String key) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        return connection.call(name, commands -> commands.set(name, name));
    }
}
