package dev.scalableapi.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisConnectionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "geheim",
                "redis://:geheim@ho st",
                "redis://:geheim@localhost:99999",
                "redis://:geheim@localhost/geheim",
                "http://:geheim@localhost",
                "redis-sentinel://:geheim@localhost",
                "redis-cluster://",
                "redis-cluster://:geheim@",
                "redis-cluster://:geheim@localhost:port",
                "redis-cluster://:geheim@localhost:1,localhost:99999",
                "redis-cluster://:geheim@localhost/1",
                "rediss-cluster://:geheim@ho st"
            })
    void malformedUrlIsRefusedWithoutItsPassword(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisConnection.open(url))
                .withMessageNotContaining("geheim")
                .withNoCause();
    }

    @Test
    void urlOfAClusterNamesAnyNumberOfNodesAndAUser() {
        RedisAddress address = RedisAddress.parse("redis-cluster://app:p%40ss@one:7000,two");

        assertThat(address.cluster()).isTrue();
        assertThat(address.uris()).extracting(RedisURI::getHost).containsExactly("one", "two");
        assertThat(address.uris()).extracting(RedisURI::getPort).containsExactly(7000, 6379);
        // With a password of four characters.
        assertThat(address.uris())
                .noneMatch(RedisURI::isSsl)
                .allMatch(uri -> uri.toString().startsWith("redis://app:****@"));
        assertThat(RedisAddress.parse("rediss-cluster://one,two/0").uris()).allMatch(RedisURI::isSsl);
        assertThat(RedisAddress.parse("redis-cluster://one:7000").uris()).hasSize(1);
    }

    @Test
    void timeoutReachesEveryNodeWithoutTouchingTheCallersUri() {
        RedisURI mine = RedisURI.create("redis-sentinel://a:1,b:2#main");
        RedisAddress address = new RedisAddress(false, List.of(mine)).withTimeout(Duration.ofMillis(7));

        assertThat(address.uris().get(0).getTimeout()).isEqualTo(Duration.ofMillis(7));
        assertThat(address.uris().get(0).getSentinels()).hasSize(2);
        assertThat(mine.getTimeout()).isEqualTo(RedisURI.DEFAULT_TIMEOUT_DURATION);
    }

    @Test
    void textHoldsNoPassword() {
        try (RedisConnection connection = RedisConnection.open("redis://:geheim@localhost:1")) {
            assertThat(connection.toString()).doesNotContain("geheim");
        }
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisConnection.builder("redis://localhost").timeout(Duration.ofNanos(999_999)));
        assertThatIllegalArgumentException().isThrownBy(() -> RedisConnection.clusterBuilder(List.of()));
    }
}
