package dev.scalableapi.core.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPOutputStream;

/** Gzip by the JDK's zlib, at its default level. */
record GzipCoding(String name) implements ContentCoding {
    static final GzipCoding INSTANCE = new GzipCoding("gzip");

    private static final int BUFFER = 4096;

    @Override
    public Encoder encoder() {
        try {
            return new GzipEncoder();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class GzipEncoder implements Encoder {
        private final ByteArrayOutputStream output = new ByteArrayOutputStream(BUFFER);
        private final GZIPOutputStream gzip = new GZIPOutputStream(output, BUFFER, true);

        private GzipEncoder() throws IOException {}

        @Override
        public void write(ByteBuffer content) {
            run(() -> {
                if (content.hasArray()) {
                    gzip.write(content.array(), content.arrayOffset() + content.position(), content.remaining());
                    content.position(content.limit());
                } else {
                    byte[] copy = new byte[content.remaining()];
                    content.get(copy);
                    gzip.write(copy);
                }
            });
        }

        @Override
        public byte[] flush() {
            return taken(gzip::flush);
        }

        @Override
        public byte[] finish() {
            return taken(gzip::finish);
        }

        @Override
        public void close() {
            run(gzip::close);
        }

        private byte[] taken(Action action) {
            run(action);
            byte[] taken = output.toByteArray();
            output.reset();
            return taken;
        }

        private static void run(Action action) {
            try {
                action.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private interface Action {
            void run() throws IOException;
        }
    }
}
