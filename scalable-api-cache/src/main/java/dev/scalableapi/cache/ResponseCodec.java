package dev.scalableapi.cache;

import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.Headers;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The form of what a response cache keeps: two bytes of mark, one of version, one of kind. A response follows as moment,
 * age, status, fields (their number, then each text led by its length, in ISO 8859-1) and content up to the end; what a
 * response depends on, as names in the form of fields.
 */
final class ResponseCodec implements Codec<Kept> {
    private static final short MARK = (short) 0xCA9E;
    private static final byte VERSION = 1;
    private static final byte ANSWER = 1;
    private static final byte VARYING = 2;
    private static final int HEADER = Short.BYTES + 2 * Byte.BYTES;
    private static final int ANSWER_FIXED = HEADER + 2 * Long.BYTES + Short.BYTES + Integer.BYTES;

    @Override
    public byte[] encode(Kept kept) {
        return kept instanceof Kept.Answer answer ? encode(answer) : encode((Kept.Varying) kept);
    }

    private static byte[] encode(Kept.Answer answer) {
        ApiResponse response = answer.response();
        List<byte[]> texts = new ArrayList<>();
        response.headers().forEach((name, value) -> {
            texts.add(bytes(name));
            texts.add(bytes(value));
        });
        ByteBuffer frame = ByteBuffer.allocate(
                ANSWER_FIXED + length(texts) + Math.toIntExact(response.body().length()));
        begin(frame, ANSWER)
                .putLong(answer.received().toEpochMilli())
                .putLong(answer.age().toMillis())
                .putShort((short) response.status());
        put(frame, texts);
        if (response.body() instanceof Body.Bytes content) {
            frame.put(content.buffer());
        }
        return frame.array();
    }

    private static byte[] encode(Kept.Varying varying) {
        List<byte[]> texts = varying.names().stream().map(ResponseCodec::bytes).toList();
        ByteBuffer frame = ByteBuffer.allocate(HEADER + Integer.BYTES + length(texts));
        put(begin(frame, VARYING), texts);
        return frame.array();
    }

    private static ByteBuffer begin(ByteBuffer frame, byte kind) {
        return frame.putShort(MARK).put(VERSION).put(kind);
    }

    private static void put(ByteBuffer frame, List<byte[]> texts) {
        frame.putInt(texts.size());
        texts.forEach(text -> frame.putInt(text.length).put(text));
    }

    private static int length(List<byte[]> texts) {
        return texts.stream().mapToInt(text -> Integer.BYTES + text.length).sum();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public Optional<Kept> decode(byte[] bytes) {
        ByteBuffer frame = ByteBuffer.wrap(bytes);
        try {
            return frame.getShort() == MARK && frame.get() == VERSION ? decode(frame) : Optional.empty();
        } catch (BufferUnderflowException
                | IllegalArgumentException
                | IndexOutOfBoundsException
                | ArithmeticException
                | DateTimeException damaged) {
            return Optional.empty();
        }
    }

    private static Optional<Kept> decode(ByteBuffer frame) {
        return switch (frame.get()) {
            case ANSWER -> Optional.of(answer(frame));
            case VARYING -> Optional.of(varying(frame));
            default -> Optional.empty();
        };
    }

    private static Kept answer(ByteBuffer frame) {
        Instant received = Instant.ofEpochMilli(frame.getLong());
        Duration age = Duration.ofMillis(frame.getLong());
        int status = frame.getShort();
        List<String> texts = texts(frame);
        Headers.Builder headers = Headers.builder();
        for (int i = 0; i < texts.size(); i += 2) {
            headers.add(texts.get(i), texts.get(i + 1));
        }
        byte[] content = new byte[frame.remaining()];
        frame.get(content);
        return new Kept.Answer(new ApiResponse(status, headers.build(), Body.of(content)), received, age);
    }

    private static Kept varying(ByteBuffer frame) {
        Set<String> names = new TreeSet<>(texts(frame));
        if (frame.hasRemaining()) {
            throw new IllegalArgumentException("There is something after the names");
        }
        return new Kept.Varying(names);
    }

    private static List<String> texts(ByteBuffer frame) {
        int count = frame.getInt();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(text(frame));
        }
        return texts;
    }

    private static String text(ByteBuffer frame) {
        int length = frame.getInt();
        if (length < 0 || length > frame.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] text = new byte[length];
        frame.get(text);
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}
