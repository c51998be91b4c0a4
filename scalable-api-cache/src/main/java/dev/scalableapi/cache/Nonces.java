package dev.scalableapi.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * The nonces by which entries are made invalid together: one for all of a cache, one for each tag. An entry carries those
 * that were current before it was loaded, and is valid as long as they are. Thread-safe.
 */
interface Nonces {
    /**
     * What is read before a load, so that a change during the load is seen after it.
     *
     * @param anyTag changes with each tag: the tags of an entry are known only after its load has begun
     * @param at when, as {@link System#nanoTime()} tells it
     */
    record Base(Nonce all, Nonce anyTag, long at) {
        Base(Nonce all, Nonce anyTag) {
            this(all, anyTag, System.nanoTime());
        }
    }

    /** Completes with the nonces of this moment, or of a later one. */
    CompletionStage<Base> base();

    /**
     * Completes with the nonces for an entry whose tags were named during its load; empty if one of them may have changed
     * since the base was read. They are kept for at least the entry's life.
     */
    CompletionStage<Optional<List<Nonce>>> of(Base base, Collection<String> tags, Duration life);

    /** Completes with the nonces of these names, as they are now. */
    CompletionStage<Map<String, Nonce>> current(Set<String> names);

    /** The nonces by which an entry is valid that carries these; empty if one of them is not current. */
    static Optional<List<Nonce>> valid(Map<String, String> carried, Map<String, Nonce> current) {
        List<Nonce> nonces = new ArrayList<>(carried.size());
        for (Map.Entry<String, String> one : carried.entrySet()) {
            Nonce nonce = current.get(one.getKey());
            if (nonce == null || !nonce.join().equals(one.getValue())) {
                return Optional.empty();
            }
            nonces.add(nonce);
        }
        return Optional.of(nonces);
    }

    /**
     * Any change that is made here, or heard of, ends it. By it an entry is valid that is loaded while there is no store to
     * ask; and who comes later does not join a flight that began before.
     */
    Nonce local();

    /** Makes all entries with this tag invalid: here at once, elsewhere once completed. */
    CompletionStage<Void> change(String tag);

    /** Makes all entries invalid: here at once, elsewhere once completed. */
    CompletionStage<Void> changeAll();
}
