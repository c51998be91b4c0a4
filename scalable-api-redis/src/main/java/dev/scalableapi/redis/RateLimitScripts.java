package dev.scalableapi.redis;

/**
 * The operations of {@link RedisRateLimiter}, on one string: the time at which the bucket will be full, as whole
 * microseconds since 1970 and the nanoseconds above them.
 *
 * <p>Times are pairs of such numbers throughout, for Lua counts in doubles: nanoseconds since 1970, and those of long
 * windows, would lose their last digits; microseconds, up to ten thousand days from now, are exact.
 */
final class RateLimitScripts {
    static final String NOW = """
            local time = redis.call('TIME')
            local now = time[1] * 1000000 + time[2]
            """;

    static final String EXPIRY = ", 'PX', string.format('%.0f', math.floor(us / 1000) + 1)";

    /**
     * The interval of a permit and the capacity, of which no more can be missing: not after the limit was lowered, or the
     * clock set back.
     */
    private static final String MISSING = NOW + """
            local interval_us, interval_ns = tonumber(ARGV[1]), tonumber(ARGV[2])
            local capacity_us, capacity_ns = tonumber(ARGV[3]), tonumber(ARGV[4])
            local state = redis.call('GET', KEYS[1])
            local full, part = string.match(state or '', '^(%d+) (%d%d?%d?)$')
            local us, ns = 0, 0
            if full and full - now >= 0 then us, ns = full - now, tonumber(part) end
            if us > capacity_us or (us == capacity_us and ns > capacity_ns) then us, ns = capacity_us, capacity_ns end
            """;

    private static final String STORE = """
            redis.call('SET', KEYS[1], string.format('%.0f %d', now + us, ns)""" + EXPIRY + ")\n";

    /** Gives whether it was allowed, and how much is missing until the bucket is full. */
    static final String ACQUIRE = MISSING + """
            local before_us, before_ns = us, ns
            us, ns = us + interval_us, ns + interval_ns
            if ns >= 1000 then us, ns = us + 1, ns - 1000 end
            if us > capacity_us or (us == capacity_us and ns > capacity_ns) then return {0, before_us, before_ns} end
            """ + STORE + "return {1, us, ns}\n";

    static final String REFUND = MISSING + """
            us, ns = us - interval_us, ns - interval_ns
            if ns < 0 then us, ns = us - 1, ns + 1000 end
            if us < 0 or (us == 0 and ns == 0) then
                redis.call('DEL', KEYS[1])
                return {}
            end
            """ + STORE + "return {}\n";

    private RateLimitScripts() {}
}
