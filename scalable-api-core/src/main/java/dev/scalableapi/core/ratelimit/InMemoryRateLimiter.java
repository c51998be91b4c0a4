package dev.scalableapi.core.ratelimit;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Buckets in stripes, each with a lock that is held for one look-up and some arithmetic. */
final class InMemoryRateLimiter implements RateLimiter {
    private static final int STRIPES = 64;

    private final RateLimit policy;
    private final LongSupplier nanoTime;
    private final long limit;
    private final long interval;
    private final long capacity;
    private final Stripe[] stripes;

    InMemoryRateLimiter(RateLimit policy, int maxKeys, LongSupplier nanoTime) {
        if (maxKeys < 1) {
            throw new IllegalArgumentException("maxKeys must be at least 1");
        }
        this.policy = policy;
        this.nanoTime = nanoTime;
        limit = policy.burst();
        interval = policy.intervalNanos();
        capacity = limit * interval;
        // Few keys in many stripes would evict by the accident of their hashes.
        stripes = new Stripe[Math.min(STRIPES, Math.max(1, maxKeys / 64))];
        for (int i = 0; i < stripes.length; i++) {
            stripes[i] = new Stripe(maxKeys / stripes.length);
        }
    }

    @Override
    public CompletionStage<Decision> acquire(String key) {
        return CompletableFuture.completedFuture(stripe(key).acquire(key));
    }

    @Override
    public Optional<RateLimit> limit() {
        return Optional.of(policy);
    }

    @Override
    public CompletionStage<Void> refund(String key) {
        stripe(key).refund(key);
        return CompletableFuture.completedFuture(null);
    }

    private Stripe stripe(String key) {
        int hash = key.hashCode() * 0x9E3779B9;
        return stripes[(hash >>> 16) % stripes.length];
    }

    /** How many keys are remembered. */
    int size() {
        int size = 0;
        for (Stripe stripe : stripes) {
            size += stripe.size();
        }
        return size;
    }

    private Decision allowed(long debt) {
        return new Decision(true, (capacity - debt) / interval, limit, Duration.ZERO, Duration.ofNanos(debt));
    }

    private Decision denied(long debt) {
        return new Decision(false, 0, limit, Duration.ofNanos(debt + interval - capacity), Duration.ofNanos(debt));
    }

    private final class Stripe {
        private final ReentrantLock lock = new ReentrantLock();
        private final Map<String, Bucket> buckets = new HashMap<>();
        private final PriorityQueue<Bucket> soonestFull =
                new PriorityQueue<>((a, b) -> Long.signum(a.queuedFullAt - b.queuedFullAt));
        private final int maxKeys;

        Stripe(int maxKeys) {
            this.maxKeys = maxKeys;
        }

        Decision acquire(String key) {
            lock.lock();
            try {
                // Read under the lock, so that a stripe's times do not run backwards.
                long now = nanoTime.getAsLong();
                Bucket bucket = buckets.get(key);
                long debt = bucket == null ? 0 : Math.max(0, bucket.fullAt - now);
                if (debt + interval > capacity) {
                    return denied(debt);
                }
                if (bucket == null) {
                    add(key, now);
                } else {
                    bucket.fullAt = now + debt + interval;
                }
                return allowed(debt + interval);
            } finally {
                lock.unlock();
            }
        }

        void refund(String key) {
            lock.lock();
            try {
                Bucket bucket = buckets.get(key);
                if (bucket != null) {
                    long now = nanoTime.getAsLong();
                    bucket.fullAt = now + Math.max(0, bucket.fullAt - now - interval);
                    requeueIfLate(bucket);
                }
            } finally {
                lock.unlock();
            }
        }

        int size() {
            lock.lock();
            try {
                return buckets.size();
            } finally {
                lock.unlock();
            }
        }

        private void add(String key, long now) {
            while (buckets.size() >= maxKeys) {
                evictFullest();
            }
            // Two out for one in: full buckets leave without a sweep.
            evictIfFull(now);
            evictIfFull(now);
            Bucket bucket = new Bucket(key, now + interval);
            buckets.put(key, bucket);
            soonestFull.add(bucket);
        }

        private void evictIfFull(long now) {
            Bucket fullest = fullest();
            if (fullest != null && fullest.fullAt - now <= 0) {
                evictFullest();
            }
        }

        private void evictFullest() {
            fullest();
            buckets.remove(soonestFull.remove().key);
        }

        /** Only a refund makes a bucket full sooner than the queue has it; the search for it is linear in the stripe. */
        private void requeueIfLate(Bucket bucket) {
            if (bucket.fullAt - bucket.queuedFullAt < 0) {
                soonestFull.remove(bucket);
                bucket.queuedFullAt = bucket.fullAt;
                soonestFull.add(bucket);
            }
        }

        /** The queue may have a bucket too early, never too late; what comes to its head is caught up. */
        private @Nullable Bucket fullest() {
            Bucket head = soonestFull.peek();
            while (head != null && head.queuedFullAt != head.fullAt) {
                soonestFull.remove();
                head.queuedFullAt = head.fullAt;
                soonestFull.add(head);
                head = soonestFull.peek();
            }
            return head;
        }
    }

    private static final class Bucket {
        final String key;
        long fullAt;
        long queuedFullAt;

        Bucket(String key, long fullAt) {
            this.key = key;
            this.fullAt = fullAt;
            queuedFullAt = fullAt;
        }
    }
}
