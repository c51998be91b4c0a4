package dev.scalableapi.core.http;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/** A coding whose library may be missing. It is looked for once, when it is first asked for. */
final class NativeCoding {
    private NativeCoding() {}

    static Optional<ContentCoding> brotli() {
        return Brotli.FOUND;
    }

    static Optional<ContentCoding> zstd() {
        return Zstd.FOUND;
    }

    private static final class Brotli {
        private static final Optional<ContentCoding> FOUND = load("brotli4j", BrotliCoding::create);
    }

    private static final class Zstd {
        private static final Optional<ContentCoding> FOUND = load("zstd-jni", ZstdCoding::create);
    }

    /** The coding, or nothing where a class of the library or the native code behind it is not to be had. */
    private static Optional<ContentCoding> load(String library, Supplier<ContentCoding> coding) {
        try {
            return Optional.of(coding.get());
        } catch (NoClassDefFoundError absent) {
            return Optional.empty();
        } catch (LinkageError broken) {
            LoggerFactory.getLogger(ContentCoding.class)
                    .warn("The native library of {} does not load; its coding is left out", library, broken);
            return Optional.empty();
        }
    }

    /** The rest of these bytes in an array, which native code reads best; they are used up, or the result is the buffer. */
    static ByteBuffer inArray(ByteBuffer bytes) {
        return bytes.hasArray()
                ? bytes
                : ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
    }
}
