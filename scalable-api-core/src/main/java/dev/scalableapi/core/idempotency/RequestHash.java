package dev.scalableapi.core.idempotency;

import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.core.http.RouteMatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** SHA-256 over parts, each with its length before it, so that no two lists of parts are hashed as the same bytes. */
final class RequestHash {
    private final MessageDigest sha256 = sha256();

    private RequestHash() {}

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** The store's key: a client's key counts for its caller, the method, and the resource alone. */
    static String scoped(IdempotencyKey key, ApiRequest request, RouteMatch route) {
        RequestHash hash = new RequestHash()
                .caller(request.caller())
                .text(request.method())
                .text(route.template())
                .number(route.parameters().size());
        // The map's own order differs from process to process.
        new TreeMap<>(route.parameters())
                .forEach((name, value) -> hash.text(name).text(value));
        return hash.text(key.value()).end();
    }

    /** Of all that makes two requests ask for the same. */
    static String fingerprint(ApiRequest request, byte[] body) {
        return new RequestHash()
                .text(request.method())
                .text(request.target())
                .caller(request.caller())
                .texts(request.headers().all("Content-Type"))
                .texts(request.headers().all("Content-Encoding"))
                .bytes(body)
                .end();
    }

    private RequestHash caller(Optional<Caller> caller) {
        return optional(caller.flatMap(Caller::tenant))
                .optional(caller.map(Caller::id))
                .optional(caller.flatMap(Caller::client));
    }

    private RequestHash optional(Optional<String> text) {
        return texts(text.stream().toList());
    }

    private RequestHash texts(List<String> texts) {
        number(texts.size());
        texts.forEach(this::text);
        return this;
    }

    private RequestHash text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private RequestHash bytes(byte[] bytes) {
        number(bytes.length);
        sha256.update(bytes);
        return this;
    }

    private RequestHash number(int number) {
        sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).flip());
        return this;
    }

    private String end() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sha256.digest());
    }
}
