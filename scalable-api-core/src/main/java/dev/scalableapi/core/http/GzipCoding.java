package dev.scalableapi.core.http;

/** Gzip by the JDK's zlib. */
record GzipCoding(String name) implements ContentCoding {
    static final GzipCoding INSTANCE = new GzipCoding("gzip");

    @Override
    public Encoder encoder() {
        return new GzipEncoder();
    }

    @Override
    public Decoder decoder() {
        return new GzipDecoder();
    }
}
