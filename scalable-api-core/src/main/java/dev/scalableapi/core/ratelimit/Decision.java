package dev.scalableapi.core.ratelimit;

import java.time.Duration;

/**
 * Whether a key may act now, and what it has left. Immutable.
 *
 * @param allowed whether it may; a permit has then been taken
 * @param remaining how many permits are left now
 * @param limit how many permits a rested key has
 * @param retryAfter how long until the next permit; zero when allowed
 * @param reset how long until the key has all its permits, if it does not act
 */
public record Decision(boolean allowed, long remaining, long limit, Duration retryAfter, Duration reset) {}
