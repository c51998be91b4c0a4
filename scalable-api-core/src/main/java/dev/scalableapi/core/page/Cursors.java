package dev.scalableapi.core.page;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.Violation;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * Makes and opens the cursors of one {@link CursorScope}, usually for one request. Immutable and thread-safe.
 *
 * <p>A cursor's bytes: the key's id (4), the end of its life in milliseconds since 1970 (a number), the position, and the MAC
 * (16) over the scope and all bytes before it.
 */
public final class Cursors {
    private static final int MAX_CHARACTERS = 2_048;
    private static final int ID_BYTES = 4;
    private static final int TAG_BYTES = 16;
    private static final int FULL_TAG_BYTES = 32;

    private final CursorCodec codec;
    private final byte[] scope;
    private final CursorKey current;
    private final Mac currentMac;

    Cursors(CursorCodec codec, byte[] scope) {
        this.codec = codec;
        this.scope = scope;
        current = codec.keys().current();
        currentMac = current.within(scope);
    }

    /**
     * {@return a cursor}
     *
     * @param position what it stands for
     * @throws IllegalArgumentException if it would have more than 2,048 characters, or a text is no Unicode: such columns
     *     are not fit to be sorted by
     */
    public String encode(Position position) {
        PositionWriter writer =
                new PositionWriter().int32(current.id()).number(codec.end()).position(position);
        int length = writer.length();
        byte[] bytes = writer.bytes(FULL_TAG_BYTES);
        sign(bytes, length);
        String cursor = base64(Arrays.copyOf(bytes, length + TAG_BYTES));
        if (cursor.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException("A cursor would have more than " + MAX_CHARACTERS + " characters");
        }
        return cursor;
    }

    private void sign(byte[] bytes, int length) {
        Mac mac = CursorKey.copy(currentMac);
        mac.update(bytes, 0, length);
        try {
            mac.doFinal(bytes, length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The MAC has more than 32 bytes", e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * {@return what a cursor stands for}
     *
     * @param cursor from a client
     * @throws ApiException 400 {@code INVALID_CURSOR}, always the same, unless it was made for this scope by a key of the
     *     ring, is as it was made, and still lives
     */
    public Position decode(String cursor) {
        byte[] bytes = bytes(cursor);
        if (bytes == null || !isSigned(bytes)) {
            throw invalid();
        }
        PositionReader reader = new PositionReader(bytes, ID_BYTES, bytes.length - TAG_BYTES);
        try {
            if (reader.number() <= codec.now()) {
                throw invalid();
            }
            return reader.position();
        } catch (PositionReader.MisfitException e) {
            throw invalid();
        }
    }

    /** The bytes; null unless this is their one spelling, so that no two texts are the same cursor. */
    private static byte @Nullable [] bytes(String cursor) {
        if (cursor.length() > MAX_CHARACTERS) {
            return null;
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor);
            return bytes.length > ID_BYTES + TAG_BYTES && base64(bytes).equals(cursor) ? bytes : null;
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    /** In constant time, and before anything but the key's id is looked at. */
    private boolean isSigned(byte[] bytes) {
        Mac mac = mac(id(bytes));
        if (mac == null) {
            return false;
        }
        int end = bytes.length - TAG_BYTES;
        mac.update(bytes, 0, end);
        return MessageDigest.isEqual(
                Arrays.copyOf(mac.doFinal(), TAG_BYTES), Arrays.copyOfRange(bytes, end, bytes.length));
    }

    private @Nullable Mac mac(int id) {
        CursorKey key = codec.keys().find(id);
        if (key == null) {
            return null;
        }
        return key == current ? CursorKey.copy(currentMac) : key.within(scope);
    }

    private static int id(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getInt();
    }

    /** The same for all faults: the difference would only help an attacker. */
    static ApiException invalid() {
        String message = "The cursor is not valid for this request. Start again without it.";
        return ApiException.of(
                400,
                "INVALID_CURSOR",
                Violation.query(CursorRequest.CURSOR, message).withKey("cursor.invalid"));
    }

    /** {@return the class alone} */
    @Override
    public String toString() {
        return "Cursors";
    }
}
