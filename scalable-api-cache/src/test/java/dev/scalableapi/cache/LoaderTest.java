package dev.scalableapi.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.BlockingExecutor;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class LoaderTest {
    @Test
    void blockingCodeRunsOnAnotherThread() {
        try (BlockingExecutor executor = BlockingExecutor.create(1, 1)) {
            Loader<String, Thread> loader = Loader.blocking(executor, key -> Optional.of(Thread.currentThread()));

            assertThat(loader.load("k", new LoadContext<>(null, Instant.EPOCH))
                            .toCompletableFuture()
                            .join()
                            .orElseThrow())
                    .isNotSameAs(Thread.currentThread());
        }
    }

    @Test
    void refusedLoadIs503() {
        Loader<String, String> loader = Loader.blocking(
                task -> {
                    throw new RejectedExecutionException();
                },
                Optional::of);

        assertThatThrownBy(() -> loader.load("k", new LoadContext<>(null, Instant.EPOCH))
                        .toCompletableFuture()
                        .join())
                .cause()
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(503));
    }
}
