package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptEncodingTest {
    private static final List<String> OFFERS = List.of("br", "gzip", "identity");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip                         | gzip identity",
                "gzip, br                     | br gzip identity",
                "gzip;q=1.0, br;q=0.9         | gzip br identity",
                "br;q=0, gzip                 | gzip identity",
                "br;q=0.000, *                | gzip identity",
                "*                            | br gzip identity",
                "*;q=0.5, gzip                | gzip br identity",
                "x-vibrant                    | identity",
                "brotli                       | identity",
                "x-gzip                       | gzip identity",
                "GZIP                         | gzip identity",
                "identity;q=0                 | ''",
                "*;q=0                        | ''",
                "*;q=0, *                     | ''",
                "*;q=0, identity              | identity",
                "identity;q=0, gzip           | gzip",
                "gzip;q=0.5, identity         | identity gzip",
                "identity, gzip               | gzip identity",
                "gzip;q=0, gzip               | identity",
                "gzip, x-gzip;q=0             | identity",
                "gzip;q=0.2, br;q=0.5, gzip   | br gzip identity",
                "*, br;q=0.5, *;q=0           | br",
                "gzip;q=2                     | identity",
                "gzip;q=                      | identity",
                "gzip; q=0.5 ; x=y, br;q=0.4  | gzip br identity",
                "gzip br                      | identity",
                "gzip;q=0.5;q=0.6             | identity",
                "gzip;q=0.5;Q=0.5             | identity",
                "gzip;x=y;q=0, br             | br identity",
                "gzip;x=\"q=0,\";q=0.5, br    | br gzip identity",
                "gzip;x, br;qq=0              | br identity",
                "gzip;q, br;=0                | identity",
                "gzip;q=\"0.5, br             | identity",
                "gzip;q=0.0001, br;q=1.001    | identity",
                "gzip;q=0.001, br;q=.5        | br gzip identity",
                "gzip;q=.2, br;q=.1           | gzip br identity",
                "gzip;q=., br;q=.1234         | identity",
                "gzip;q=.000, br;q=\".5\"      | br identity",
                "gzip;q=1., br;q=0.           | gzip identity",
                "gzip;q=1:0, br;q=0.5x        | identity",
                "gzip;q=\"0.5\", br;q=0.6      | br gzip identity",
                "gzip/1                       | identity",
                "a, b, c, d, e, f, g, X-GZIP  | gzip identity",
                ",, gzip ,                    | gzip identity",
                "''                           | identity"
            })
    void acceptableCodingsAreRanked(String field, String expected) {
        List<String> names = expected.isEmpty() ? List.of() : List.of(expected.split(" ", -1));
        AcceptEncoding accepted = AcceptEncoding.parse(Optional.of(field));
        assertThat(accepted.ranked(OFFERS)).isEqualTo(names);
        assertThat(accepted.best(OFFERS)).isEqualTo(names.stream().findFirst());
    }

    @Test
    void withoutTheFieldOnlyIdentityIsSafe() {
        assertThat(AcceptEncoding.parse(Optional.empty()).ranked(OFFERS)).containsExactly("identity");
    }

    /** If only its beginning counted, a coding that its end refuses could be chosen. */
    @Test
    void aListOfMoreThan64MembersCountsAsNone() {
        String wanted = "*" + ", a".repeat(62);
        assertThat(AcceptEncoding.parse(Optional.of(wanted + ", br;q=0")).best(OFFERS))
                .contains("gzip");
        assertThat(AcceptEncoding.parse(Optional.of(wanted + ", a, br;q=0")).ranked(OFFERS))
                .containsExactly("identity");
        assertThat(AcceptEncoding.parse(Optional.of("a,".repeat(100_000) + "gzip"))
                        .accepts("gzip"))
                .isFalse();
    }
}
