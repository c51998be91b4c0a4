package dev.scalableapi.core.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.QueryParameters;
import dev.scalableapi.core.http.Violation;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SortTest {
    private static final SqlDialect POSTGRES = SqlDialect.postgres();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name          | t.name ASC, t.id ASC",
                "-price        | t.price DESC, t.id DESC",
                "-price,name   | t.price DESC, t.name ASC, t.id ASC",
                "name,-price   | t.name ASC, t.price DESC, t.id DESC",
                "rating        | t.rating ASC NULLS LAST, t.id ASC",
                "-rating       | t.rating DESC NULLS LAST, t.id DESC",
                "-picked       | t.picked DESC NULLS FIRST, t.id DESC",
                "-id           | t.id DESC",
            })
    void orderEndsInTheUniqueColumn(String text, String orderBy) {
        assertThat(Sort.parse(text, Teas.SORTS).orderBy(POSTGRES)).isEqualTo(orderBy);
        assertThat(Sort.parse(text, Teas.SORTS).canonical()).isEqualTo(text);
        assertThat(Sort.parse(text, Teas.SORTS)).hasToString(text);
    }

    @Test
    void keysAreToldWithoutTheirDirections() {
        assertThat(Sort.parse("-price,name", Teas.SORTS).keys()).containsExactly("price", "name");
        assertThat(Sort.parse("-id,name", Teas.SORTS).keys()).containsExactly("id");
        assertThat(Sort.byUnique(Teas.SORTS).keys()).isEmpty();
    }

    @Test
    void uniqueKeyThatEndsTheOrderAnywayIsNotInItsText() {
        assertThat(Sort.parse("id", Teas.SORTS).canonical()).isEmpty();
        assertThat(Sort.parse("name,id", Teas.SORTS).canonical()).isEqualTo("name");
        assertThat(Sort.parse("-price,-id", Teas.SORTS).canonical()).isEqualTo("-price");
        assertThat(Sort.parse("-price,id", Teas.SORTS).canonical()).isEqualTo("-price,id");
        assertThat(Sort.parse("-price,id", Teas.SORTS).orderBy(POSTGRES)).isEqualTo("t.price DESC, t.id ASC");
    }

    @Test
    void keysAfterAUniqueOneDecideNothing() {
        assertThat(Sort.parse("-id,name,price", Teas.SORTS).canonical()).isEqualTo("-id");
        assertThat(Sort.parse("name,id,price", Teas.SORTS).orderBy(POSTGRES)).isEqualTo("t.name ASC, t.id ASC");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", ",", "-", "name,", ",name", "name,,price", "name,name", "name,-name", "-id,name,name", "id,unknown",
                "Name", "+name", "--name", "name ", " name", "name;price", "t.name", "name desc", "n\u0430me", "name\0"
            })
    void anythingElseIsRefusedByName(String text) {
        ApiException refusal = catchThrowableOfType(
                ApiException.class, () -> Sort.parse(QueryParameters.empty().with("sort", text), Teas.SORTS));

        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.code()).isEqualTo("INVALID_PARAMETER");
        assertThat(refusal.violations()).extracting(Violation::name).containsExactly("sort");
        assertThat(refusal.message()).contains("id, name, price, rating, picked");
    }

    @Test
    void repeatedParameterIsRefused() {
        ApiException refusal = catchThrowableOfType(
                ApiException.class, () -> Sort.parse(QueryParameters.parse("sort=name&sort=price"), Teas.SORTS));
        assertThat(refusal.violations()).extracting(Violation::name).containsExactly("sort");
    }

    @Test
    void withoutTheParameterItIsTheStandardOrder() {
        SortSchema<String> schema = SortSchema.builder(Column.text("word"), (String word) -> word)
                .key("length", Column.integer("size"), word -> (long) word.length())
                .standard("-length")
                .build();

        assertThat(Sort.parse(QueryParameters.empty(), schema).orderBy(POSTGRES))
                .isEqualTo("size DESC, word DESC");
        assertThat(Sort.parse(QueryParameters.empty(), Teas.SORTS).orderBy(POSTGRES))
                .isEqualTo("t.id ASC");
        assertThat(Sort.parse(QueryParameters.empty(), Teas.SORTS).canonical()).isEmpty();
        assertThat(schema).hasToString("SortSchema[length]");
    }

    @Test
    void rowWithoutAValueForANotNullColumnIsAFault() {
        Sort<BigDecimal> sort = Sort.parse(
                "size",
                SortSchema.builder(Column.integer("id"), (BigDecimal row) -> 1L)
                        .key("size", Column.integer("size").nullsLast(), row -> null)
                        .build());
        assertThat(sort.keyOf(BigDecimal.ONE)).containsExactly(null, 1L);

        Sort<List<Long>> wrong = Sort.parse(
                "size",
                SortSchema.builder(Column.integer("id"), (List<Long> row) -> 1L)
                        .key("size", Column.integer("size"), row -> null)
                        .build());
        assertThatIllegalStateException()
                .isThrownBy(() -> wrong.keyOf(List.of()))
                .withMessageContaining("size");
    }

    @Test
    void schemaIsChecked() {
        SortSchema.Builder<Teas.Tea> builder = SortSchema.builder(Column.integer("id"), Teas.Tea::id);
        builder.key("name", Column.text("name"), Teas.Tea::name);

        assertThatIllegalArgumentException().isThrownBy(() -> builder.key("name", Column.text("name"), Teas.Tea::name));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.standard("price").build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SortSchema.builder(Column.integer("id").nullsLast(), Teas.Tea::id));
        for (String name : List.of("", "1", "-name", "a,b", "a b", "\u00e9", "a-b")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.key(name, Column.text("name"), Teas.Tea::name));
        }
        for (int i = 1; i < 31; i++) {
            builder.key("key" + i, Column.text("name"), Teas.Tea::name);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.key("key31", Column.text("name"), Teas.Tea::name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "a;b",
                "a.b.c",
                ".a",
                "a.",
                "1a",
                "a.1b",
                "a\"",
                "lower(a)",
                "a--",
                "a\u0131",
                "a234567890123456789012345678901234567890123456789012345678901234"
            })
    void columnThatIsNoPlainIdentifierIsRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> Column.text(name));
    }

    @Test
    void columnTellsWhatItIs() {
        assertThat(Column.instant("t_1.A9").nullsFirst()).hasToString("t_1.A9 INSTANT NULLS FIRST");
        assertThat(Column.bool("_a")).hasToString("_a BOOLEAN");
    }

    @Test
    void linksRepeatTheSortOfTheQueryOnly() {
        QueryParameters query = QueryParameters.parse("x=y&sort=-price,id&Sort=name");

        assertThat(Sort.parse(query, Teas.SORTS).parameters()).isEqualTo(QueryParameters.parse("sort=-price,id"));
        assertThat(Sort.parse(QueryParameters.parse("x=y"), Teas.SORTS).parameters())
                .isEqualTo(QueryParameters.empty());
        assertThat(Sort.parse("-price", Teas.SORTS).parameters()).isEqualTo(QueryParameters.empty());
    }
}
