package dev.scalableapi.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** The nonces of a cache that has no store: only whether they are live counts, so a tag lives as long as its entries. */
final class LocalNonces implements Nonces {
    private volatile Nonce all = fresh("all");
    private volatile Nonce anyTag = fresh("any");
    private volatile Nonce local = fresh("local");
    private final Cache<String, Nonce> tags = Caffeine.newBuilder().weakValues().build();

    private static Nonce fresh(String name) {
        return Nonce.of(name, "");
    }

    @Override
    public CompletionStage<Base> base() {
        return CompletableFuture.completedFuture(new Base(all, anyTag));
    }

    @Override
    public CompletionStage<Optional<List<Nonce>>> of(Base base, Collection<String> names, Duration life) {
        List<Nonce> nonces = Stream.concat(
                        Stream.of(base.all()),
                        names.stream().map(tag -> Objects.requireNonNull(tags.get(tag, LocalNonces::fresh))))
                .toList();
        // Asked after the tags were looked up: a change ends this one before it ends the tag's.
        boolean unchanged =
                base.all().isLive() && (names.isEmpty() || base.anyTag().isLive());
        return CompletableFuture.completedFuture(unchanged ? Optional.of(nonces) : Optional.empty());
    }

    /** Nothing is kept from where its nonces would be read. */
    @Override
    public CompletionStage<Map<String, Nonce>> current(Set<String> names) {
        return CompletableFuture.completedFuture(Map.of());
    }

    @Override
    public Nonce local() {
        return local;
    }

    @Override
    public synchronized CompletionStage<Void> change(String tag) {
        Nonce any = anyTag;
        anyTag = fresh("any");
        any.end();
        tags.asMap().computeIfPresent(tag, (name, former) -> {
            former.end();
            return fresh(name);
        });
        endLocal();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized CompletionStage<Void> changeAll() {
        Nonce former = all;
        all = fresh("all");
        former.end();
        endLocal();
        return CompletableFuture.completedFuture(null);
    }

    private void endLocal() {
        Nonce former = local;
        local = fresh("local");
        former.end();
    }
}
