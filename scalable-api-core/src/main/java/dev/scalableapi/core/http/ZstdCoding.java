package dev.scalableapi.core.http;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.util.Native;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Zstandard by zstd-jni: Meta's own library in C. */
record ZstdCoding(String name) implements ContentCoding {
    /** The library's own choice. */
    static final int LEVEL = 3;

    /** 8 MiB: RFC 9659 forbids larger windows in this coding. */
    static final int MAX_WINDOW_BITS = 23;

    static ZstdCoding create() {
        Native.load();
        return new ZstdCoding("zstd");
    }

    @Override
    public Encoder encoder() {
        return new ZstdEncoder(LEVEL);
    }

    @Override
    public Decoder decoder() {
        return new ZstdDecoder(MAX_WINDOW_BITS);
    }

    /** In one go: the encoder then knows the length from the start, and takes smaller tables for a short content. */
    @Override
    public byte[] encode(ByteBuffer content) {
        ByteBuffer input = NativeCoding.inArray(content);
        byte[] room = new byte[Math.toIntExact(Zstd.compressBound(input.remaining()))];
        try (ZstdCompressCtx context = new ZstdCompressCtx().setLevel(LEVEL)) {
            int size = context.compressByteArray(
                    room, 0, room.length, input.array(), input.arrayOffset() + input.position(), input.remaining());
            content.position(content.limit());
            return Arrays.copyOf(room, size);
        }
    }
}
