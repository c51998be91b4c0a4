package dev.scalableapi.redis;

/**
 * The operations of {@link RedisIdempotencyStore}. Redis runs each as a whole, on one hash:
 *
 * <ul>
 *   <li>{@code number}: of the last token
 *   <li>{@code fingerprint}: while the key is taken, and {@code end}, until when, in milliseconds since 1970
 *   <li>{@code response}: once the work is done
 * </ul>
 *
 * <p>A token's number is the time in microseconds since 1970, or one more than the last number if that is greater. The hash
 * outlives the end by a margin, so that a clock that was set back a little makes no smaller number.
 */
final class IdempotencyScripts {
    private static final String ENTRY = """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local margin = 600000
            local entry = redis.call('HMGET', KEYS[1], 'number', 'fingerprint', 'end', 'response')
            local number, fingerprint, finish, response = entry[1], entry[2], tonumber(entry[3]), entry[4]
            """;

    /** Fingerprint, lease: gives a word, and what belongs to it. */
    static final String BEGIN = ENTRY + """
            if not tonumber(number) and redis.call('EXISTS', KEYS[1]) == 1 then return {'foreign'} end
            if fingerprint and not finish then return {'foreign'} end
            if fingerprint and now < finish then
                if fingerprint ~= ARGV[1] then return {'mismatch'} end
                if response then return {'completed', response} end
                return {'in progress', finish - now}
            end
            local last = tonumber(number) or 0
            local token = string.format('%.0f', math.max(last + 1, time[1] * 1000000 + time[2]))
            redis.call('HDEL', KEYS[1], 'response')
            redis.call('HSET', KEYS[1], 'number', token, 'fingerprint', ARGV[1], 'end',
                string.format('%.0f', now + ARGV[2]))
            redis.call('PEXPIRE', KEYS[1], string.format('%.0f', ARGV[2] + margin))
            return {'started', token}
            """;

    /** Number, response, retention: gives whether it was stored. */
    static final String COMPLETE = ENTRY + """
            if number ~= ARGV[1] or not fingerprint or response or not finish or now >= finish then return {'no'} end
            redis.call('HSET', KEYS[1], 'response', ARGV[2], 'end', string.format('%.0f', now + ARGV[3]))
            redis.call('PEXPIRE', KEYS[1], string.format('%.0f', ARGV[3] + margin))
            return {'yes'}
            """;

    /** Number. */
    static final String ABANDON = ENTRY + """
            if number ~= ARGV[1] or response then return {} end
            redis.call('HDEL', KEYS[1], 'fingerprint', 'end')
            redis.call('PEXPIRE', KEYS[1], string.format('%.0f', margin))
            return {}
            """;

    private IdempotencyScripts() {}
}
