package dev.scalableapi.auth.revocation;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Revocations in memory: one a token, one a subject, up to a bound. Thread-safe; questions take no lock. */
final class RevocationSet {
    private final Map<String, Revocation.OfToken> tokens = new ConcurrentHashMap<>();
    private final Map<String, Revocation.OfSubject> subjects = new ConcurrentHashMap<>();
    private final int maxEntries;

    RevocationSet(int maxEntries) {
        this.maxEntries = maxEntries;
    }

    boolean isRevoked(String tokenId, String subject, Instant issuedAt) {
        // Spares the hash of a string that is new with each request.
        return (!tokens.isEmpty() && tokens.containsKey(tokenId))
                || (!subjects.isEmpty() && covers(subjects.get(subject), issuedAt));
    }

    private static boolean covers(Revocation.@Nullable OfSubject revocation, Instant issuedAt) {
        return revocation != null && revocation.covers(issuedAt);
    }

    /** Adds a revocation, and says false if there is no place for it. */
    synchronized boolean add(Revocation revocation) {
        if (size() >= maxEntries && !hasPlace(revocation)) {
            return false;
        }
        if (revocation instanceof Revocation.OfToken token) {
            tokens.merge(token.tokenId(), token, (old, added) -> added.until().isAfter(old.until()) ? added : old);
        } else if (revocation instanceof Revocation.OfSubject subject) {
            subjects.merge(subject.subject(), subject, Revocation.OfSubject::merge);
        }
        return true;
    }

    private boolean hasPlace(Revocation revocation) {
        return revocation instanceof Revocation.OfToken token
                ? tokens.containsKey(token.tokenId())
                : subjects.containsKey(((Revocation.OfSubject) revocation).subject());
    }

    /** Removes a revocation, unless it has become another one by what was added since. */
    void remove(Revocation revocation) {
        if (revocation instanceof Revocation.OfToken token) {
            tokens.remove(token.tokenId(), token);
        } else if (revocation instanceof Revocation.OfSubject subject) {
            subjects.remove(subject.subject(), subject);
        }
    }

    void removeExpired(Instant now) {
        tokens.values().removeIf(revocation -> !revocation.until().isAfter(now));
        subjects.values().removeIf(revocation -> !revocation.until().isAfter(now));
    }

    List<Revocation> first(int limit) {
        return all().limit(limit).toList();
    }

    void addAll(RevocationSet other) {
        other.all().forEach(this::add);
    }

    private Stream<Revocation> all() {
        return Stream.concat(tokens.values().stream(), subjects.values().stream());
    }

    int size() {
        return tokens.size() + subjects.size();
    }
}
