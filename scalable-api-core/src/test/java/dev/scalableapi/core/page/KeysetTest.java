package dev.scalableapi.core.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.MapperFeature;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.core.http.Link;
import dev.scalableapi.core.http.QueryParameters;
import dev.scalableapi.core.http.QueryPart;
import dev.scalableapi.core.http.Violation;
import dev.scalableapi.core.page.Position.Relation;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What SQL is written. That it finds the right rows is shown by the shop's tests, on PostgreSQL. */
class KeysetTest {
    private static final BigDecimal PRICE = new BigDecimal("9.90");

    private final Cursors cursors = CursorCodec.of(CursorKeyRing.generate())
            .in(new CursorScope("/teas", "", "", Optional.empty(), Optional.empty()));

    @Test
    void startOfTheListHasNoCondition() {
        Keyset<Teas.Tea> keyset = keyset("name", Optional.empty(), Filters.none());

        assertThat(keyset.condition()).isEqualTo(new SqlCondition("TRUE", List.of()));
        assertThat(keyset.orderBy()).isEqualTo("t.name ASC, t.id ASC");
        assertThat(keyset.rows()).isEqualTo(3);
        assertThat(keyset).hasToString("Keyset[TRUE ORDER BY t.name ASC, t.id ASC]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "AFTER  | price        | (t.price, t.id) > (?, ?)",
                "FROM   | price        | (t.price, t.id) >= (?, ?)",
                "BEFORE | price        | (t.price, t.id) < (?, ?)",
                "UP_TO  | price        | (t.price, t.id) <= (?, ?)",
                "AFTER  | -price       | (t.price, t.id) < (?, ?)",
                "BEFORE | -price       | (t.price, t.id) > (?, ?)",
                "AFTER  | id           | t.id > ?",
                "UP_TO  | -id          | t.id >= ?",
                "AFTER  | -price,name  | t.price <= ? AND (t.price < ? OR (t.price = ? AND (t.name, t.id) > (?, ?)))",
                "BEFORE | -price,name  | t.price >= ? AND (t.price > ? OR (t.price = ? AND (t.name, t.id) < (?, ?)))",
                "FROM   | price,-name  | t.price >= ? AND (t.price > ? OR (t.price = ? AND (t.name, t.id) <= (?, ?)))",
                "AFTER  | price,name,-id | (t.price, t.name) >= (?, ?) AND ((t.price, t.name) > (?, ?) OR ((t.price, t.name) = (?, ?) AND t.id < ?))",
            })
    void notNullColumnsOfOneDirectionAreComparedAsARow(Relation relation, String sort, String condition) {
        assertThat(conditionFor(sort, relation).text()).isEqualTo(condition);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "AFTER  | rating  | (t.rating >= ? OR t.rating IS NULL) AND ((t.rating > ? OR t.rating IS NULL) OR (t.rating = ? AND t.id > ?))",
                "BEFORE | rating  | t.rating <= ? AND (t.rating < ? OR (t.rating = ? AND t.id < ?))",
                "AFTER  | -rating | (t.rating <= ? OR t.rating IS NULL) AND ((t.rating < ? OR t.rating IS NULL) OR (t.rating = ? AND t.id < ?))",
                "AFTER  | picked  | t.picked >= ? AND (t.picked > ? OR (t.picked = ? AND t.id > ?))",
                "BEFORE | price,rating | t.price <= ? AND (t.price < ? OR (t.price = ? AND (t.rating < ? OR (t.rating = ? AND t.id < ?))))",
            })
    void columnThatMayHaveNullsIsComparedAlone(Relation relation, String sort, String condition) {
        assertThat(conditionFor(sort, relation).text()).isEqualTo(condition);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "AFTER  | rating | t.rating IS NULL AND t.id > ?",
                "UP_TO  | rating | (t.rating IS NOT NULL OR (t.rating IS NULL AND t.id <= ?))",
                "AFTER  | picked | (t.picked IS NOT NULL OR (t.picked IS NULL AND t.id > ?))",
                "BEFORE | picked | t.picked IS NULL AND t.id < ?",
            })
    void anchorWithoutAValueIsComparedByNull(Relation relation, String sort, String condition) {
        Position position = new Position(relation, Arrays.asList(null, 7L));
        assertThat(keyset(sort, Optional.of(position), Filters.none()).condition())
                .isEqualTo(new SqlCondition(condition, List.of(7L)));
    }

    @Test
    void whereNoValueComesAfterNullsTheNextColumnIsBounded() {
        Position position = new Position(Relation.AFTER, Arrays.asList(null, PRICE, "Tea", 7L));
        SqlCondition condition = keyset("rating,-price,name", Optional.of(position), Filters.none())
                .condition();
        assertThat(condition.text())
                .isEqualTo("t.rating IS NULL AND t.price <= ?"
                        + " AND (t.price < ? OR (t.price = ? AND (t.name, t.id) > (?, ?)))");
        assertThat(condition.parameters()).containsExactly(PRICE, PRICE, PRICE, "Tea", 7L);
    }

    @Test
    void parametersComeAsTheDriverTakesThem() {
        Position position = new Position(Relation.AFTER, List.of(Instant.EPOCH, 7L));
        OffsetDateTime epoch = OffsetDateTime.parse("1970-01-01T00:00:00Z");
        Filters filters = Filters.parse(QueryParameters.parse("origin=china"), Teas.FILTERS);

        SqlCondition condition =
                keyset("picked", Optional.of(position), filters).condition();

        assertThat(condition.text()).startsWith("t.origin = ? AND t.picked >= ? AND (");
        assertThat(condition.parameters()).containsExactly("china", epoch, epoch, epoch, 7L);
    }

    @Test
    void infiniteTimesComeAsTheDriverTakesThem() {
        for (OffsetDateTime infinity : List.of(OffsetDateTime.MIN, OffsetDateTime.MAX)) {
            Position position = new Position(Relation.BEFORE, List.of(infinity.toInstant(), 7L));
            assertThat(keyset("picked", Optional.of(position), Filters.none())
                            .condition()
                            .parameters())
                    .contains(infinity);
        }
    }

    @Test
    void backwardsTheOrderIsReversedNullsIncluded() {
        Position position = new Position(Relation.BEFORE, Arrays.asList(PRICE, null, 7L));
        assertThat(keyset("-price,rating", Optional.of(position), Filters.none())
                        .orderBy())
                .isEqualTo("t.price ASC, t.rating DESC NULLS FIRST, t.id DESC");
    }

    @Test
    void databaseWithoutRowComparisonGetsPlainOnes() {
        Keyset<Teas.Tea> keyset = keyset(
                        "price,name", Optional.of(position("price,name", Relation.FROM)), Filters.none())
                .withDialect(new PlainDialect());

        assertThat(keyset.condition().text())
                .isEqualTo(
                        "t.price >= ? AND (t.price > ? OR (t.price = ? AND (t.name > ? OR (t.name = ? AND t.id >= ?))))");
        assertThat(keyset.condition().parameters()).containsExactly("9.90", "9.90", "9.90", "Tea", "Tea", "7");
        assertThat(keyset.orderBy()).isEqualTo("t.price, t.name, t.id");
    }

    private static final class PlainDialect implements SqlDialect {
        @Override
        public String orderTerm(String column, Direction direction, Nulls nulls) {
            return column;
        }

        @Override
        public boolean comparesRows() {
            return false;
        }

        @Override
        public Object parameter(Object value) {
            return value.toString();
        }
    }

    @Test
    void cursorOfAnotherOrderDoesNotFit() {
        for (List<Object> anchor : List.<List<Object>>of(
                List.of(7L), List.of(7L, 7L, 7L), List.of("9.90", 7L), List.of(PRICE, "7"), Arrays.asList(null, 7L))) {
            Position position = new Position(Relation.AFTER, anchor);
            ApiException refusal = catchThrowableOfType(
                    ApiException.class, () -> keyset("price", Optional.of(position), Filters.none()));
            assertThat(refusal.code()).isEqualTo("INVALID_CURSOR");
        }
    }

    @Test
    void firstSliceHasANextOneIfThereIsARowMore() {
        Keyset<Teas.Tea> keyset = keyset("id", Optional.empty(), Filters.none());

        Slice<Teas.Tea> slice = keyset.slice(teas(1, 2, 3));
        assertThat(slice.items()).isEqualTo(teas(1, 2));
        assertThat(slice.hasMore()).isTrue();
        assertThat(slice.previousCursor()).isNull();
        assertThat(opened(slice.nextCursor())).isEqualTo(new Position(Relation.AFTER, List.of(2L)));
        assertThat(slice).hasToString("Slice[2 items, more]");

        Slice<Teas.Tea> whole = keyset.slice(teas(1, 2));
        assertThat(whole).isEqualTo(new Slice<>(teas(1, 2), null, null));
        assertThat(whole).hasToString("Slice[2 items]");
        assertThat(keyset.slice(List.of())).isEqualTo(new Slice<>(List.of(), null, null));
        assertThatIllegalArgumentException().isThrownBy(() -> keyset.slice(teas(1, 2, 3, 4)));
    }

    @Test
    void sliceInTheMiddleHasBothNeighbours() {
        Slice<Teas.Tea> slice = after(Relation.AFTER).slice(teas(8, 9, 10));

        assertThat(opened(slice.previousCursor())).isEqualTo(new Position(Relation.BEFORE, List.of(8L)));
        assertThat(opened(slice.nextCursor())).isEqualTo(new Position(Relation.AFTER, List.of(9L)));
    }

    @Test
    void backwardsTheRowsAreTurnedRound() {
        Slice<Teas.Tea> slice = after(Relation.BEFORE).slice(teas(6, 5, 4));
        assertThat(slice.items()).isEqualTo(teas(5, 6));
        assertThat(opened(slice.previousCursor())).isEqualTo(new Position(Relation.BEFORE, List.of(5L)));
        assertThat(opened(slice.nextCursor())).isEqualTo(new Position(Relation.AFTER, List.of(6L)));

        Slice<Teas.Tea> first = after(Relation.BEFORE).slice(teas(6, 5));
        assertThat(first.previousCursor()).isNull();
        assertThat(first.hasMore()).isTrue();
    }

    @Test
    void emptySliceLeadsBackWithoutLosingItsAnchor() {
        Slice<Teas.Tea> end = after(Relation.AFTER).slice(List.of());
        assertThat(opened(end.previousCursor())).isEqualTo(new Position(Relation.UP_TO, List.of(7L)));
        assertThat(end.nextCursor()).isNull();

        Slice<Teas.Tea> start = after(Relation.BEFORE).slice(List.of());
        assertThat(opened(start.nextCursor())).isEqualTo(new Position(Relation.FROM, List.of(7L)));
        assertThat(start.previousCursor()).isNull();

        assertThat(opened(after(Relation.FROM).slice(List.of()).previousCursor())
                        .relation())
                .isEqualTo(Relation.BEFORE);
        assertThat(opened(after(Relation.UP_TO).slice(List.of()).nextCursor()).relation())
                .isEqualTo(Relation.AFTER);
    }

    @Test
    void sliceIsJsonWithAllItsMembers() throws Exception {
        var mapper = Json.strictMapper()
                .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .build();
        assertThat(mapper.writeValueAsString(new Slice<>(List.of(1), "n", "p").map(i -> -i)))
                .isEqualTo("{\"items\":[-1],\"nextCursor\":\"n\",\"previousCursor\":\"p\",\"hasMore\":true}");
        assertThat(mapper.writeValueAsString(new Slice<>(List.of(), null, null)))
                .isEqualTo("{\"items\":[],\"nextCursor\":null,\"previousCursor\":null,\"hasMore\":false}");
    }

    @Test
    void sliceIsLinkedToItsNeighboursByTheParametersOfItsParts() {
        QueryParameters query = QueryParameters.parse("x=y&sort=-price&cursor=abc&limit=500&origin=a%26b");
        CursorRequest asked = CursorRequest.parse(query, PageLimits.create());
        QueryPart sort = () -> query.only("sort");
        QueryPart origin = () -> query.only("origin");
        String target = "/teas?sort=-price&origin=a%%26b&limit=100&cursor=%s";

        assertThat(asked).isEqualTo(new CursorRequest(Optional.of("abc"), 100));
        assertThat(asked.links("/teas", new Slice<>(List.of(1), "n", "p"), sort, origin))
                .containsExactly(
                        new Link(target.formatted(""), "first"),
                        new Link(target.formatted("p"), "prev"),
                        new Link(target.formatted("n"), "next"));
        assertThat(asked.links("/teas", new Slice<>(List.of(1), null, null), sort))
                .containsExactly(new Link("/teas?sort=-price&limit=100&cursor=", "first"));
    }

    @Test
    void linksWithTheLongestCursorsAreOmitted() {
        CursorRequest asked = new CursorRequest(Optional.of("a".repeat(2048)), 20);
        Slice<Integer> slice = new Slice<>(List.of(1), "n".repeat(2048), null);

        assertThat(asked.links("/teas", slice)).hasSize(2);
        assertThat(ApiResponse.of(200)
                        .withLinks(asked.links("/teas", slice))
                        .headers()
                        .size())
                .isZero();
    }

    @Test
    void emptyCursorIsTheStart() {
        QueryParameters query = QueryParameters.parse("cursor=");
        assertThat(CursorRequest.isIn(query)).isTrue();
        assertThat(CursorRequest.parse(query, PageLimits.create())).isEqualTo(new CursorRequest(Optional.empty(), 20));
        assertThat(CursorRequest.isIn(QueryParameters.empty())).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "cursor=a&cursor=b,cursor",
        "cursor=&limit=0,limit",
        "cursor=&limit=1&limit=1,limit",
        "cursor=&page=1,page"
    })
    void anythingElseIsRefusedByName(String query, String name) {
        ApiException refusal = catchThrowableOfType(
                ApiException.class, () -> CursorRequest.parse(QueryParameters.parse(query), PageLimits.create()));
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.violations()).extracting(Violation::name).containsExactly(name);
    }

    @Test
    void limitOutOfRangeIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new CursorRequest(Optional.empty(), 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new CursorRequest(Optional.empty(), Integer.MAX_VALUE));
    }

    private Keyset<Teas.Tea> after(Relation relation) {
        return keyset("id", Optional.of(new Position(relation, List.of(7L))), Filters.none());
    }

    private SqlCondition conditionFor(String sort, Relation relation) {
        return keyset(sort, Optional.of(position(sort, relation)), Filters.none())
                .condition();
    }

    private static Position position(String sort, Relation relation) {
        Teas.Tea tea = new Teas.Tea(7, "Tea", PRICE, BigDecimal.ONE, Instant.EPOCH);
        return new Position(relation, Sort.parse(sort, Teas.SORTS).keyOf(tea));
    }

    private Keyset<Teas.Tea> keyset(String sort, Optional<Position> position, Filters filters) {
        CursorRequest asked = new CursorRequest(position.map(cursors::encode), 2);
        return Keyset.of(asked, cursors, Sort.parse(sort, Teas.SORTS), filters);
    }

    private Position opened(@Nullable String cursor) {
        return cursors.decode(Objects.requireNonNull(cursor));
    }

    private static List<Teas.Tea> teas(int... ids) {
        return Arrays.stream(ids).mapToObj(Teas.Tea::of).toList();
    }
}
