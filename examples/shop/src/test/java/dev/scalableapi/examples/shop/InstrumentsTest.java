package dev.scalableapi.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Each instrument of the library, found in its sources: from the builder's call to the end of its chain. */
class InstrumentsTest {
    private static final Pattern INSTRUMENT = Pattern.compile(
            "\\.(counter|upDownCounter|histogram|gauge)Builder\\(\\s*\"([^\"]*)\"(.*?)\\.build(?:WithCallback)?\\(",
            Pattern.DOTALL);

    private static final Pattern CALL = Pattern.compile("\\.(?:counter|upDownCounter|histogram|gauge)Builder\\(");

    /** A block of the library, or a name of OpenTelemetry's semantic conventions. */
    private static final String NAME = "scalableapi\\.(core|errors|auth|cache|redis|messaging)(\\.[a-z][a-z_]*)*\\.?"
            + "|http\\.server(\\.[a-z][a-z_]*)+";

    private final List<Instrument> instruments = instruments();

    private record Instrument(String kind, String name, String chain) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Instrument> instruments() {
        List<Instrument> found = new ArrayList<>();
        int calls = 0;
        for (Path file : JavaSources.under(DocsTest.ROOT).main()) {
            String text = text(file);
            Matcher instrument = INSTRUMENT.matcher(text);
            while (instrument.find()) {
                found.add(new Instrument(instrument.group(1), instrument.group(2), instrument.group(3)));
            }
            calls += (int) CALL.matcher(text).results().count();
        }
        assertThat(found).as("instruments whose name begins with a text").hasSize(calls);
        return found;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void eachInstrumentHasAUnitAndADescription() {
        assertThat(instruments).hasSizeGreaterThan(10).allSatisfy(instrument -> {
            assertThat(instrument.chain()).contains(".setUnit(");
            assertThat(instrument.chain()).contains(".setDescription(");
        });
    }

    /** The SDK's default buckets are made for milliseconds. */
    @Test
    void eachHistogramAdvisesItsBuckets() {
        assertThat(instruments)
                .filteredOn(instrument -> instrument.kind().equals("histogram"))
                .isNotEmpty()
                .allSatisfy(histogram -> assertThat(histogram.chain()).contains(".setExplicitBucketBoundariesAdvice("));
    }

    @Test
    void eachNameIsOfItsBlockOrOfTheConventions() {
        assertThat(instruments)
                .allSatisfy(instrument -> assertThat(instrument.name()).matches(NAME));
    }

    /** A counter's value is read as a rate; a name that ends like a unit would be doubled by Prometheus. */
    @Test
    void noNameEndsWithItsUnit() {
        assertThat(instruments)
                .allSatisfy(instrument -> assertThat(instrument.name())
                        .doesNotEndWith("seconds")
                        .doesNotEndWith("bytes")
                        .doesNotEndWith("total"));
    }
}
