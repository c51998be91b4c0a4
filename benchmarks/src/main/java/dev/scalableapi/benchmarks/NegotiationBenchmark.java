package dev.scalableapi.benchmarks;

import dev.scalableapi.core.http.AcceptEncoding;
import dev.scalableapi.core.http.EntityTag;
import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.http.Preconditions;
import dev.scalableapi.core.http.Validators;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
 * What does it cost to choose a coding, and to find out whether the client holds the present state? The search for
 * substrings, which takes {@code x-vibrant} for {@code br}, and the comparison of two strings, which knows neither lists nor
 * weak tags, are the least that could be done.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NegotiationBenchmark {
    private static final String TAG = "\"3q2-7wAAAAAAAAAAAAAAAAAAAAA\"";

    private final List<String> offers = List.of("zstd", "br", "gzip", "identity");
    private final Headers headers = Headers.builder()
            .add("Host", "shop.example")
            .add("User-Agent", "Mozilla/5.0")
            .add("Accept", "application/json")
            .add("Accept-Encoding", "gzip, deflate, br, zstd")
            .add("If-None-Match", TAG)
            .build();
    private final Headers weighted = Headers.of("Accept-Encoding", "gzip;q=0.8, br;q=0.9, *;q=0.1");
    private final Optional<Validators> held = EntityTag.parse(TAG).map(Validators::of);
    private final Optional<Validators> changed = Optional.of(Validators.of(EntityTag.strong("another")));

    @Benchmark
    public Optional<String> coding() {
        return AcceptEncoding.parse(headers.combined("Accept-Encoding")).best(offers);
    }

    @Benchmark
    public Optional<String> codingByWeights() {
        return AcceptEncoding.parse(weighted.combined("Accept-Encoding")).best(offers);
    }

    @Benchmark
    public String codingBySubstring() {
        String field = headers.first("Accept-Encoding").orElse("");
        for (String offer : offers) {
            if (field.contains(offer)) {
                return offer;
            }
        }
        return "identity";
    }

    @Benchmark
    public Preconditions.Decision heldTag() {
        return Preconditions.of("GET", headers).decide(held);
    }

    @Benchmark
    public Preconditions.Decision changedTag() {
        return Preconditions.of("GET", headers).decide(changed);
    }

    @Benchmark
    public boolean tagByEquals() {
        return headers.first("If-None-Match").orElse("").equals(TAG);
    }
}
