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
        Flight<String, String> flight = flight("k", 0);
        near.name(flight, "cache:k");
        assertThat(near.putIfAbsent("k", flight)).isNull();
        near.changed("cache:other");
        assertThat(near.get("k")).isSameAs(flight);
        near.changed("cache:k");

        assertThat(near.get("k")).isNull();
    }

    @Test
    void nameStaysWithTheKeyWhenItsFlightIsReplacedByOneThatFails() {
        nameOf(flight("k", 0), entry("v", Duration.ofMinutes(10)));
        assertThat(near.get("k")).isInstanceOf(NearEntry.class);
        near.name(flight("k", 0), "cache:k");
        System.gc();
        near.changed("cache:k");

        assertThat(near.get("k")).isNull();
    }

    private void nameOf(Flight<String, String> flight, NearEntry<String, String> entry) {
        near.name(flight, "cache:k");
        assertThat(near.putIfAbsent("k", flight)).isNull();
        near.land(flight, entry);
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
        near.put("short", entry("v", Duration.ofSeconds(1)));
        near.put("long", entry("v", Duration.ofMinutes(10)));
        Flight<String, String> open = flight("open", 0);
        assertThat(near.putIfAbsent("open", open)).isNull();
        nanos.addAndGet(Duration.ofMinutes(2).toNanos());
        near.put("next", entry("v", Duration.ofMinutes(10)));

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
            near.put("put" + i, entry("0123456789", Duration.ofMinutes(10)));
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
        strange.put("other", entry("v", Duration.ofMinutes(10)));

        assertThat(flight.isDone()).isTrue();
        assertThat(strange.get("k")).isNull();
        assertThat(strange.get("other")).isNull();
    }

    @Test
    void flightIsReplacedOnlyWhileItIsThere() {
        Flight<String, String> first = flight("k", 0);
        Flight<String, String> second = flight("k", 0);
        assertThat(near.putIfAbsent("k", first)).isNull();
        assertThat(near.replace("k", first, second)).isTrue();
        assertThat(near.replace("k", first, second)).isFalse();
        near.remove("k", first);
        assertThat(near.get("k")).isSameAs(second);
        near.land(first, entry("v1", Duration.ofMinutes(10)));
        assertThat(near.get("k")).isSameAs(second);
        near.clear();
        assertThat(near.get("k")).isNull();
    }

    @Test
    void valueTakesThePlaceOfTheOneThatItWasToReplaceAlone() {
        NearEntry<String, String> former = entry("v1", Duration.ofMinutes(10));
        near.put("k", former);
        NearEntry<String, String> next = entry("v2", Duration.ofMinutes(10));
        Flight<String, String> refresh = flight("k", 0);
        refresh.replacing(former);
        near.land(refresh, next);
        assertThat(near.get("k")).isSameAs(next);
        Flight<String, String> late = flight("k", 0);
        late.replacing(former);
        near.land(late, entry("v3", Duration.ofMinutes(10)));

        assertThat(near.get("k")).isSameAs(next);
    }

    private NearEntry<String, String> entry(String value, Duration life) {
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
