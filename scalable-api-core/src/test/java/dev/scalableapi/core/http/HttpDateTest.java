package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scalableapi.testkit.TestSeed;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDateTest {
    private static final Instant EXAMPLE = Instant.parse("1994-11-06T08:49:37Z");

    @Test
    void thePreferredFormIsWritten() {
        assertThat(HttpDate.format(EXAMPLE.plusMillis(999))).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sun, 06 Nov 1994 08:49:37 GMT",
                "Sunday, 06-Nov-94 08:49:37 GMT",
                "Sun Nov  6 08:49:37 1994",
                "Sun Nov 06 08:49:37 1994"
            })
    void allThreeFormsAreRead(String text) {
        assertThat(HttpDate.parse(text)).contains(EXAMPLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "foo",
                "0",
                "Mon, 06 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:37 UTC",
                "Sun, 06 Nov 1994 08:49:37 GMT ",
                "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
                "Sun, 6 Nov 1994 08:49:37 GMT",
                "Sun, 06 nov 1994 08:49:37 GMT",
                "Sun, 06 anF 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 24:00:00 GMT",
                "Sun, 06 Nov 1994 08:49:61 GMT",
                "Sun, 06 Nov 1994 08.49:37 GMT",
                "Sun, 06 Nov -994 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:37 +0000",
                "Wed, 30 Feb 1994 08:49:37 GMT",
                "Sun, 06-Nov-94 08:49:37 GMT",
                "Sunday, 06-Nov-1994 08:49:37 GMT",
                "Sun Nov  6 08:49:37 94",
                "Sun Nov  6 08:49:37 1994 GMT",
                "Sun, \u0660\u0666 Nov 1994 08:49:37 GMT"
            })
    void whatIsNoDateIsNotRead(String text) {
        assertThat(HttpDate.parse(text)).isEmpty();
    }

    @Test
    void aYearOfTwoDigitsIsNeverMoreThanFiftyYearsAhead() {
        Clock clock = Clock.fixed(Instant.parse("2026-06-01T00:00:00Z"), ZoneOffset.UTC);
        assertThat(HttpDate.parse("Wednesday, 01-Jan-76 00:00:00 GMT", clock))
                .contains(Instant.parse("2076-01-01T00:00:00Z"));
        assertThat(HttpDate.parse("Monday, 01-Jun-76 00:00:00 GMT", clock))
                .contains(Instant.parse("2076-06-01T00:00:00Z"));
        assertThat(HttpDate.parse("Tuesday, 01-Jun-76 00:00:01 GMT", clock))
                .contains(Instant.parse("1976-06-01T00:00:01Z"));
        assertThat(HttpDate.parse("Wednesday, 01-Dec-76 00:00:00 GMT", clock))
                .contains(Instant.parse("1976-12-01T00:00:00Z"));
        assertThat(HttpDate.parse("Saturday, 01-Jan-77 00:00:00 GMT", clock))
                .contains(Instant.parse("1977-01-01T00:00:00Z"));
    }

    @Test
    void aYearOfTwoDigitsCanBeOfTheNextCentury() {
        Clock clock = Clock.fixed(Instant.parse("2099-12-31T23:59:59Z"), ZoneOffset.UTC);
        assertThat(HttpDate.parse("Friday, 01-Jan-00 00:00:00 GMT", clock))
                .contains(Instant.parse("2100-01-01T00:00:00Z"));
        assertThat(HttpDate.parse("Thursday, 31-Dec-99 23:59:60 GMT", clock))
                .contains(Instant.parse("2100-01-01T00:00:00Z"));
    }

    @Test
    void aLeapSecondIsTheNextSecond() {
        assertThat(HttpDate.parse("Sat, 31 Dec 2016 23:59:60 GMT")).contains(Instant.parse("2017-01-01T00:00:00Z"));
    }

    @Test
    void yearsThatHttpHasNoDigitsForAreRefused() {
        assertThatThrownBy(() -> HttpDate.format(Instant.parse("+10000-01-01T00:00:00Z")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HttpDate.format(Instant.parse("-0001-12-31T23:59:59Z")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HttpDate.format(Instant.MAX)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HttpDate.format(Instant.MIN)).isInstanceOf(IllegalArgumentException.class);
        assertThat(HttpDate.format(Instant.parse("0000-01-01T00:00:00Z"))).isEqualTo("Sat, 01 Jan 0000 00:00:00 GMT");
        assertThat(HttpDate.format(Instant.parse("9999-12-31T23:59:59Z"))).isEqualTo("Fri, 31 Dec 9999 23:59:59 GMT");
    }

    @Test
    void whatIsWrittenIsReadAgainAndAgreesWithTheJdk() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        DateTimeFormatter jdk = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                .withZone(ZoneOffset.UTC);
        for (int i = 0; i < 2000; i++) {
            Instant instant = Instant.ofEpochSecond(random.nextLong(-62_135_596_800L, 253_402_300_800L));
            String text = HttpDate.format(instant);
            assertThat(text).as("seed %d", seed).isEqualTo(jdk.format(instant));
            assertThat(HttpDate.parse(text)).as("seed %d", seed).contains(instant);
        }
    }
}
