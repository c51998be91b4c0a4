package dev.scalableapi.core.idempotency;

/**
 * Proves that its holder was given a key to work on. Of two tokens for one key the later has the greater number, so that
 * a resource further down can refuse the holder of an older one. Immutable.
 *
 * @param key whose work it allows
 * @param number greater than that of every earlier token of this key
 */
public record FencingToken(String key, long number) {
    /** {@return the number alone: the key comes from a client} */
    @Override
    public String toString() {
        return "FencingToken[number=" + number + "]";
    }
}
