package dev.scalableapi.benchmarks;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.filter.FilteringGeneratorDelegate;
import com.fasterxml.jackson.core.filter.TokenFilter;
import com.fasterxml.jackson.core.filter.TokenFilter.Inclusion;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.bohnman.squiggly.Squiggly;
import dev.scalableapi.core.fields.FieldMask;
import dev.scalableapi.core.fields.FieldMaskModule;
import dev.scalableapi.core.fields.FieldSchema;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to write three of the ten fields of a hundred items, beside a class that has but these three, and the
 * peers? All write the same bytes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FieldMaskBenchmark {
    private static final String FIELDS = "id,name,price";

    private final JsonMapper plain = JsonMapper.builder().build();
    private final JsonMapper masking =
            JsonMapper.builder().addModule(FieldMaskModule.create()).build();
    private final ObjectMapper squiggly = Squiggly.init(JsonMapper.builder().build(), FIELDS);
    private final FieldSchema schema = FieldSchema.of(masking, Item.class);
    private final ObjectWriter masked = FieldMaskModule.writer(masking, FieldMask.parse(FIELDS, schema));
    private final TokenFilter filter = new Names(Set.of(FIELDS.split(",")));
    private final List<Item> items = IntStream.range(0, 100).mapToObj(Item::of).toList();
    private final List<Chosen> chosen = items.stream().map(Chosen::of).toList();

    record Item(
            long id,
            String name,
            String description,
            String category,
            BigDecimal price,
            String currency,
            List<String> tags,
            int stock,
            long version,
            boolean shipped) {
        static Item of(int i) {
            return new Item(
                    i,
                    "Espresso machine " + i,
                    "Fifteen bars, a thermostat that keeps its word, and a drip tray of stainless steel.",
                    "kitchen",
                    new BigDecimal("349.90"),
                    "EUR",
                    List.of("kitchen", "coffee", "espresso"),
                    42,
                    3,
                    true);
        }
    }

    record Chosen(long id, String name, BigDecimal price) {
        static Chosen of(Item item) {
            return new Chosen(item.id(), item.name(), item.price());
        }
    }

    @Setup
    public void checkThatAllWriteTheSame() throws IOException {
        byte[] expected = readyObjects();
        for (byte[] bytes :
                List.of(copiedObjects(), preparedMask(), parsedMask(), filteringGeneratorDelegate(), squiggly())) {
            if (!Arrays.equals(bytes, expected)) {
                throw new IllegalStateException("Another text");
            }
        }
    }

    /** The floor: the objects of the smaller class are there already. */
    @Benchmark
    public byte[] readyObjects() throws JsonProcessingException {
        return plain.writeValueAsBytes(chosen);
    }

    /** What one writes by hand. */
    @Benchmark
    public byte[] copiedObjects() throws JsonProcessingException {
        return plain.writeValueAsBytes(items.stream().map(Chosen::of).toList());
    }

    @Benchmark
    public byte[] preparedMask() throws JsonProcessingException {
        return masked.writeValueAsBytes(items);
    }

    /** As a request does: its mask is read from text. */
    @Benchmark
    public byte[] parsedMask() throws JsonProcessingException {
        return FieldMaskModule.writer(masking, FieldMask.parse(FIELDS, schema)).writeValueAsBytes(items);
    }

    @Benchmark
    public byte[] everyField() throws JsonProcessingException {
        return plain.writeValueAsBytes(items);
    }

    /** The mask that leaves nothing out. */
    @Benchmark
    public byte[] everyFieldByMask() throws JsonProcessingException {
        return FieldMaskModule.writer(masking, FieldMask.all()).writeValueAsBytes(items);
    }

    @Benchmark
    public byte[] filteringGeneratorDelegate() throws IOException {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder();
                JsonGenerator generator = new FilteringGeneratorDelegate(
                        plain.createGenerator(bytes), filter, Inclusion.INCLUDE_ALL_AND_PATH, true)) {
            plain.writeValue(generator, items);
            generator.flush();
            return bytes.toByteArray();
        }
    }

    @Benchmark
    public byte[] squiggly() throws JsonProcessingException {
        return squiggly.writeValueAsBytes(items);
    }

    private static final class Names extends TokenFilter {
        private final Set<String> names;

        private Names(Set<String> names) {
            this.names = names;
        }

        @Override
        public @Nullable TokenFilter includeProperty(String name) {
            return names.contains(name) ? INCLUDE_ALL : null;
        }
    }
}
