package dev.scalableapi.core.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.testkit.TestSeed;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeModuleTest {
    private static final JsonMapper MAPPER = Json.strictMapper().build();

    static Stream<Arguments> values() {
        ZoneOffset east = ZoneOffset.ofHoursMinutes(5, 30);
        LocalDateTime noon = LocalDateTime.of(2026, 1, 31, 12, 0);
        return Stream.of(
                Arguments.of(Instant.parse("2026-01-31T12:00:00Z"), "\"2026-01-31T12:00:00Z\""),
                Arguments.of(Instant.parse("2026-01-31T12:00:00.5Z"), "\"2026-01-31T12:00:00.500Z\""),
                Arguments.of(Instant.ofEpochSecond(0, 1_000), "\"1970-01-01T00:00:00.000001Z\""),
                Arguments.of(Instant.ofEpochSecond(-1, 1), "\"1969-12-31T23:59:59.000000001Z\""),
                Arguments.of(Instant.parse("0000-01-01T00:00:00Z"), "\"0000-01-01T00:00:00Z\""),
                Arguments.of(Instant.parse("9999-12-31T23:59:59.999999999Z"), "\"9999-12-31T23:59:59.999999999Z\""),
                Arguments.of(noon.atOffset(east), "\"2026-01-31T12:00:00+05:30\""),
                Arguments.of(noon.atOffset(ZoneOffset.UTC), "\"2026-01-31T12:00:00Z\""),
                Arguments.of(noon.atZone(east), "\"2026-01-31T12:00:00+05:30\""),
                Arguments.of(noon, "\"2026-01-31T12:00:00\""),
                Arguments.of(LocalDate.of(33, 4, 3), "\"0033-04-03\""),
                Arguments.of(LocalTime.of(1, 2), "\"01:02:00\""),
                Arguments.of(LocalTime.of(1, 2, 3, 40_000_000), "\"01:02:03.040\""),
                Arguments.of(LocalTime.of(1, 2).atOffset(east), "\"01:02:00+05:30\""),
                Arguments.of(Year.of(2026), "2026"),
                Arguments.of(YearMonth.of(7, 1), "\"0007-01\""),
                Arguments.of(MonthDay.of(2, 29), "\"--02-29\""),
                Arguments.of(Duration.ofMinutes(90), "\"PT1H30M\""),
                Arguments.of(Duration.ZERO, "\"PT0S\""),
                Arguments.of(Duration.ofMillis(-1_500), "\"-PT1.5S\""),
                Arguments.of(Period.of(1, 2, 3), "\"P1Y2M3D\""),
                Arguments.of(Period.of(0, -1, 0), "\"P-1M\""),
                Arguments.of(ZoneOffset.ofHours(-8), "\"-08:00\""),
                Arguments.of(ZoneId.of("Europe/Berlin"), "\"Europe/Berlin\""),
                Arguments.of(DayOfWeek.MONDAY, "\"MONDAY\""));
    }

    @ParameterizedTest
    @MethodSource("values")
    void valueIsWrittenInItsStandardFormAndReadBack(Object value, String json) throws Exception {
        Class<?> type = value instanceof ZoneId && !(value instanceof ZoneOffset) ? ZoneId.class : value.getClass();
        assertThat(MAPPER.writeValueAsString(value)).isEqualTo(json);
        assertThat(MAPPER.readValue(json, (Class<?>) type)).isEqualTo(value);
    }

    @Test
    void regionIsNotWrittenAndOffsetWithSecondsBecomesUtc() throws Exception {
        ZonedDateTime berlin = ZonedDateTime.of(2026, 7, 1, 12, 0, 0, 0, ZoneId.of("Europe/Berlin"));
        assertThat(MAPPER.writeValueAsString(berlin)).isEqualTo("\"2026-07-01T12:00:00+02:00\"");
        OffsetDateTime old = OffsetDateTime.of(1900, 1, 1, 0, 19, 32, 0, ZoneOffset.ofHoursMinutesSeconds(0, 19, 32));
        assertThat(MAPPER.writeValueAsString(old)).isEqualTo("\"1900-01-01T00:00:00Z\"");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-31T12:00:00Z, 2026-01-31T12:00:00Z",
        "2026-01-31t12:00:00z, 2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00.1Z, 2026-01-31T12:00:00.100Z",
        "2026-01-31T12:00:00.123456789+00:00, 2026-01-31T12:00:00.123456789Z",
        "2026-01-31T12:00:00-00:00, 2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00+05:30, 2026-01-31T06:30:00Z",
        "2026-01-31T12:00:00-18:00, 2026-02-01T06:00:00Z",
        "2016-12-31T23:59:60Z, 2016-12-31T23:59:59Z",
        "1990-12-31T15:59:60-08:00, 1990-12-31T23:59:59Z",
        "2024-02-29T00:00:00Z, 2024-02-29T00:00:00Z",
        "0000-01-01T00:00:00Z, 0000-01-01T00:00:00Z"
    })
    void timeOfRfc3339IsRead(String text, Instant instant) throws Exception {
        assertThat(MAPPER.readValue('"' + text + '"', Instant.class)).isEqualTo(instant);
        assertThat(MAPPER.readValue('"' + text + '"', OffsetDateTime.class).toInstant())
                .isEqualTo(instant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-01-31",
                "2026-01-31T12:00:00",
                "2026-01-31T12:00Z",
                "2026-01-31T12Z",
                "2026-01-31 12:00:00Z",
                "2026-01-31T24:00:00Z",
                "2026-01-31T12:60:00Z",
                "2026-01-31T12:00:61Z",
                "2026-01-31T12:00:60Z",
                "2026-01-30T23:59:60Z",
                "2016-12-31T23:59:60+01:00",
                "2026-02-29T12:00:00Z",
                "2026-13-01T12:00:00Z",
                "2026-00-01T12:00:00Z",
                "2026-1-31T12:00:00Z",
                "2026-01-31T12:00:00.Z",
                "2026-01-31T12:00:00,5Z",
                "2026-01-31T12:00:00.1234567890Z",
                "2026-01-31T12:00:00+01",
                "2026-01-31T12:00:00+0100",
                "2026-01-31T12:00:00+01:60",
                "2026-01-31T12:00:00+18:01",
                "2026-01-31T12:00:00+01:00:00",
                "2026-01-31T12:00:00\u221201:00",
                "2026-01-31T12:00:00Z ",
                " 2026-01-31T12:00:00Z",
                "2026-01-31T12:00:00Z[Europe/Berlin]",
                "+2026-01-31T12:00:00Z",
                "-2026-01-31T12:00:00Z",
                "12026-01-31T12:00:00Z",
                "20260131T120000Z",
                "2026-031T12:00:00Z",
                "2026-W05-6T12:00:00Z",
                "\u0662\u0660\u0662\u0666-01-31T12:00:00Z",
                "0000-01-01T00:00:00+01:00",
                "9999-12-31T23:59:59-01:00"
            })
    void otherTextIsNoInstant(String text) {
        assertMalformed('"' + text + '"', Instant.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1769860800", "1.5", "true", "[]", "{}", "[2026,1,31]"})
    void anythingButAStringIsNoTime(String json) {
        for (Class<?> type : List.of(Instant.class, LocalDate.class, LocalTime.class, Duration.class)) {
            assertMalformed(json, type);
        }
    }

    @Test
    void nullIsNull() throws Exception {
        assertThat(MAPPER.readValue("null", Instant.class)).isNull();
        assertThat(MAPPER.writeValueAsString(new Instant[] {null})).isEqualTo("[null]");
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of(LocalDate.class, List.of("2026-01-31T00:00:00Z", "2026-02-30", "20260131", "26-01-31")),
                Arguments.of(LocalTime.class, List.of("12:00", "24:00:00", "12:00:60", "12:00:00Z", "T12:00:00")),
                Arguments.of(OffsetTime.class, List.of("12:00:00", "23:59:60Z", "12:00:00+1")),
                Arguments.of(LocalDateTime.class, List.of("2026-01-31T12:00:00Z", "2016-12-31T23:59:60", "2026-01-31")),
                Arguments.of(YearMonth.class, List.of("2026-1", "2026-13", "2026-01-01", "26-01")),
                Arguments.of(MonthDay.class, List.of("02-29", "--02-30", "--2-1", "--02-01Z")),
                Arguments.of(
                        Duration.class,
                        List.of(
                                "",
                                "P",
                                "PT",
                                "pt1h",
                                "PT1h",
                                "+PT1H",
                                "PT+1H",
                                "PT-1H",
                                "PT1,5S",
                                "PT1.S",
                                "P1W",
                                "1h",
                                "PT99999999999999999999S",
                                "P1Y",
                                " PT1H")),
                Arguments.of(Period.class, List.of("", "P", "p1d", "P+1D", "P2W", "P1.5D", "P99999999999D", "PT1H")),
                Arguments.of(ZoneId.class, List.of("", "Nowhere/City", "Europe/", "+25:00", "x".repeat(65))),
                Arguments.of(ZoneOffset.class, List.of("", "1", "+1", "+19:00", "UTC")));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void textInAnotherFormIsRejected(Class<?> type, List<String> texts) {
        for (String text : texts) {
            assertMalformed('"' + text + '"', type);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "10000", "2026.0", "\"2026\"", "2e3"})
    void otherNumberIsNoYear(String json) {
        assertMalformed(json, Year.class);
    }

    @Test
    void yearBeyondFourDigitsCannotBeWritten() {
        for (Object value : List.of(
                Instant.MAX,
                Instant.parse("+10000-01-01T00:00:00Z"),
                LocalDate.of(-1, 1, 1),
                LocalDateTime.MAX,
                OffsetDateTime.MIN,
                Year.of(10_000),
                YearMonth.of(-1, 1),
                Duration.ofSeconds(Long.MIN_VALUE),
                ZoneOffset.ofTotalSeconds(1))) {
            assertThatExceptionOfType(JsonProcessingException.class)
                    .as("%s", value)
                    .isThrownBy(() -> MAPPER.writeValueAsString(value));
            assertThatExceptionOfType(JsonProcessingException.class)
                    .as("%s", value)
                    .isThrownBy(() -> MAPPER.writeValueAsString(Map.of(value, 1)));
        }
    }

    @Test
    void timesAreNamesOfMembers() throws Exception {
        Map<LocalDate, Integer> byDay = Map.of(LocalDate.of(2026, 1, 31), 1);
        assertThat(MAPPER.writeValueAsString(byDay)).isEqualTo("{\"2026-01-31\":1}");
        assertThat(MAPPER.readValue("{\"2026-01-31\":1}", new TypeReference<Map<LocalDate, Integer>>() {}))
                .isEqualTo(byDay);
        assertThat(MAPPER.writeValueAsString(Map.of(Year.of(7), 1))).isEqualTo("{\"7\":1}");
        assertThatExceptionOfType(JsonProcessingException.class)
                .isThrownBy(() -> MAPPER.readValue("{\"today\":1}", new TypeReference<Map<LocalDate, Integer>>() {}));
    }

    record Patterned(@JsonFormat(pattern = "dd.MM.yyyy") LocalDate day) {}

    record Numeric(
            @JsonFormat(shape = JsonFormat.Shape.NUMBER) Instant at) {}

    record Textual(
            @JsonFormat(shape = JsonFormat.Shape.STRING) Instant at) {}

    @Test
    void formatThatWouldBeIgnoredIsRejected() throws Exception {
        for (Object value : List.of(new Patterned(LocalDate.EPOCH), new Numeric(Instant.EPOCH))) {
            assertThatExceptionOfType(InvalidDefinitionException.class)
                    .isThrownBy(() -> MAPPER.writeValueAsString(value))
                    .withMessageContaining("jackson-datatype-jsr310");
            assertThatExceptionOfType(InvalidDefinitionException.class)
                    .isThrownBy(() -> MAPPER.readValue("{}", value.getClass()))
                    .withMessageContaining("jackson-datatype-jsr310");
        }
        assertThat(MAPPER.writeValueAsString(new Textual(Instant.EPOCH)))
                .isEqualTo("{\"at\":\"1970-01-01T00:00:00Z\"}");
    }

    @Test
    void moduleThatIsAddedLaterReplacesThisOne() throws Exception {
        JsonMapper own = Json.strictMapper()
                .addModule(new JavaTimeModule())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .build();
        assertThat(own.writeValueAsString(new Patterned(LocalDate.of(2026, 1, 31))))
                .isEqualTo("{\"day\":\"31.01.2026\"}");
        assertThat(own.readValue("{\"day\":\"31.01.2026\"}", Patterned.class))
                .isEqualTo(new Patterned(LocalDate.of(2026, 1, 31)));
        JsonMapper numbers = Json.strictMapper().addModule(new JavaTimeModule()).build();
        assertThat(numbers.writeValueAsString(Instant.EPOCH)).isEqualTo("0.0");
    }

    @Test
    void randomValuesAreReadBackAsTheJdkWritesThem() throws Exception {
        long seed = TestSeed.value();
        Random random = TestSeed.random();
        for (int i = 0; i < 2_000; i++) {
            long unit = unit(random);
            OffsetDateTime time = OffsetDateTime.of(
                    LocalDate.ofEpochDay(random.nextInt(3_600_000) - 719_000L),
                    LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000_000L / unit) * unit),
                    ZoneOffset.ofTotalSeconds(60 * (random.nextInt(2_161) - 1_080)));
            String json = MAPPER.writeValueAsString(time);
            assertThat(OffsetDateTime.parse(json.substring(1, json.length() - 1)))
                    .as("seed %d", seed)
                    .isEqualTo(time);
            assertThat(MAPPER.readValue(json, OffsetDateTime.class))
                    .as("seed %d", seed)
                    .isEqualTo(time);
            Duration duration =
                    Duration.ofSeconds(random.nextLong() >> random.nextInt(64), random.nextInt(1_000_000_000));
            assertThat(MAPPER.readValue(MAPPER.writeValueAsString(duration), Duration.class))
                    .as("seed %d", seed)
                    .isEqualTo(duration);
        }
    }

    /** So that fractions of every length occur. */
    private static long unit(Random random) {
        return new long[] {1, 1_000, 1_000_000, 1_000_000_000}[random.nextInt(4)];
    }

    private static void assertMalformed(String json, Class<?> type) {
        assertThat(catchThrowableOfType(JsonProcessingException.class, () -> MAPPER.readValue(json, type)))
                .as("%s", json)
                .isNotNull();
    }
}
