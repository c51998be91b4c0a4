package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EndpointTest {
    private static final Duration TIMEOUT = Duration.ofHours(1);
    private final Endpoint endpoint = new Endpoint(URI.create("https://issuer.example/a"), Endpoint.client(), TIMEOUT);

    @Test
    void laterRequestHasWhatIsLeftOfTheTimeout() {
        long halfAnHourAgo = System.nanoTime() - TIMEOUT.toNanos() / 2;
        assertThat(endpoint.since(halfAnHourAgo).request().build().timeout())
                .hasValueSatisfying(left -> assertThat(left).isLessThanOrEqualTo(TIMEOUT.dividedBy(2)));
        long yesterday = System.nanoTime() - Duration.ofDays(1).toNanos();
        assertThat(endpoint.since(yesterday).request().build().timeout()).contains(Duration.ofMillis(1));
    }

    @Test
    void otherAddressHasTheSameTimeout() {
        Endpoint other = endpoint.at(URI.create("https://keys.example/b"));
        assertThat(other.request().build().uri()).hasHost("keys.example");
        assertThat(other.request().build().timeout()).contains(TIMEOUT);
    }
}
