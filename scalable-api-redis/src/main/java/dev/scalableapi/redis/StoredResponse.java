package dev.scalableapi.redis;

import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.Headers;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A response as bytes: the version 1, the status in two bytes, the number of fields, and then each name, each value and the
 * body, all with their length before them. Numbers have four bytes but for these two, the high one first; the text of fields
 * is one byte a character, as on the wire.
 */
final class StoredResponse {
    private static final byte VERSION = 1;

    private StoredResponse() {}

    /** How many bytes it takes. */
    static long size(ApiResponse response) {
        long size = 1 + 2 + 4 + 4 + response.body().length();
        for (byte[] text : fields(response.headers())) {
            size += 4 + text.length;
        }
        return size;
    }

    private static List<byte[]> fields(Headers headers) {
        List<byte[]> fields = new ArrayList<>(2 * headers.size());
        headers.forEach((name, value) -> {
            fields.add(name.getBytes(StandardCharsets.ISO_8859_1));
            fields.add(value.getBytes(StandardCharsets.ISO_8859_1));
        });
        return fields;
    }

    /** The body must be in memory. */
    static byte[] write(ApiResponse response) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size(response)));
        bytes.put(VERSION)
                .putShort((short) response.status())
                .putInt(response.headers().size());
        fields(response.headers()).forEach(text -> bytes.putInt(text.length).put(text));
        bytes.putInt((int) response.body().length());
        if (response.body() instanceof Body.Bytes body) {
            bytes.put(body.buffer());
        }
        return bytes.array();
    }

    /** @throws IllegalStateException if it is none of this version */
    static ApiResponse read(byte[] written) {
        try {
            return read(ByteBuffer.wrap(written));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            // No cause: its message may repeat what was stored.
            throw foreign();
        }
    }

    private static ApiResponse read(ByteBuffer bytes) {
        if (bytes.get() != VERSION) {
            throw foreign();
        }
        int status = bytes.getShort();
        Headers.Builder headers = Headers.builder();
        for (int left = bytes.getInt(); left > 0; left--) {
            headers.add(text(bytes), text(bytes));
        }
        byte[] body = bytes(bytes);
        if (bytes.hasRemaining()) {
            throw foreign();
        }
        return new ApiResponse(status, headers.build(), Body.of(body));
    }

    private static String text(ByteBuffer bytes) {
        return new String(bytes(bytes), StandardCharsets.ISO_8859_1);
    }

    /** A length that is not there takes no memory. */
    private static byte[] bytes(ByteBuffer bytes) {
        int length = bytes.getInt();
        if (length < 0 || length > bytes.remaining()) {
            throw foreign();
        }
        byte[] part = new byte[length];
        bytes.get(part);
        return part;
    }

    private static IllegalStateException foreign() {
        return new IllegalStateException("A stored response is in a form that is not ours");
    }
}
