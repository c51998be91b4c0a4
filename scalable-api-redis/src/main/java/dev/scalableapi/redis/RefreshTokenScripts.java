package dev.scalableapi.redis;

/**
 * The operations of {@link RedisRefreshTokenStore}. Redis runs each as a whole, on one hash:
 *
 * <ul>
 *   <li>{@code state}: live, reused or revoked
 *   <li>{@code generation}, {@code current}, {@code previous}: the number and the hash of the current token, and the hash
 *       of the one before
 *   <li>{@code rotated}, {@code expires}, {@code end}: when the current token came, when it ends, and when the family
 *       does, in milliseconds since 1970
 *   <li>{@code grant}
 * </ul>
 *
 * <p>Lua counts in doubles, which are exact for all numbers here; but it writes them in its own way, hence the formats.
 */
final class RefreshTokenScripts {
    private static final String NOW = """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            """;

    /** Hash, grant, idle lifetime, family lifetime: gives the end of the first token. */
    static final String CREATE = NOW + """
            local finish = now + ARGV[4]
            local expires = string.format('%.0f', math.min(now + ARGV[3], finish))
            redis.call('HSET', KEYS[1], 'state', 'live', 'generation', '0', 'current', ARGV[1], 'previous', '',
                'rotated', string.format('%.0f', now), 'expires', expires, 'end', string.format('%.0f', finish),
                'grant', ARGV[2])
            redis.call('PEXPIREAT', KEYS[1], expires)
            return {'created', expires}
            """;

    /** Generation, hash, grace, idle lifetime, successors: gives a word, and what belongs to it. */
    static final String ROTATE = NOW + """
            local family = redis.call('HMGET', KEYS[1], 'state', 'generation', 'current', 'previous', 'rotated',
                'expires', 'end', 'grant')
            local state, current, previous, grant = family[1], family[3], family[4], family[8]
            if not state or now >= tonumber(family[6]) then return {'unknown'} end
            if state ~= 'live' then return {state} end

            local age = tonumber(family[2]) - tonumber(ARGV[1])
            if age < 0 or (age == 0 and current ~= ARGV[2]) or (age == 1 and previous ~= ARGV[2]) then
                redis.call('DEL', KEYS[1])
                return {'lost'}
            end

            if age == 0 then
                local expires = string.format('%.0f', math.min(now + ARGV[4], tonumber(family[7])))
                redis.call('HINCRBY', KEYS[1], 'generation', 1)
                redis.call('HSET', KEYS[1], 'current', ARGV[5], 'previous', current,
                    'rotated', string.format('%.0f', now), 'expires', expires)
                redis.call('PEXPIREAT', KEYS[1], expires)
                return {'rotated', '0', grant, expires}
            end

            -- A clock that was set back, as by a failover, counts as one that stands still.
            if age == 1 and math.max(0, now - family[5]) < tonumber(ARGV[3]) then
                for i = 5, #ARGV do
                    if ARGV[i] == current then return {'rotated', string.format('%d', i - 5), grant, family[6]} end
                end
                return {'lost'}
            end

            redis.call('HSET', KEYS[1], 'state', 'reused')
            redis.call('HDEL', KEYS[1], 'current', 'previous', 'grant')
            return {'revoked now', grant}
            """;

    /** Gives whether it was live. */
    static final String REVOKE = """
            if redis.call('HGET', KEYS[1], 'state') ~= 'live' then return {'no'} end
            redis.call('HSET', KEYS[1], 'state', 'revoked')
            redis.call('HDEL', KEYS[1], 'current', 'previous', 'grant')
            return {'yes'}
            """;

    private RefreshTokenScripts() {}
}
