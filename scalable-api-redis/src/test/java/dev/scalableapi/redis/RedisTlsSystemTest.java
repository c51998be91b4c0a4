package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class RedisTlsSystemTest {
    private TlsRedis redis;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException, GeneralSecurityException {
        redis = TlsRedis.started(directory);
    }

    @AfterEach
    void stop() {
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void trustedCertificateAndUserOfTheUrlAreLetIn() {
        try (RedisConnection connection =
                RedisConnection.builder(redis.url()).sslOptions(redis.trust()).open()) {
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
        try (RedisConnection connection = RedisConnection.open(redis.url())) {
            await().until(() -> !log.list.isEmpty());
            assertThat(ThrowableProxyUtil.asString(log.list.get(0).getThrowableProxy()))
                    .contains("SSLHandshakeException");
            assertThat(set(connection, "app:a").toCompletableFuture()).failsWithin(Duration.ofSeconds(5));
        } finally {
            logger.detachAppender(log);
        }
    }

    private static CompletionStage<String> set(RedisConnection connection, String key) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        return connection.call(name, commands -> commands.set(name, name));
    }
}
