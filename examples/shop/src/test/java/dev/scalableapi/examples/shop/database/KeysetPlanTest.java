package dev.scalableapi.examples.shop.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.page.Column;
import dev.scalableapi.core.page.CursorCodec;
import dev.scalableapi.core.page.CursorKeyRing;
import dev.scalableapi.core.page.CursorRequest;
import dev.scalableapi.core.page.CursorScope;
import dev.scalableapi.core.page.Cursors;
import dev.scalableapi.core.page.Filters;
import dev.scalableapi.core.page.Keyset;
import dev.scalableapi.core.page.Position;
import dev.scalableapi.core.page.Sort;
import dev.scalableapi.core.page.SortSchema;
import dev.scalableapi.core.page.SqlCondition;
import dev.scalableapi.core.page.SqlDialect;
import dev.scalableapi.examples.shop.TestServers;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * How many rows PostgreSQL examines for page 10,000. The figures in docs/benchmarks.md are of a million rows, which the
 * property {@code pages.rows} sets.
 */
@ExtendWith(TestServers.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeysetPlanTest {
    private static final int ROWS = Integer.getInteger("pages.rows", 250_000);
    private static final int LIMIT = 20;
    private static final long OFFSET = 9_999L * LIMIT;
    private static final String SELECT = "SELECT id, price, name, rating, grade FROM big AS b";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final SortSchema<Big> SORTS = SortSchema.builder(Column.integer("b.id"), Big::id)
            .key("id", Column.integer("b.id"), Big::id)
            .key("price", Column.decimal("b.price"), Big::price)
            .key("name", Column.text("b.name"), Big::name)
            .key("rating", Column.integer("b.rating").nullsLast(), Big::rating)
            .key("grade", Column.integer("b.grade").nullsFirst(), Big::grade)
            .build();

    private final Cursors cursors = CursorCodec.of(CursorKeyRing.generate())
            .in(new CursorScope("/big", "", "", Optional.empty(), Optional.empty()));
    private PagesTable table;

    private record Big(
            long id,
            BigDecimal price,
            String name,
            @Nullable Long rating,
            @Nullable Long grade) {
        static Big of(ResultSet row) throws SQLException {
            return new Big(
                    row.getLong("id"),
                    row.getBigDecimal("price"),
                    row.getString("name"),
                    row.getObject("rating", Long.class),
                    row.getObject("grade", Long.class));
        }
    }

    /** Some twenty rows have one price; a quarter have no rating, and most no grade. */
    @BeforeAll
    void fill(TestServers servers) throws SQLException {
        table = PagesTable.in(servers.database("keyset_plan"));
        table.execute("CREATE TABLE big AS SELECT i AS id, (i * 7919 % " + ROWS / 20 + ")::numeric / 100 AS price,"
                + " 'n' || i * 104729 % 1000 AS name,"
                + " CASE WHEN i % 4 > 0 THEN i * 7907 % " + ROWS / 20 + " END AS rating,"
                + " CASE WHEN i % 4 = 0 THEN i * 7907 % " + ROWS / 20 + " END AS grade"
                + " FROM generate_series(1::bigint, " + ROWS + ") AS i");
        table.execute("ALTER TABLE big ADD PRIMARY KEY (id), ALTER price SET NOT NULL, ALTER name SET NOT NULL");
        table.execute("CREATE INDEX ON big (price, id)");
        table.execute("CREATE INDEX ON big (price DESC, name, id)");
        table.execute("CREATE INDEX ON big (rating, id)");
        table.execute("CREATE INDEX ON big (grade NULLS FIRST, id)");
        table.execute("VACUUM ANALYZE big");
    }

    @AfterAll
    void close() throws SQLException {
        table.close();
    }

    @Test
    void indexIsEnteredAtTheAnchor() throws SQLException, JsonProcessingException {
        for (String sort : List.of("price", "-price", "-price,name", "price,-name", "id")) {
            for (Position.Relation relation : List.of(Position.Relation.AFTER, Position.Relation.BEFORE)) {
                Big anchor = anchor(sort);
                long ties = sort.equals("id") ? 1 : ties(anchor.price);
                long examined = examined(keyset(sort, relation, anchor));

                report(sort + " " + relation, examined, "limit " + LIMIT + ", " + ties + " ties of the leading column");
                assertThat(examined).as("%s %s", sort, relation).isLessThanOrEqualTo(LIMIT + 1 + ties);
            }
            long offset = examined(
                    SELECT + " ORDER BY " + Sort.parse(sort, SORTS).orderBy(SqlDialect.postgres()) + " LIMIT "
                            + (LIMIT + 1) + " OFFSET " + OFFSET,
                    List.of());
            report(sort + " OFFSET", offset, "");
            assertThat(offset).isGreaterThanOrEqualTo(OFFSET);
        }
    }

    /** Why page numbers end somewhere: this is the cheapest form, which reads the index alone but for the page's rows. */
    @Test
    void offsetOfTheWholeTableIsMeasured() throws SQLException, JsonProcessingException {
        String plan = table.read(
                        "EXPLAIN (ANALYZE, FORMAT JSON) SELECT id FROM big ORDER BY price, id LIMIT 21 OFFSET "
                                + (ROWS - 21),
                        List.of(),
                        row -> row.getString(1))
                .get(0);
        JsonNode explained = JSON.readTree(plan).get(0);

        assertThat(examined(explained.get("Plan"))).isEqualTo(ROWS);
        report("price OFFSET of all rows", ROWS, explained.get("Execution Time").asText() + " ms");
    }

    /** What the leading bound is for. */
    @Test
    void withoutTheLeadingBoundAllThatIsBeforeTheAnchorIsExamined() throws SQLException, JsonProcessingException {
        Keyset<Big> keyset = keyset("-price,name", Position.Relation.AFTER, anchor("-price,name"));
        SqlCondition whole = keyset.condition();
        String plainOr = whole.text().substring(whole.text().indexOf(" AND ") + " AND ".length());

        long examined = examined(
                SELECT + " WHERE " + plainOr + " ORDER BY " + keyset.orderBy() + " LIMIT " + keyset.rows(),
                whole.parameters().subList(1, whole.parameters().size()));

        report("-price,name AFTER without the bound", examined, "");
        assertThat(examined).isGreaterThan(OFFSET);
    }

    /** They are right, but not all of them enter the index: the guide says which. */
    @Test
    void columnsThatMayHaveNullsAreMeasured() throws SQLException, JsonProcessingException {
        Big rated = middle("rating IS NOT NULL", "rating, id");
        Big graded = middle("grade IS NOT NULL", "grade, id");
        Big unrated = middle("rating IS NULL", "id");
        Big ungraded = middle("grade IS NULL", "id");
        long ratingTies = count("rating = " + rated.rating);
        long gradeTies = count("grade = " + graded.grade);

        assertThat(reported("rating", Position.Relation.BEFORE, rated)).isLessThanOrEqualTo(LIMIT + 1 + ratingTies);
        assertThat(reported("rating", Position.Relation.AFTER, unrated)).isLessThanOrEqualTo(LIMIT + 1);
        assertThat(reported("grade", Position.Relation.AFTER, graded)).isLessThanOrEqualTo(LIMIT + 1 + gradeTies);
        assertThat(reported("grade", Position.Relation.BEFORE, ungraded)).isLessThanOrEqualTo(LIMIT + 1);
        // The next would be met by nothing that stands in one condition.
        assertThat(reported("rating", Position.Relation.AFTER, rated)).isGreaterThan(LIMIT);
        assertThat(reported("rating", Position.Relation.BEFORE, unrated)).isGreaterThan(LIMIT);
        assertThat(reported("grade", Position.Relation.AFTER, ungraded)).isGreaterThan(LIMIT);
        assertThat(reported("grade", Position.Relation.BEFORE, graded)).isGreaterThan(LIMIT);
    }

    private long reported(String sort, Position.Relation relation, Big anchor)
            throws SQLException, JsonProcessingException {
        long examined = examined(keyset(sort, relation, anchor));
        Long value = sort.equals("rating") ? anchor.rating : anchor.grade;
        String remark = sort.equals("rating") ? "nulls last" : "nulls first";
        report(sort + " " + relation, examined, remark + ", anchor " + (value == null ? "null" : "with a value"));
        return examined;
    }

    private Big middle(String condition, String order) throws SQLException {
        String sql = SELECT + " WHERE " + condition + " ORDER BY " + order + " LIMIT 1 OFFSET " + count(condition) / 2;
        return table.read(sql, List.of(), Big::of).get(0);
    }

    private Big anchor(String sort) throws SQLException {
        String order = Sort.parse(sort, SORTS).orderBy(SqlDialect.postgres());
        return table.read(SELECT + " ORDER BY " + order + " LIMIT 1 OFFSET " + (OFFSET - 1), List.of(), Big::of)
                .get(0);
    }

    private long ties(BigDecimal price) throws SQLException {
        return count("price = " + price.toPlainString());
    }

    private long count(String condition) throws SQLException {
        return table.read("SELECT count(*) FROM big WHERE " + condition, List.of(), row -> row.getLong(1))
                .get(0);
    }

    private Keyset<Big> keyset(String text, Position.Relation relation, Big anchor) {
        Sort<Big> sort = Sort.parse(text, SORTS);
        List<@Nullable Object> values = new ArrayList<>();
        for (String key : text.split(",", -1)) {
            switch (key.replace("-", "")) {
                case "price" -> values.add(anchor.price);
                case "name" -> values.add(anchor.name);
                case "rating" -> values.add(anchor.rating);
                case "grade" -> values.add(anchor.grade);
                default -> {}
            }
        }
        values.add(anchor.id);
        Position position = new Position(relation, Collections.unmodifiableList(values));
        CursorRequest asked = new CursorRequest(Optional.of(cursors.encode(position)), LIMIT);
        return Keyset.of(asked, cursors, sort, Filters.none());
    }

    private long examined(Keyset<Big> keyset) throws SQLException, JsonProcessingException {
        SqlCondition condition = keyset.condition();
        return examined(
                SELECT + " WHERE " + condition.text() + " ORDER BY " + keyset.orderBy() + " LIMIT " + keyset.rows(),
                condition.parameters());
    }

    private long examined(String sql, List<Object> parameters) throws SQLException, JsonProcessingException {
        String plan = table.read("EXPLAIN (ANALYZE, FORMAT JSON) " + sql, parameters, row -> row.getString(1))
                .get(0);
        return examined(JSON.readTree(plan).get(0).get("Plan"));
    }

    /** What the scans, which have no plan below them, returned and removed. */
    private static long examined(JsonNode node) {
        long examined = 0;
        for (JsonNode child : node.path("Plans")) {
            examined += examined(child);
        }
        if (!node.has("Plans")) {
            long each = node.get("Actual Rows").asLong()
                    + node.path("Rows Removed by Filter").asLong()
                    + node.path("Rows Removed by Index Recheck").asLong();
            examined = each * node.get("Actual Loops").asLong();
        }
        return examined;
    }

    private static void report(String query, long examined, String remark) {
        System.out.printf("%,d rows, page 10,000: %-40s %,10d rows examined  %s%n", ROWS, query, examined, remark);
    }
}
