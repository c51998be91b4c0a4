package dev.scalableapi.redis;

/**
 * The operations of {@link RedisCacheStore} that are more than a read. Redis runs each as a whole. Those on an entry have
 * its key and its lease's as {@code KEYS}; all have as first arguments the channel and whether everything is to be told
 * there; otherwise only that for which tracking pushes nothing. All answer with the Redis's time first.
 */
final class CacheScripts {
    private static final String BEGIN = """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local function tell(key, pushed)
                if not pushed or ARGV[2] == '1' then redis.call('PUBLISH', ARGV[1], key) end
            end
            """;

    /** Its first value is the time at which the entry becomes stale; none if there is no entry, but some other thing. */
    private static final String READ = """
            local form = '^' .. string.rep('%d', 13) .. string.rep('[%w_-]', 16)
            local function stale_at(entry)
                return type(entry) == 'string' and string.find(entry, form) and tonumber(string.sub(entry, 1, 13))
            end
            """;

    static final String NOW = BEGIN + "return {now}";

    private static final String WRITE = """
            local function write(version, fresh, whole, value)
                redis.call('SET', KEYS[1], string.format('%013.0f', now + fresh) .. version .. value, 'PX', whole)
                redis.call('DEL', KEYS[2])
                tell(KEYS[1], true)
            end
            """;

    /** Token, duration, seen version: gives a word, how long to wait, and the entry. */
    static final String ACQUIRE = BEGIN + READ + """
            local entry = redis.pcall('GET', KEYS[1])
            local stale = stale_at(entry)
            if not stale or string.sub(entry, 14, 29) == ARGV[5] then entry = false end
            if entry and stale > now then return {now, 'fresh', 0, entry} end

            local left = redis.call('PTTL', KEYS[2])
            if left >= 0 then return {now, 'wait', math.max(left, 1), entry} end
            redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4])
            return {now, 'granted', 0, entry}
            """;

    /** Token, duration: gives 1 if the lease stands. */
    static final String RENEW = BEGIN + """
            if redis.pcall('GET', KEYS[2]) ~= ARGV[3] then return {now, 0} end
            redis.call('PEXPIRE', KEYS[2], ARGV[4])
            return {now, 1}
            """;

    /** Token, time as fresh, whole time, value: gives 1 if it was written. */
    static final String COMMIT = BEGIN + WRITE + """
            if redis.pcall('GET', KEYS[2]) ~= ARGV[3] then return {now, 0} end
            write(ARGV[3], ARGV[4], ARGV[5], ARGV[6])
            return {now, 1}
            """;

    /** Token. */
    static final String RELEASE = BEGIN + """
            if redis.pcall('GET', KEYS[2]) == ARGV[3] then
                redis.call('DEL', KEYS[2])
                tell(KEYS[2], false)
            end
            return {now}
            """;

    /** Version, time as fresh, whole time, value. */
    static final String PUT = BEGIN + WRITE + """
            write(ARGV[3], ARGV[4], ARGV[5], ARGV[6])
            return {now}
            """;

    static final String INVALIDATE = BEGIN + """
            redis.call('DEL', KEYS[2])
            tell(KEYS[1], redis.call('UNLINK', KEYS[1]) == 1)
            return {now}
            """;

    static final String EXPIRE = BEGIN + READ + """
            redis.call('DEL', KEYS[2])
            local stale = stale_at(redis.pcall('GETRANGE', KEYS[1], 0, 28))
            local fresh = stale and stale > now
            if fresh then redis.call('SETRANGE', KEYS[1], 0, string.format('%013.0f', now)) end
            tell(KEYS[1], fresh)
            return {now}
            """;

    /** Life, or 0 for one without end, and for each key what it is set to where there is nothing: gives the values. */
    static final String NONCES = BEGIN + """
            local life = tonumber(ARGV[3])
            local values = {now}
            for i, key in ipairs(KEYS) do
                local value = redis.pcall('GET', key)
                if type(value) ~= 'string' then
                    value = ARGV[3 + i]
                    if life > 0 then redis.call('SET', key, value, 'PX', 2 * life) else redis.call('SET', key, value) end
                    tell(key, true)
                else
                    local left = redis.call('PTTL', key)
                    if life == 0 and left >= 0 then redis.call('PERSIST', key) end
                    if life > 0 and left >= 0 and left < life then redis.call('PEXPIRE', key, 2 * life) end
                end
                values[i + 1] = value
            end
            return values
            """;

    /** Takes the former values away: who reads the nonces next makes them anew. */
    static final String CHANGE_NONCES = BEGIN + """
            for _, key in ipairs(KEYS) do tell(key, redis.call('UNLINK', key) == 1) end
            return {now}
            """;

    private CacheScripts() {}
}
