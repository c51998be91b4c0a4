package dev.scalableapi.errors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.testkit.TestSeed;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorFormatTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/problem+json",
                "Application/Problem+JSON ; charset=utf-8",
                "application/problem+json;q=0.1",
                "application/problem+json, application/json;q=0.9",
                "application/json;q=0.999, application/problem+json;q=1.000",
                "text/html, application/json;q=0, */*;q=0.1",
                "text/html;x=\"a,b;q=0\", application/problem+json",
                "application/problem+json;charset=\"UTF-8\"",
                "application/problem+json;q=0.5, */*;q=0.4, application/json; Q=0.3",
            })
    void problemIsPreferred(String accept) {
        assertThat(ErrorFormat.preferred(Optional.of(accept))).isEqualTo(ErrorFormat.PROBLEM);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*/*",
                "application/json",
                "application/*",
                "text/html",
                "image/png;q=0.5, text/*",
                "application/json, application/problem+json",
                "application/problem+json, application/json",
                "application/problem+json;q=0.9, application/json",
                "application/problem+json, */*",
                "application/problem+json;q=0.5, */*",
                "application/problem+json;q=0",
                "application/problem+json;q=0, application/json;q=0",
                "application/problem+jsonx",
                "application/problem+json;q=2",
                "application/problem+json;q=1.5",
                "application/problem+json;q=",
                "application/problem+json;q=x",
                "application/problem+json;q=0.1234",
                "application/problem+json;q=0x5",
                "application/problem+json;q=0.-1",
                "application/problem+json;q=-1",
                "application/problem+json;q=0.\u0663",
                "text/html;x=\"application/problem+json",
                ",,;;,\"",
                "\"\\",
            })
    void envelopeIsTheDefault(String accept) {
        assertThat(ErrorFormat.preferred(Optional.of(accept))).isEqualTo(ErrorFormat.ENVELOPE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*/*",
                "application/json",
                "application/json, text/html;q=0.9",
                "text/html",
                "application/*",
                "application/problem+json, application/json",
                "application/problem+json;q=0.5, application/json;q=0.5",
                ",,;;,\"",
            })
    void problemIsTheDefaultIfItIsConfigured(String accept) {
        assertThat(ErrorFormat.PROBLEM.orPreferred(Optional.of(accept))).isEqualTo(ErrorFormat.PROBLEM);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json, application/problem+json;q=0.9",
                "Application/JSON, Application/Problem+JSON;q=0",
                "*/*, application/problem+json;q=0",
                "application/problem+json;q=0.5, */*",
            })
    void clientThatKnowsProblemsCanStillPreferTheEnvelope(String accept) {
        assertThat(ErrorFormat.PROBLEM.orPreferred(Optional.of(accept))).isEqualTo(ErrorFormat.ENVELOPE);
    }

    @Test
    void withoutAcceptItIsTheDefault() {
        assertThat(ErrorFormat.PROBLEM.orPreferred(Optional.empty())).isEqualTo(ErrorFormat.PROBLEM);
    }

    @Test
    void withoutAcceptItIsTheEnvelope() {
        assertThat(ErrorFormat.preferred(Optional.empty())).isEqualTo(ErrorFormat.ENVELOPE);
        assertThat(ErrorFormat.ENVELOPE.mediaType()).isEqualTo("application/json");
    }

    @Test
    void onlyTheFirstRangesOfAnEndlessFieldCount() {
        assertThat(ErrorFormat.preferred(Optional.of("a/b,".repeat(100_000) + "application/problem+json")))
                .isEqualTo(ErrorFormat.ENVELOPE);
    }

    @Test
    void anyTextGivesAFormat() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        String alphabet = "aplicton/roblem+jsq=;,\"\\ 01.*\u0000\u00e9";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder(i % 2 == 0 ? "application/problem+json;q=" : "");
            for (int j = random.nextInt(30); j > 0; j--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(ErrorFormat.preferred(Optional.of(text.toString())))
                    .as("seed %d: %s", seed, text)
                    .isNotNull();
        }
    }
}
