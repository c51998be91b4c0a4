package dev.scalableapi.redis;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheOnTlsSystemTest {
    @Test
    void changesAreTrackedForAnAclUserOverTls(@TempDir Path directory) throws IOException, GeneralSecurityException {
        try (TlsRedis redis = TlsRedis.started(directory);
                CachePair pair = CachePair.on(
                        "app",
                        () -> RedisConnection.builder(redis.url())
                                .sslOptions(redis.trust())
                                .open(),
                        settings -> settings)) {
            pair.assertThatChangesAreTold();
        }
    }
}
