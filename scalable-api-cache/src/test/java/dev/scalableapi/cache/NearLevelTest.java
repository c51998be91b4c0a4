package dev.scalableapi.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.core.cache.Epoch;
import dev.scalableapi.core.http.ThreadContext;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class NearLevelTest {
    private final AtomicLong nanos = new AtomicLong(5);
    private final NearLevel<String, String> near = new NearLevel<>(100, (key, value) -> value.length(), nanos::get);

    @Test
    void changeFindsTheKeyUnderTheNameOfItsFlight() {
        Flight<String, String> flight = landed("k", "v", Duration.ofMinutes(10));
        near.name(flight, "cache:k");
        assertThat(near.putIfAbsent("k", flight)).isNull();
        near.changed("cache:other");
        assertThat(near.get("k")).isSameAs(flight);
        near.changed("cache:k");

        assertThat(near.get("k")).isNull();
    }

    @Test
    void nameStaysWithTheKeyWhenItsFlightIsReplacedByOneThatFails() {
        Flight<String, String> kept = landed("k", "v", Duration.ofMinutes(10));
        near.name(kept, "cache:k");
        assertThat(near.putIfAbsent("k", kept)).isNull();
        name(flight("k", 0));
        System.gc();
        near.changed("cache:k");

        assertThat(near.get("k")).isNull();
    }

    private void name(Flight<String, String> lost) {
        near.name(lost, "cache:k");
    }

    @Test
    void flightThatOnlyWaitsIsLeftInPlaceByAChange() {
        Flight<String, String> flight = flight("k", 0);
        near.name(flight, "cache:k");
        assertThat(near.putIfAbsent("k", flight)).isNull();
        flight.waiting(true);
        near.changed("cache:k");
        assertThat(near.get("k")).isSameAs(flight);
        flight.waiting(false);
        near.changed("cache:k");

        assertThat(near.get("k")).isNull();
    }

    @Test
    void whatCannotBeOfUseAnyMoreIsSweptOutWhenOthersCome() {
        assertThat(near.putIfAbsent("short", landed("short", "v", Duration.ofSeconds(1))))
                .isNull();
        assertThat(near.putIfAbsent("long", landed("long", "v", Duration.ofMinutes(10))))
                .isNull();
        Flight<String, String> open = flight("open", 0);
        assertThat(near.putIfAbsent("open", open)).isNull();
        nanos.addAndGet(Duration.ofMinutes(2).toNanos());
        assertThat(near.putIfAbsent("next", landed("next", "v", Duration.ofMinutes(10))))
                .isNull();

        assertThat(near.get("short")).isNull();
        assertThat(near.get("long")).isNotNull();
        assertThat(near.get("open")).isSameAs(open);
        assertThat(near.size()).isEqualTo(3);
    }

    /** Of the values that came to be there in either way; what is on its way is not in question. */
    @Test
    void valuesWeighNoMoreTogetherThanTheyMay() {
        Flight<String, String> open = flight("open", 0);
        assertThat(near.putIfAbsent("open", open)).isNull();
        for (int i = 0; i < 50; i++) {
            Flight<String, String> flight = flight("landed" + i, 0);
            assertThat(near.putIfAbsent(flight.key, flight)).isNull();
            near.land(flight, entry("0123456789", Duration.ofMinutes(10)));
            near.put(flight("put" + i, 0), entry("0123456789", Duration.ofMinutes(10)));
        }

        assertThat(near.size()).isBetween(2, 11);
        assertThat(near.get("open")).isSameAs(open);
    }

    @Test
    void valueThatCannotBeWeighedIsNotKept() {
        NearLevel<String, String> strange = new NearLevel<>(
                100,
                (key, value) -> {
                    throw new IllegalStateException("weight");
                },
                nanos::get);
        Flight<String, String> flight = flight("k", 0);
        assertThat(strange.putIfAbsent("k", flight)).isNull();
        strange.land(flight, entry("v", Duration.ofMinutes(10)));
        strange.put(flight("other", 0), entry("v", Duration.ofMinutes(10)));

        assertThat(flight.entry()).isNotNull();
        assertThat(strange.get("k")).isNull();
        assertThat(strange.get("other")).isNull();
    }

    @Test
    void flightIsReplacedOnlyWhileItIsThere() {
        Flight<String, String> first = landed("k", "v1", Duration.ofMinutes(10));
        Flight<String, String> second = landed("k", "v2", Duration.ofMinutes(10));
        assertThat(near.putIfAbsent("k", first)).isNull();
        assertThat(near.replace("k", first, second)).isTrue();
        assertThat(near.replace("k", first, second)).isFalse();
        near.remove("k", first);
        assertThat(near.get("k")).isSameAs(second);
        near.clear();
        assertThat(near.get("k")).isNull();
    }

    private Flight<String, String> landed(String key, String value, Duration life) {
        Flight<String, String> flight = flight(key, nanos.get());
        near.land(flight, entry(value, life));
        return flight;
    }

    private NearEntry<String> entry(String value, Duration life) {
        Found<String> found =
                new Found<>(Optional.of(value), "1", life, Duration.ZERO, Staleness.NONE, List.of(Nonce.of("all", "")));
        Cached<String> cached = new Cached<>(Optional.of(value), Cached.Origin.LOADED, Instant.EPOCH);
        return new NearEntry<>(found, cached, Epoch.unlimited(), nanos.get(), life, life, life);
    }

    private static Flight<String, String> flight(String key, long begun) {
        ThreadContext caller = ThreadContext.capture(Context.root());
        return new Flight<>(key, caller, Epoch.unlimited(), Nonce.of("local", ""), begun, Flight.Purpose.READ);
    }
}
