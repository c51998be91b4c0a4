package dev.scalableapi.core.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.QueryParameters;
import dev.scalableapi.core.http.Violation;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FiltersTest {
    @Test
    void filtersBecomeParametersInTheSchemasOrder() {
        Filters filters = parse("organic=true&other=1&grade=-2&price=1.50&picked=2026-05-01T10:00:00.5%2B02:00&maker="
                + Teas.MAKER + "&origin=x'%20OR%20'1'='1");
        SqlCondition condition = filters.condition(SqlDialect.postgres());

        assertThat(condition.text())
                .isEqualTo("t.origin = ? AND t.maker = ? AND t.price = ? AND t.grade = ? AND t.organic = ?"
                        + " AND t.picked = ?");
        assertThat(condition.parameters())
                .containsExactly(
                        "x' OR '1'='1",
                        Teas.MAKER,
                        new BigDecimal("1.50"),
                        -2L,
                        true,
                        OffsetDateTime.parse("2026-05-01T08:00:00.5Z"));
        assertThat(condition).hasToString(condition.text());
        assertThat(filters).hasToString("Filters[6]");
    }

    @Test
    void datesAndBinaryFractionsAreBoundAsSuch() {
        assertThat(parse("harvest=2024-02-29&strength=-0.50")
                        .condition(SqlDialect.postgres())
                        .parameters())
                .containsExactly(-0.5, LocalDate.of(2024, 2, 29));
    }

    @Test
    void valueOfAColumnCanBeAskedFor() {
        Column<String> origin = Column.text("t.origin");
        FilterSchema schema = FilterSchema.builder()
                .equality("origin", origin)
                .equality("grade", Column.integer("t.grade"))
                .build();

        Filters filters = Filters.parse(QueryParameters.parse("origin=Assam"), schema);

        assertThat(filters.value(origin)).contains("Assam");
        assertThat(filters.value(Column.text("t.origin"))).as("another column").isEmpty();
        assertThat(Filters.none().value(origin)).isEmpty();
    }

    @Test
    void withoutFiltersEveryRowIsKept() {
        assertThat(parse("").condition(SqlDialect.postgres())).isEqualTo(new SqlCondition("TRUE", List.of()));
        assertThat(Filters.none().condition(SqlDialect.postgres()).text()).isEqualTo("TRUE");
        assertThat(Filters.none().canonical()).isEmpty();
    }

    @Test
    void canonicalFormIsTheSameForEqualFiltersAndForNoOthers() {
        assertThat(parse("price=1.50&origin=a%26b").canonical()).isEqualTo("origin=a%26b&price=1.5");
        assertThat(parse("origin=a%26b&price=1.5").canonical()).isEqualTo("origin=a%26b&price=1.5");
        assertThat(parse("strength=-0.0").canonical()).isEqualTo("strength=0");
        assertThat(parse("strength=10000000.10").canonical()).isEqualTo("strength=10000000.1");
        assertThat(parse("price=100").canonical()).isEqualTo("price=100");
        assertThat(parse("origin=a%26price%3D1").canonical()).isEqualTo("origin=a%26price%3D1");
    }

    @ParameterizedTest
    @CsvSource({
        "grade, 9223372036854775807",
        "grade, -9223372036854775808",
        "grade, 0",
        "strength, -0.5",
        "strength, 0",
        "harvest, 0000-01-01",
        "harvest, 2024-02-29",
        "harvest, 9999-12-31",
        "price, -0.5",
        "price, 0",
        "price, 0.00",
        "price, 12345678901234567890123456789012345678901234567890",
        "organic, false",
        "picked, 0001-01-01T00:00:00Z",
        "maker, 8F14E45F-ceea-467f-a9c5-0a1b2c3d4e5f"
    })
    void valueOfTheColumnsTypeIsTaken(String name, String value) {
        assertThat(Filters.parse(QueryParameters.empty().with(name, value), Teas.FILTERS)
                        .canonical())
                .startsWith(name + "=");
    }

    @ParameterizedTest
    @CsvSource({
        "grade, 9223372036854775808",
        "grade, -9223372036854775809",
        "grade, 01",
        "grade, +1",
        "grade, -0",
        "grade, -",
        "grade, ''",
        "grade, 1.0",
        "grade, \u0663",
        "grade, 99999999999999999999999",
        "price, 1e9",
        "price, .5",
        "price, 1.",
        "price, --1",
        "price, -00.5",
        "price, 1.-5",
        "price, ''",
        "price, NaN",
        "price, 123456789012345678901234567890123456789012345678901",
        "strength, 1e9",
        "strength, NaN",
        "strength, -Infinity",
        "strength, ''",
        "strength, 0x1p3",
        "strength, 1d",
        "harvest, 2026-02-29",
        "harvest, 2026-2-1",
        "harvest, 20260201",
        "harvest, -0001-01-01",
        "harvest, +12026-05-01",
        "harvest, 2026-05-01T00:00:00Z",
        "harvest, today",
        "harvest, ''",
        "organic, TRUE",
        "organic, 1",
        "organic, ''",
        "picked, now",
        "picked, 2026-05-01",
        "picked, +12026-05-01T00:00:00Z",
        "picked, ''",
        "picked, -0001-01-01T00:00:00Z",
        "picked, 2026-05-01T00:00:00.0000000000000000Z",
        "maker, 1-1-1-1-1",
        "maker, ''",
        "maker, 8f14e45fceea467fa9c50a1b2c3d4e5f"
    })
    void anyOtherValueIsRefusedByName(String name, String value) {
        assertRefused(QueryParameters.empty().with(name, value), name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0b", "\n", "\u0085"})
    void textWithControlCharactersIsRefused(String value) {
        assertRefused(QueryParameters.empty().with("origin", value), "origin");
    }

    @Test
    void repeatedFilterIsRefused() {
        assertRefused(QueryParameters.parse("origin=a&origin=a"), "origin");
    }

    private static void assertRefused(QueryParameters query, String name) {
        ApiException refusal = catchThrowableOfType(ApiException.class, () -> Filters.parse(query, Teas.FILTERS));
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.violations()).extracting(Violation::name).containsExactly(name);
    }

    @Test
    void schemaIsChecked() {
        FilterSchema.Builder builder = FilterSchema.builder().equality("a", Column.text("a"));
        for (String name : List.of("a", "page", "limit", "cursor", "sort", "fields", "a&b", "")) {
            assertThatIllegalArgumentException().isThrownBy(() -> builder.equality(name, Column.text("b")));
        }
        assertThat(builder.build()).hasToString("FilterSchema[a]");

        Column<String> b = Column.text("b");
        builder.equality("b", b);
        assertThatIllegalArgumentException()
                .as("one of two values for a column would be lost")
                .isThrownBy(() -> builder.equality("c", b));
    }

    private static Filters parse(String query) {
        return Filters.parse(QueryParameters.parse(query), Teas.FILTERS);
    }

    @Test
    void linksRepeatTheFiltersOfTheSchemaOnly() {
        QueryParameters query = QueryParameters.parse("x=y&price=1.50&origin=a%26b&page=2");

        assertThat(Filters.parse(query, Teas.FILTERS).parameters())
                .isEqualTo(QueryParameters.parse("price=1.50&origin=a%26b"));
        assertThat(Filters.none().parameters()).isEqualTo(QueryParameters.empty());
    }
}
