package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VaryTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                        | Accept-Encoding",
                "' '                       | Accept-Encoding",
                "Accept                    | Accept, Accept-Encoding",
                "accept-encoding           | accept-encoding",
                "Origin ,ACCEPT-ENCODING   | Origin ,ACCEPT-ENCODING",
                "*                         | *",
                "Origin, *                 | Origin, *",
                "X-Accept-Encoding         | X-Accept-Encoding, Accept-Encoding",
                "Accept-Encoding-X         | Accept-Encoding-X, Accept-Encoding",
                "Origin Accept-Encoding    | Origin Accept-Encoding, Accept-Encoding"
            })
    void aFieldIsNamedOnce(String before, String after) {
        assertThat(ApiResponse.of(200)
                        .withHeader("Vary", before)
                        .varyingBy("Accept-Encoding")
                        .headers()
                        .all("Vary"))
                .containsExactly(after);
    }

    @Test
    void linesBecomeOneWhereAFieldIsAdded() {
        ApiResponse response =
                ApiResponse.of(200).withAddedHeader("Vary", "Origin").withAddedHeader("Vary", "Accept");
        assertThat(response.varyingBy("Prefer").headers().all("Vary")).containsExactly("Origin, Accept, Prefer");
        assertThat(ApiResponse.of(200).varyingBy("Prefer").headers().all("Vary"))
                .containsExactly("Prefer");
    }
}
