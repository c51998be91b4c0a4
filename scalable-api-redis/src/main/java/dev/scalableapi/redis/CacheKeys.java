package dev.scalableapi.redis;

import dev.scalableapi.core.cache.CacheStore;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The keys of {@link RedisCacheStore}: {@code namespace:v:{key}} for an entry, {@code namespace:l:{key}} for its lease,
 * {@code namespace:n:{group}name} for a nonce. What stands in braces decides the slot on a cluster. Immutable.
 */
final class CacheKeys {
    private final byte[] values;
    private final byte[] leases;
    private final byte[] nonces;
    private final byte[] channel;

    CacheKeys(String namespace) {
        values = ascii(namespace + ":v:{");
        leases = ascii(namespace + ":l:{");
        nonces = ascii(namespace + ":n:{");
        channel = ascii(namespace + ":w");
    }

    byte[] value(String key) {
        return join(values, requireKey(key) + "}");
    }

    byte[] lease(String key) {
        return join(leases, requireKey(key) + "}");
    }

    byte[] nonce(String group, String name) {
        if (group.isEmpty() || group.indexOf('}') >= 0) {
            throw new IllegalArgumentException("A group of nonces must not be empty or hold a closing brace");
        }
        return join(nonces, group + "}" + name);
    }

    /** The channel of what tracking does not tell. */
    byte[] channel() {
        return channel.clone();
    }

    /** What CLIENT TRACKING asks for: without leases, which would be told to all nodes. */
    String[] trackedPrefixes() {
        return new String[] {prefix(values), prefix(nonces)};
    }

    private static String prefix(byte[] withBrace) {
        return new String(withBrace, 0, withBrace.length - 1, StandardCharsets.US_ASCII);
    }

    /** Tells a listener what has changed; nothing if it is no key of ours. */
    void tell(byte[] changed, CacheStore.Listener listener) {
        if (startsWith(changed, values)) {
            key(rest(changed, values)).ifPresent(listener::entryChanged);
        } else if (startsWith(changed, leases)) {
            key(rest(changed, leases)).ifPresent(listener::leaseEnded);
        } else if (startsWith(changed, nonces)) {
            tellNonce(rest(changed, nonces), listener);
        }
    }

    private static Optional<String> key(String rest) {
        return rest.length() > 1 && rest.endsWith("}")
                ? Optional.of(rest.substring(0, rest.length() - 1))
                : Optional.empty();
    }

    private static void tellNonce(String rest, CacheStore.Listener listener) {
        int end = rest.indexOf('}');
        if (end > 0) {
            listener.nonceChanged(rest.substring(0, end), rest.substring(end + 1));
        }
    }

    private static boolean startsWith(byte[] bytes, byte[] prefix) {
        return bytes.length > prefix.length && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static String rest(byte[] bytes, byte[] prefix) {
        return new String(bytes, prefix.length, bytes.length - prefix.length, StandardCharsets.UTF_8);
    }

    /** One that begins with a closing brace would leave the braces empty, and value and lease in different slots. */
    private static String requireKey(String key) {
        if (key.isEmpty() || key.charAt(0) == '}') {
            throw new IllegalArgumentException("A key must not be empty or begin with a closing brace");
        }
        return key;
    }

    private static byte[] join(byte[] prefix, String text) {
        byte[] end = wellFormed(text).getBytes(StandardCharsets.UTF_8);
        byte[] joined = Arrays.copyOf(prefix, prefix.length + end.length);
        System.arraycopy(end, 0, joined, prefix.length, end.length);
        return joined;
    }

    /** Strict: two keys with unpaired surrogates must not become one. */
    private static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
                    throw new IllegalArgumentException("A key must be well-formed Unicode");
                }
                i++;
            }
        }
        return text;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
