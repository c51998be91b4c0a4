package dev.scalableapi.core.cache;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

/** Three maps in access order under a lock, which no operation holds for longer than its look-ups. */
final class InMemoryCacheStore implements CacheStore {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Registration> listeners = new CopyOnWriteArrayList<>();
    private final Epoch epoch = Epoch.unlimited();
    private final Map<String, Entry> entries;
    private final Map<String, Holder> leases;
    private final Map<NonceName, String> nonces;
    private final Clock clock;

    InMemoryCacheStore(int maxEntries, Clock clock) {
        if (maxEntries < 1) {
            throw new IllegalArgumentException("maxEntries must be at least 1");
        }
        this.entries = new BoundedMap<>(maxEntries);
        this.leases = new BoundedMap<>(maxEntries);
        this.nonces = new BoundedMap<>(maxEntries);
        this.clock = clock;
    }

    @Override
    public CompletionStage<Optional<StoredEntry>> get(String key) {
        return locked(now -> find(key, now).map(entry -> entry.at(now)));
    }

    @Override
    public CompletionStage<List<Optional<StoredEntry>>> getAll(List<String> keys) {
        return locked(now -> keys.stream()
                .map(key -> find(key, now).map(entry -> entry.at(now)))
                .toList());
    }

    private Optional<Entry> find(String key, Instant now) {
        Entry entry = entries.get(key);
        if (entry != null && !now.isBefore(entry.end())) {
            entries.remove(key);
            entry = null;
        }
        return Optional.ofNullable(entry);
    }

    @Override
    public CompletionStage<Acquisition> acquire(String key, Duration duration, String seen) {
        requirePositive(duration);
        return locked(now -> {
            Optional<StoredEntry> present = find(key, now)
                    .map(entry -> entry.at(now))
                    .filter(entry -> !entry.version().equals(seen));
            if (present.isPresent() && present.get().isFresh()) {
                return new Acquisition.Fresh(present.get());
            }
            Holder holder = leases.get(key);
            if (holder != null && now.isBefore(holder.end())) {
                return new Acquisition.Wait(Duration.between(now, holder.end()), present);
            }
            Lease lease = new Lease(key, random());
            leases.put(key, new Holder(lease, now.plus(duration)));
            return new Acquisition.Granted(lease, present);
        });
    }

    @Override
    public CompletionStage<Boolean> renew(Lease lease, Duration duration) {
        requirePositive(duration);
        return locked(now -> {
            boolean stands = stands(lease, now);
            if (stands) {
                leases.put(lease.key(), new Holder(lease, now.plus(duration)));
            }
            return stands;
        });
    }

    @Override
    public CompletionStage<Boolean> commit(Lease lease, byte[] value, Lifetime lifetime) {
        byte[] copy = value.clone();
        CompletionStage<Boolean> written = locked(now -> {
            boolean stands = stands(lease, now);
            if (stands) {
                write(lease.key(), copy, lease.token(), lifetime, now);
            }
            return stands;
        });
        tellEntry(lease.key());
        return written;
    }

    @Override
    public CompletionStage<Void> release(Lease lease) {
        CompletionStage<Void> done = run(now -> {
            if (stands(lease, now)) {
                leases.remove(lease.key());
            }
        });
        listeners.forEach(registration -> registration.listener.leaseEnded(lease.key()));
        return done;
    }

    private boolean stands(Lease lease, Instant now) {
        Holder holder = leases.get(lease.key());
        return holder != null && holder.lease().equals(lease) && now.isBefore(holder.end());
    }

    @Override
    public CompletionStage<Void> put(String key, byte[] value, Lifetime lifetime) {
        byte[] copy = value.clone();
        return changed(key, now -> write(key, copy, random(), lifetime, now));
    }

    private void write(String key, byte[] value, String version, Lifetime lifetime, Instant now) {
        leases.remove(key);
        Instant stale = now.plus(lifetime.fresh());
        entries.put(key, new Entry(value, version, stale, stale.plus(lifetime.stale())));
    }

    @Override
    public CompletionStage<Void> invalidate(String key) {
        return changed(key, now -> {
            leases.remove(key);
            entries.remove(key);
        });
    }

    @Override
    public CompletionStage<Void> expire(String key) {
        return changed(key, now -> {
            leases.remove(key);
            find(key, now).ifPresent(entry -> entries.put(key, entry.staleSince(now)));
        });
    }

    @Override
    public CompletionStage<List<String>> nonces(String group, List<String> names, Duration life) {
        List<NonceName> made = new ArrayList<>();
        CompletionStage<List<String>> values = locked(now -> names.stream()
                .map(name -> nonces.computeIfAbsent(new NonceName(group, name), absent -> {
                    made.add(absent);
                    return random();
                }))
                .toList());
        made.forEach(this::tellNonce);
        return values;
    }

    @Override
    public CompletionStage<Void> changeNonces(String group, List<String> names) {
        List<NonceName> changed =
                names.stream().map(name -> new NonceName(group, name)).toList();
        CompletionStage<Void> done = run(now -> changed.forEach(nonce -> nonces.put(nonce, random())));
        changed.forEach(this::tellNonce);
        return done;
    }

    private static String random() {
        return UUID.randomUUID().toString();
    }

    @Override
    public Epoch epoch() {
        return epoch;
    }

    @Override
    public Runnable listen(Listener listener) {
        Registration registration = new Registration(listener);
        listeners.add(registration);
        return () -> listeners.remove(registration);
    }

    private void tellEntry(String key) {
        listeners.forEach(registration -> {
            registration.listener.entryChanged(key);
            registration.listener.leaseEnded(key);
        });
    }

    private void tellNonce(NonceName nonce) {
        listeners.forEach(registration -> registration.listener.nonceChanged(nonce.group(), nonce.name()));
    }

    private CompletionStage<Void> changed(String key, Consumer<Instant> change) {
        CompletionStage<Void> done = run(change);
        tellEntry(key);
        return done;
    }

    private CompletionStage<Void> run(Consumer<Instant> change) {
        return this.<Optional<Object>>locked(now -> {
                    change.accept(now);
                    return Optional.empty();
                })
                .thenAccept(nothing -> {});
    }

    private <T> CompletionStage<T> locked(Function<Instant, T> operation) {
        Instant now = clock.instant();
        lock.lock();
        try {
            return CompletableFuture.completedFuture(operation.apply(now));
        } finally {
            lock.unlock();
        }
    }

    private static void requirePositive(Duration duration) {
        if (duration.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("A lease must stand for at least a millisecond");
        }
    }

    /** One for each call of {@code listen}, also with the same listener. */
    private static final class Registration {
        final Listener listener;

        Registration(Listener listener) {
            this.listener = listener;
        }
    }

    private record Holder(Lease lease, Instant end) {}

    private record NonceName(String group, String name) {}

    /** Not a record: its bytes are compared by nobody. */
    private static final class Entry {
        private final byte[] value;
        private final String version;
        private final Instant stale;
        private final Instant end;

        Entry(byte[] value, String version, Instant stale, Instant end) {
            this.value = value;
            this.version = version;
            this.stale = stale;
            this.end = end;
        }

        Instant end() {
            return end;
        }

        StoredEntry at(Instant now) {
            return StoredEntry.of(value.clone(), version, Duration.between(now, stale));
        }

        Entry staleSince(Instant now) {
            return new Entry(value, version, stale.isBefore(now) ? stale : now, end);
        }
    }

    private static final class BoundedMap<K, V> extends LinkedHashMap<K, V> {
        private static final long serialVersionUID = 1L;

        private final int maxEntries;

        BoundedMap(int maxEntries) {
            super(16, 0.75f, true);
            this.maxEntries = maxEntries;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > maxEntries;
        }
    }
}
