package dev.scalableapi.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.cache.CacheStore;
import dev.scalableapi.testkit.TestRun;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class SynchronousCacheTest {
    private final Source source = new Source().set("k", "v1").set("l", "v1");
    private final CacheAside<String, String> cache =
            CacheAside.builder("test", Duration.ofMinutes(1), source).build();
    private final SynchronousCache<String, String> synchronous = cache.synchronous();

    @Test
    void viewIsOfTheSameCache() {
        assertThat(synchronous.getIfPresent("k")).isEmpty();
        assertThat(synchronous.get("k").origin()).isEqualTo(Cached.Origin.LOADED);
        assertThat(cache.get("k").toCompletableFuture().join().origin()).isEqualTo(Cached.Origin.HIT_NEAR);
        assertThat(synchronous.getIfPresent("k").orElseThrow().value()).hasValue("v1");
        synchronous.put("k", "v2");
        assertThat(synchronous.get("k").value()).hasValue("v2");
        synchronous.invalidate("k");
        assertThat(synchronous.get("k").value()).hasValue("v1");
        assertThat(synchronous.getAll(List.of("k", "l"), source).values()).hasSize(2);
        synchronous.invalidateAll(List.of("k", "l"));
        assertThat(synchronous.getIfPresent("l")).isEmpty();
        source.set("k", "v3");
        synchronous.get("k");
        source.set("k", "v4");
        assertThat(synchronous.refresh("k").value()).hasValue("v4");
        source.set("k", "v5");
        synchronous.expire("k");
        assertThat(synchronous.get("k").value()).hasValue("v5");
        source.set("k", "v6");
        synchronous.clear();
        assertThat(synchronous.get("k").value()).hasValue("v6");
        synchronous.invalidateTag("none has it");
        assertThat(synchronous.get("k").origin()).isEqualTo(Cached.Origin.HIT_NEAR);
    }

    @Test
    void codeThatBlocksLoadsOnTheCallingThread() {
        Thread[] loader = new Thread[1];
        Cached<String> cached = synchronous.get("m", key -> {
            loader[0] = Thread.currentThread();
            return Optional.of(key);
        });

        assertThat(cached.value()).hasValue("m");
        assertThat(loader[0]).isSameAs(Thread.currentThread());
        assertThat(synchronous.get("m", key -> Optional.empty()).value()).hasValue("m");
    }

    @Test
    void codeThatBlocksLoadsOnTheCallingThreadThoughTheStoreAnswersOnAnother() {
        FaultyStore store = new FaultyStore(CacheStore.inMemory(10, Clock.systemUTC()));
        CompletableFuture<Object> gate = new CompletableFuture<>();
        store.reads = FaultyStore.Fault.gated(gate);
        SynchronousCache<String, String> shared = CacheAside.builder("shared", Duration.ofMinutes(1), source)
                .store(store, Codec.json(new JsonMapper(), new TypeReference<>() {}))
                .storeTimeout(Duration.ofMinutes(1))
                .build()
                .synchronous();
        new Thread(() -> gate.complete("open")).start();
        Thread[] loader = new Thread[1];
        shared.get("k", key -> {
            loader[0] = Thread.currentThread();
            return Optional.of(key);
        });

        assertThat(loader[0]).isSameAs(Thread.currentThread());
    }

    @Test
    void loadOfAThreadThatWasInterruptedGoesOnForOthers() {
        FaultyStore store = new FaultyStore(CacheStore.inMemory(10, Clock.systemUTC()));
        CompletableFuture<Object> gate = new CompletableFuture<>();
        store.reads = FaultyStore.Fault.gated(gate);
        CacheAside<String, String> shared = CacheAside.builder("shared", Duration.ofMinutes(1), source)
                .store(store, Codec.json(new JsonMapper(), new TypeReference<>() {}))
                .storeTimeout(Duration.ofMinutes(1))
                .build();
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(CancellationException.class)
                    .isThrownBy(() -> shared.synchronous().get("k", Optional::of));
        } finally {
            Thread.interrupted();
        }
        CompletableFuture<Cached<String>> other = shared.get("k").toCompletableFuture();
        gate.complete("open");

        assertThat(other).succeedsWithin(TestRun.PATIENCE);
    }

    @Test
    void uncheckedFailureIsThrownAsItIsAndACheckedOneWrapped() {
        source.failure = new IllegalStateException("down");
        assertThatIllegalStateException().isThrownBy(() -> synchronous.get("k")).withMessage("down");
        CacheAside<String, String> checked = CacheAside.<String, String>builder(
                        "test",
                        Duration.ofMinutes(1),
                        (key, context) -> CompletableFuture.failedFuture(new IOException("disk")))
                .build();

        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> checked.synchronous().get("k"))
                .withCauseInstanceOf(IOException.class);
    }

    @Test
    void interruptedThreadStopsWaitingAndTheLoadGoesOn() {
        CompletableFuture<Void> gate = source.holdUp();
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> synchronous.get("k"));
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
        gate.complete(null);

        assertThat(synchronous.get("k").origin()).isEqualTo(Cached.Origin.HIT_NEAR);
    }
}
