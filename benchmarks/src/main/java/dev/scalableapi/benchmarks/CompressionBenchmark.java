package dev.scalableapi.benchmarks;

import dev.scalableapi.core.http.ContentCoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What does a coding cost beyond its codec? 20 KB of JSON as a whole, and in ten items that are each flushed. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CompressionBenchmark {
    private static final int BYTES = 20_000;
    private static final int ITEMS = 10;

    @Param({"GZIP", "BR", "ZSTD"})
    private RawCodec codec = RawCodec.GZIP;

    private final byte[] content = products();
    private final List<byte[]> items = new ArrayList<>();
    private ContentCoding coding = ContentCoding.gzip();

    @Setup
    public void prepare() throws IOException {
        coding = ContentCoding.available().stream()
                .filter(one -> one.name().equals(codec.name().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow();
        for (int i = 0; i < ITEMS; i++) {
            items.add(Arrays.copyOfRange(content, i * BYTES / ITEMS, (i + 1) * BYTES / ITEMS));
        }
        System.out.printf(
                "%s: %d bytes; as a whole %d, the codec %d; in items %d, the codec %d%n",
                codec, BYTES, ours().length, raw().length, oursInItems().length, rawInItems().length);
    }

    /** As a shop's answer is: names repeat, values do not. */
    private static byte[] products() {
        Random random = new Random(42);
        StringBuilder json = new StringBuilder("[");
        while (json.length() < BYTES) {
            json.append(String.format(
                    Locale.ROOT,
                    "{\"id\":%d,\"name\":\"%s %s\",\"description\":\"%s\",\"price\":{\"amount\":\"%.2f\",\"currency\":\"EUR\"},"
                            + "\"stock\":%d,\"sku\":\"%08x\"},",
                    random.nextInt(100_000),
                    word(random),
                    word(random),
                    (word(random) + " " + word(random) + " " + word(random)).repeat(1 + random.nextInt(2)),
                    random.nextDouble() * 500,
                    random.nextInt(1000),
                    random.nextInt()));
        }
        return Arrays.copyOf(json.toString().getBytes(StandardCharsets.UTF_8), BYTES);
    }

    private static String word(Random random) {
        List<String> words = List.of(
                "espresso",
                "grinder",
                "steel",
                "kettle",
                "porcelain",
                "thermos",
                "filter",
                "copper",
                "walnut",
                "tray",
                "machine",
                "quiet",
                "bright",
                "travel",
                "double",
                "classic",
                "with",
                "and",
                "for",
                "bars");
        return words.get(random.nextInt(words.size()));
    }

    @Benchmark
    public byte[] raw() throws IOException {
        return codec.encode(content);
    }

    @Benchmark
    public byte[] ours() {
        return coding.encode(ByteBuffer.wrap(content));
    }

    @Benchmark
    public byte[] rawInItems() throws IOException {
        return codec.encode(items);
    }

    @Benchmark
    public byte[] oursInItems() {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        ContentCoding.Encoder encoder = coding.encoder();
        try {
            for (byte[] item : items) {
                encoder.write(ByteBuffer.wrap(item));
                coded.writeBytes(encoder.flush());
            }
            coded.writeBytes(encoder.finish());
        } finally {
            encoder.close();
        }
        return coded.toByteArray();
    }
}
