package dev.scalableapi.benchmarks;

import dev.scalableapi.core.page.CursorCodec;
import dev.scalableapi.core.page.CursorKeyRing;
import dev.scalableapi.core.page.CursorScope;
import dev.scalableapi.core.page.Cursors;
import dev.scalableapi.core.page.Position;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a cursor cost beyond its MAC? The raw MAC is over as many bytes as are signed: the scope and the position. A
 * request opens one cursor and makes two, in one scope.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CursorBenchmark {
    private static final int PURPOSE_BYTES = 22;
    private static final byte[] KEY = "a key that is no secret, for measuring".getBytes(StandardCharsets.UTF_8);

    private final CursorCodec codec = CursorCodec.of(CursorKeyRing.of(KEY));
    private final CursorScope scope = new CursorScope(
            "/products",
            "-p.price DECIMAL,+p.name TEXT,+p.id INTEGER,",
            "category=books",
            Optional.of("acme"),
            Optional.of("alice"));
    private final Position position =
            new Position(Position.Relation.AFTER, List.of(new BigDecimal("19.90"), "Keemun Mao Feng", 4_711L));
    private final Cursors cursors = codec.in(scope);
    private final String cursor = cursors.encode(position);
    private final byte[] signed = new byte[signedBytes()];
    private final Mac mac = keyed();

    private int signedBytes() {
        int scopeCharacters =
                scope.route().length() + scope.sort().length() + scope.filters().length() + "acmealice".length();
        int scopeBytes = 5 * Integer.BYTES + scopeCharacters * Character.BYTES;
        return PURPOSE_BYTES + scopeBytes + cursor.length() * 3 / 4 - 16;
    }

    private static Mac keyed() {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** With an object that has its key: the least that the JDK can do. */
    @Benchmark
    public byte[] rawMac() {
        return mac.doFinal(signed);
    }

    /** As anyone would write it. */
    @Benchmark
    public byte[] rawMacFresh() {
        return keyed().doFinal(signed);
    }

    @Benchmark
    public String encode() {
        return cursors.encode(position);
    }

    @Benchmark
    public Position decode() {
        return cursors.decode(cursor);
    }

    @Benchmark
    public String encodeInANewScope() {
        return codec.in(scope).encode(position);
    }

    @Benchmark
    public Position decodeInANewScope() {
        return codec.in(scope).decode(cursor);
    }
}
