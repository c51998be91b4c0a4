package dev.scalableapi.benchmarks;

import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.aayushatharva.brotli4j.encoder.Encoder;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** The codecs as their own documentation uses them, at the levels of the library's codings. */
public enum RawCodec {
    GZIP {
        @Override
        byte[] encode(byte[] content) {
            Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
            try {
                CRC32 checksum = new CRC32();
                checksum.update(content);
                deflater.setInput(content);
                deflater.finish();
                ByteBuffer room = ByteBuffer.allocate(content.length).order(ByteOrder.LITTLE_ENDIAN);
                room.put(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0});
                deflater.deflate(room);
                room.putInt((int) checksum.getValue()).putInt(content.length);
                return Arrays.copyOf(room.array(), room.position());
            } finally {
                deflater.end();
            }
        }

        @Override
        OutputStream stream(OutputStream out) throws IOException {
            return new GZIPOutputStream(out, 4096, true);
        }
    },
    BR {
        @Override
        byte[] encode(byte[] content) throws IOException {
            return Encoder.compress(content, Encoder.Parameters.create(5, 19));
        }

        @Override
        OutputStream stream(OutputStream out) throws IOException {
            return new BrotliOutputStream(out, Encoder.Parameters.create(5, 19));
        }
    },
    ZSTD {
        @Override
        byte[] encode(byte[] content) {
            try (ZstdCompressCtx context = new ZstdCompressCtx().setLevel(3)) {
                return context.compress(content);
            }
        }

        @Override
        OutputStream stream(OutputStream out) throws IOException {
            return new ZstdOutputStreamNoFinalizer(out, 3);
        }
    };

    abstract byte[] encode(byte[] content) throws IOException;

    abstract OutputStream stream(OutputStream out) throws IOException;

    /** Each item flushed, so that the receiver can decode it. */
    byte[] encode(List<byte[]> items) throws IOException {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        try (OutputStream stream = stream(coded)) {
            for (byte[] item : items) {
                stream.write(item);
                stream.flush();
            }
        }
        return coded.toByteArray();
    }
}
