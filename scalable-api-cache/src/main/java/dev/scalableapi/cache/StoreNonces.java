package dev.scalableapi.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.scalableapi.core.cache.CacheStore;
import dev.scalableapi.core.cache.Epoch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The nonces of a cache in a store, and copies of them in this process. A copy is put down before the store is asked, so
 * that a change which is told meanwhile ends it; and it belongs to one epoch.
 */
final class StoreNonces implements Nonces {
    private static final String ALL = "all";
    private static final String ANY_TAG = "any";

    private static final String TAG = "t:";
    private static final String LOCAL = "local";
    private static final int MOST_FETCHES = 5;
    private static final Duration FOREVER = Duration.ofDays(36_500);

    private final String group;
    private final CacheStore store;
    private final StoreCalls calls;
    private final Duration life;
    private volatile Copies copies = new Copies(Epoch.ended());
    private volatile Nonce local = new Nonce(LOCAL);
    private final UnconfirmedWrites<String> writes;

    /** A tag's nonce is kept for as long as an entry may carry it. */
    StoreNonces(String group, CacheStore store, StoreCalls calls, Duration life) {
        this.group = group;
        this.store = store;
        this.calls = calls;
        this.life = life;
        writes = new UnconfirmedWrites<>(
                name -> changed(name.equals(ALL) ? List.of(ALL) : List.of(ANY_TAG, name)),
                action -> calls.later(UnconfirmedWrites.PAUSE, action));
    }

    @Override
    public CompletionStage<Base> base() {
        return copies(List.of(ALL, ANY_TAG), FOREVER).thenApply(both -> new Base(both.get(0), both.get(1)));
    }

    @Override
    public CompletionStage<Optional<List<Nonce>>> of(Base base, Collection<String> tags, Duration entryLife) {
        if (tags.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.of(List.of(base.all())));
        }
        List<String> names = tags.stream().map(tag -> TAG + tag).toList();
        Copies present = present();
        List<Nonce> begun = new ArrayList<>();
        List<Nonce> nonces =
                names.stream().map(name -> present.getOrBegin(name, begun)).toList();
        return settled()
                .thenCompose(settled -> read(with(ANY_TAG, names), longer(life, entryLife)))
                .whenComplete((values, failure) -> present.endFailed(begun, failure))
                .thenApply(values -> {
                    // All from one step of the store: where no tag has changed since the base was read, these are as
                    // old.
                    boolean unchanged = values.get(0).equals(base.anyTag().join());
                    List<Nonce> current = new ArrayList<>(List.of(base.all()));
                    for (int i = 0; i < names.size(); i++) {
                        current.add(agreed(present, nonces.get(i), values.get(i + 1)));
                    }
                    return unchanged || current.stream().allMatch(nonce -> nonce.wasKnown(base.at()))
                            ? Optional.of(current)
                            : Optional.empty();
                });
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    /** The copy if it is what the store says, else one that is at its end. */
    private static Nonce agreed(Copies present, Nonce copy, String value) {
        present.settle(copy, value);
        if (!copy.isCompletedExceptionally() && copy.join().equals(value)) {
            return copy;
        }
        Nonce ended = Nonce.of(copy.name, value);
        ended.end();
        return ended;
    }

    private static List<String> with(String first, List<String> others) {
        return Stream.concat(Stream.of(first), others.stream()).toList();
    }

    @Override
    public CompletionStage<Map<String, Nonce>> current(Set<String> names) {
        List<String> tags = names.stream().filter(name -> !name.equals(ALL)).toList();
        CompletionStage<Base> base = base();
        return tags.isEmpty()
                ? base.thenApply(known -> Map.of(ALL, known.all()))
                : base.thenCombine(copies(tags, life), StoreNonces::byName);
    }

    private static Map<String, Nonce> byName(Base base, List<Nonce> tags) {
        Map<String, Nonce> nonces = new HashMap<>();
        nonces.put(ALL, base.all());
        tags.forEach(tag -> nonces.put(tag.name, tag));
        return nonces;
    }

    /** The copies of these names, where the store is asked for those that are not there. */
    private CompletionStage<List<Nonce>> copies(List<String> names, Duration atLeast) {
        return writes.isEmpty() ? present(names, atLeast) : settled().thenCompose(done -> present(names, atLeast));
    }

    private CompletionStage<List<Nonce>> present(List<String> names, Duration atLeast) {
        Copies present = present();
        List<Nonce> nonces = new ArrayList<>(names.size());
        List<Nonce> begun = new ArrayList<>(0);
        for (String name : names) {
            nonces.add(present.getOrBegin(name, begun));
        }
        if (!begun.isEmpty()) {
            fetch(present, begun, atLeast, 1);
        }
        CompletableFuture<?>[] open =
                nonces.stream().filter(nonce -> !nonce.isDone()).toArray(CompletableFuture[]::new);
        return open.length == 0
                ? CompletableFuture.completedFuture(nonces)
                : CompletableFuture.allOf(open).thenApply(done -> nonces);
    }

    /** Again where a change was told meanwhile: also what is made by being asked for is told. */
    private void fetch(Copies present, List<Nonce> begun, Duration atLeast, int attempt) {
        read(begun.stream().map(nonce -> nonce.name).toList(), atLeast).whenComplete((values, failure) -> {
            present.endFailed(begun, failure);
            List<Nonce> doubted = new ArrayList<>(0);
            for (int i = 0; i < begun.size() && failure == null; i++) {
                if (attempt == MOST_FETCHES) {
                    present.settle(begun.get(i), values.get(i));
                } else if (!begun.get(i).completeUndoubted(values.get(i))) {
                    doubted.add(begun.get(i));
                }
            }
            if (!doubted.isEmpty()) {
                fetch(present, doubted, atLeast, attempt + 1);
            }
        });
    }

    private CompletionStage<List<String>> read(List<String> names, Duration atLeast) {
        return calls.call("nonces", () -> store.nonces(group, names, atLeast));
    }

    /** Where changes are not told, copies are made for one use. */
    private Copies present() {
        Epoch epoch = store.epoch();
        Copies present = copies;
        if (!epoch.isLive(System.nanoTime())) {
            return new Copies(epoch);
        }
        return present.epoch == epoch ? present : presentOf(epoch);
    }

    private synchronized Copies presentOf(Epoch epoch) {
        if (copies.epoch != epoch) {
            copies = new Copies(epoch);
        }
        return copies;
    }

    @Override
    public Nonce local() {
        return local;
    }

    @Override
    public CompletionStage<Void> change(String tag) {
        return write(TAG + tag, List.of(ANY_TAG, TAG + tag));
    }

    @Override
    public CompletionStage<Void> changeAll() {
        return write(ALL, List.of(ALL));
    }

    private CompletionStage<Void> write(String subject, List<String> names) {
        CompletionStage<Void> write = writes.write(subject, () -> changed(names));
        names.forEach(this::changeTold);
        endLocal();
        return write;
    }

    private CompletableFuture<Void> changed(List<String> names) {
        return calls.call("changeNonces", () -> store.changeNonces(group, names));
    }

    /** Completes when no change is unconfirmed. */
    CompletionStage<Void> settled() {
        return writes.settled();
    }

    void changeTold(String name) {
        Copies present = copies;
        Nonce copy = present.get(name);
        if (copy != null && copy.changed()) {
            present.end(copy);
            // After the copy: what begins from here on does not use it any more.
            endLocal();
        }
    }

    private synchronized void endLocal() {
        Nonce former = local;
        local = new Nonce(LOCAL);
        former.end();
    }

    /** What is known in one epoch. One that has to make room ends: changes of it are no longer listened for. */
    private static final class Copies {
        private static final int MOST = 100_000;

        final Epoch epoch;
        private final Cache<String, Nonce> nonces = Caffeine.newBuilder()
                .maximumSize(MOST)
                .evictionListener((@Nullable String name, @Nullable Nonce nonce, RemovalCause cause) -> {
                    if (nonce != null) {
                        nonce.end();
                    }
                })
                .build();

        Copies(Epoch epoch) {
            this.epoch = epoch;
        }

        @Nullable Nonce get(String name) {
            return nonces.getIfPresent(name);
        }

        /** The copy of this name; one that is put down now is noted too, for the caller to complete. */
        Nonce getOrBegin(String name, List<Nonce> begun) {
            Nonce present = nonces.getIfPresent(name);
            if (present != null) {
                return present;
            }
            Nonce mine = new Nonce(name);
            Nonce faster = nonces.asMap().putIfAbsent(name, mine);
            if (faster != null) {
                return faster;
            }
            begun.add(mine);
            return mine;
        }

        void endFailed(List<Nonce> begun, @Nullable Throwable failure) {
            if (failure != null) {
                begun.forEach(nonce -> {
                    end(nonce);
                    nonce.completeExceptionally(failure);
                });
            }
        }

        /** One in doubt is good for those who wait for it, and for nobody after them. */
        void settle(Nonce nonce, String value) {
            nonce.settle(value);
            if (!nonce.isLive()) {
                end(nonce);
            }
        }

        void end(Nonce nonce) {
            nonce.end();
            nonces.asMap().remove(nonce.name, nonce);
        }
    }
}
