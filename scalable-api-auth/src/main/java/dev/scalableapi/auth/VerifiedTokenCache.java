package dev.scalableapi.auth;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Accepted tokens with their results, by the whole token. A hit means that exactly this string was accepted before; its
 * time, its key and its revocation are checked again at each hit. Rejected tokens are not kept, so that only holders of
 * valid tokens can fill the cache.
 *
 * <p>It is set-associative, as a processor's caches are: the end of the signature picks one of many sets of
 * {@value #WAYS} places, where tokens are compared as a whole. A place is given up if its token has expired, else if it
 * was not used since the last search (second chance). Bounded, lock-free, and a hit allocates nothing. Thread-safe.
 */
final class VerifiedTokenCache {
    private static final int WAYS = 8;
    /** 72 bits of a signature: as good as random, and its sender can't choose them without the key. */
    private static final int TAIL = 12;
    /** The last character has bits that are always zero. */
    private static final int LAST = 1;

    private final AtomicReferenceArray<@Nullable Entry> places;
    private final int mask;

    /** Of at least this many places; rounded up to a power of two. */
    VerifiedTokenCache(int maxTokens) {
        int sets = Math.max(1, Integer.highestOneBit(Math.max(1, (maxTokens - 1) / WAYS)) * (maxTokens > WAYS ? 2 : 1));
        places = new AtomicReferenceArray<>(sets * WAYS);
        mask = sets - 1;
    }

    int capacity() {
        return places.length();
    }

    @Nullable Entry find(String token) {
        int hash = hash(token);
        int first = (hash & mask) * WAYS;
        for (int i = first; i < first + WAYS; i++) {
            Entry entry = places.get(i);
            if (entry != null && entry.hash == hash && entry.token.equals(token)) {
                entry.touch();
                return entry;
            }
        }
        return null;
    }

    /** Remembers a token; two threads that bring the same one at once may both find a place. */
    void put(Entry entry, long nowMillis) {
        int first = (entry.hash & mask) * WAYS;
        for (int i = first; i < first + WAYS; i++) {
            Entry old = places.get(i);
            if (old == null || old.isExpired(nowMillis) || old.token.equals(entry.token)) {
                places.set(i, entry);
                return;
            }
        }
        places.set(first + victim(first), entry);
    }

    /** The first that was not used of late; all lose their mark. If all were used, one by the clock. */
    private int victim(int first) {
        int victim = -1;
        for (int way = 0; way < WAYS; way++) {
            Entry entry = places.get(first + way);
            if (entry != null && !entry.rest() && victim < 0) {
                victim = way;
            }
        }
        return victim < 0 ? (int) (System.nanoTime() & (WAYS - 1)) : victim;
    }

    void remove(Entry entry) {
        int first = (entry.hash & mask) * WAYS;
        for (int i = first; i < first + WAYS; i++) {
            places.compareAndSet(i, entry, null);
        }
    }

    private static int hash(String token) {
        int end = token.length() - LAST;
        int hash = 0;
        for (int i = Math.max(0, end - TAIL); i < end; i++) {
            hash = 31 * hash + token.charAt(i);
        }
        return hash ^ hash >>> 15;
    }

    /** A token that was accepted, and what it said. */
    static final class Entry {
        final Verification.Verified verified;
        final VerificationKey key;
        private final boolean keyNamed;
        private final String token;
        private final int hash;
        private final long endMillis;
        /** The keys among which its key was seen last. */
        private volatile VerificationKeySet keys;

        private boolean used;

        Entry(
                String token,
                Verification.Verified verified,
                VerificationKey key,
                boolean keyNamed,
                VerificationKeySet keys,
                long endMillis) {
            this.token = token;
            this.verified = verified;
            this.key = key;
            this.keyNamed = keyNamed;
            this.keys = keys;
            this.endMillis = endMillis;
            hash = hash(token);
        }

        boolean isExpired(long nowMillis) {
            return nowMillis >= endMillis;
        }

        /** Whether these contain the token's key, unchanged, also for a token that names none if this one does not. */
        boolean isBy(VerificationKeySet now) {
            if (keys == now) {
                return true;
            }
            if (!now.has(key, keyNamed)) {
                return false;
            }
            keys = now;
            return true;
        }

        /** Racy on purpose: a mark that is lost costs a token its second chance, and nothing else. */
        private void touch() {
            if (!used) {
                used = true;
            }
        }

        private boolean rest() {
            boolean was = used;
            used = false;
            return was;
        }
    }
}
