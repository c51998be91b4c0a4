package dev.scalableapi.examples.shop.http;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Ten failed logins a minute for an account from one address. A login takes its place before the password is checked and
 * gives it back when the password was right, so that guesses sent all at once are counted, too. Thread-safe.
 */
final class LoginThrottle {
    private static final int FAILURES = 10;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int MAX_KEYS = 100_000;

    private final Clock clock;

    /** In the order in which they end. */
    private final Map<String, Attempts> attempts = new LinkedHashMap<>();

    LoginThrottle(Clock clock) {
        this.clock = clock;
    }

    /** {@return how long to wait; zero if a place was taken} */
    synchronized Duration begin(String key) {
        Instant now = clock.instant();
        dropOld(now);
        Attempts mine = attempts.computeIfAbsent(key, first -> new Attempts(now.plus(WINDOW)));
        if (mine.count == FAILURES) {
            return Duration.between(now, mine.end);
        }
        mine.count++;
        return Duration.ZERO;
    }

    /** Windows are equally long, so the eldest ends first. */
    private void dropOld(Instant now) {
        Iterator<Attempts> eldest = attempts.values().iterator();
        while (eldest.hasNext() && (!now.isBefore(eldest.next().end) || attempts.size() > MAX_KEYS)) {
            eldest.remove();
        }
    }

    /** Gives the place back. */
    synchronized void succeeded(String key) {
        Attempts mine = attempts.get(key);
        if (mine != null && mine.count > 0) {
            mine.count--;
        }
    }

    private static final class Attempts {
        private final Instant end;
        private int count;

        private Attempts(Instant end) {
            this.end = end;
        }
    }
}
