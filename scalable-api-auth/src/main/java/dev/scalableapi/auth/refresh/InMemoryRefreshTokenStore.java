package dev.scalableapi.auth.refresh;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A map of the families and a set of the same in the order in which they end, both under one lock. */
final class InMemoryRefreshTokenStore implements RefreshTokenStore {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Family> families = new HashMap<>();
    private final TreeSet<Family> byEnd =
            new TreeSet<>(Comparator.comparing(Family::expiresAt).thenComparing(Family::id));
    private final int maxFamilies;
    private final Clock clock;

    InMemoryRefreshTokenStore(int maxFamilies, Clock clock) {
        if (maxFamilies < 1) {
            throw new IllegalArgumentException("maxFamilies must be at least 1");
        }
        this.maxFamilies = maxFamilies;
        this.clock = clock;
    }

    @Override
    public CompletionStage<Instant> create(NewFamily family) {
        lock.lock();
        try {
            Family created = Family.of(family, expire());
            if (families.size() >= maxFamilies) {
                families.remove(byEnd.pollFirst().id());
            }
            put(created);
            return CompletableFuture.completedFuture(created.expiresAt());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletionStage<Rotation> rotate(TokenUse use) {
        lock.lock();
        try {
            Instant now = expire();
            Family family = families.get(use.family());
            return CompletableFuture.completedFuture(
                    family == null ? new Rotation.Refused(Rotation.Cause.UNKNOWN) : rotate(family, use, now));
        } finally {
            lock.unlock();
        }
    }

    private Rotation rotate(Family family, TokenUse use, Instant now) {
        if (family.ended() != null) {
            return new Rotation.Refused(family.ended());
        }
        if (family.contradicts(use)) {
            remove(family);
            return new Rotation.Refused(Rotation.Cause.LOST);
        }
        if (use.generation() == family.generation()) {
            Family rotated = put(family.rotated(use, now));
            return new Rotation.Rotated(0, rotated.grant(), rotated.expiresAt());
        }
        return family.isWithinGrace(use, now) ? again(family, use) : reused(family);
    }

    private static Rotation again(Family family, TokenUse use) {
        int successor = use.successors().indexOf(family.current());
        return successor < 0
                ? new Rotation.Refused(Rotation.Cause.LOST)
                : new Rotation.Rotated(successor, family.grant(), family.expiresAt());
    }

    private Rotation reused(Family family) {
        put(family.ended(Rotation.Cause.REUSED));
        return new Rotation.Reused(family.grant());
    }

    @Override
    public CompletionStage<Boolean> revoke(String id) {
        lock.lock();
        try {
            expire();
            Family family = families.get(id);
            if (family == null || family.ended() != null) {
                return CompletableFuture.completedFuture(false);
            }
            put(family.ended(Rotation.Cause.REVOKED));
            return CompletableFuture.completedFuture(true);
        } finally {
            lock.unlock();
        }
    }

    private Instant expire() {
        Instant now = clock.instant();
        while (!byEnd.isEmpty() && !now.isBefore(byEnd.first().expiresAt())) {
            families.remove(byEnd.pollFirst().id());
        }
        return now;
    }

    private Family put(Family family) {
        Family before = families.put(family.id(), family);
        if (before != null) {
            byEnd.remove(before);
        }
        byEnd.add(family);
        return family;
    }

    private void remove(Family family) {
        families.remove(family.id());
        byEnd.remove(family);
    }

    /** The previous hash is empty before the first rotation, when there is no generation that it could be asked for. */
    private record Family(
            String id,
            long generation,
            String current,
            String previous,
            Instant rotatedAt,
            Instant expiresAt,
            Instant end,
            String grant,
            Rotation.@Nullable Cause ended) {
        static Family of(NewFamily family, Instant now) {
            Instant end = now.plus(family.familyLifetime());
            Instant expiresAt = earlier(now.plus(family.idleLifetime()), end);
            return new Family(family.id(), 0, family.hash(), "", now, expiresAt, end, family.grant(), null);
        }

        boolean contradicts(TokenUse use) {
            long age = generation - use.generation();
            return age < 0 || (age == 0 && !current.equals(use.hash())) || (age == 1 && !previous.equals(use.hash()));
        }

        Family rotated(TokenUse use, Instant now) {
            Instant expires = earlier(now.plus(use.idleLifetime()), end);
            String successor = use.successors().get(0);
            return new Family(id, generation + 1, successor, current, now, expires, end, grant, null);
        }

        /** A clock that was set back counts as one that stands still. */
        boolean isWithinGrace(TokenUse use, Instant now) {
            Duration passed = now.isAfter(rotatedAt) ? Duration.between(rotatedAt, now) : Duration.ZERO;
            return use.generation() == generation - 1 && passed.compareTo(use.grace()) < 0;
        }

        Family ended(Rotation.Cause cause) {
            return new Family(id, generation, "", "", rotatedAt, expiresAt, end, "", cause);
        }

        private static Instant earlier(Instant one, Instant other) {
            return one.isBefore(other) ? one : other;
        }
    }
}
