package dev.scalableapi.examples.shop.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.core.http.QueryParameters;
import dev.scalableapi.core.page.Column;
import dev.scalableapi.core.page.CursorCodec;
import dev.scalableapi.core.page.CursorKeyRing;
import dev.scalableapi.core.page.CursorRequest;
import dev.scalableapi.core.page.CursorScope;
import dev.scalableapi.core.page.Cursors;
import dev.scalableapi.core.page.FilterSchema;
import dev.scalableapi.core.page.Filters;
import dev.scalableapi.core.page.Keyset;
import dev.scalableapi.core.page.Slice;
import dev.scalableapi.core.page.Sort;
import dev.scalableapi.core.page.SortSchema;
import dev.scalableapi.examples.shop.TestServers;
import dev.scalableapi.testkit.TestSeed;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Slices of random tables, with ties and nulls, by random orders: none is lost, none comes twice, and it goes back again. */
@ExtendWith(TestServers.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeysetPagesTest {
    private static final int ROUNDS = 100;
    private static final int MOST_ROWS = 40;
    private static final FilterSchema FILTERS =
            FilterSchema.builder().equality("flag", Column.bool("i.flag")).build();

    private final CursorCodec codec = CursorCodec.of(CursorKeyRing.generate());
    private final long seed = TestSeed.value();
    private final Random random = new Random(seed);
    private PagesTable table;

    @BeforeAll
    void create(TestServers servers) throws SQLException {
        table = PagesTable.in(servers.database("keyset_pages"));
        table.execute("CREATE TABLE item (id uuid PRIMARY KEY, amount bigint, price numeric,"
                + " name text COLLATE \"C\" NOT NULL, flag boolean NOT NULL, seen timestamptz, tag uuid, day date,"
                + " score double precision)");
        table.connection().setAutoCommit(false);
    }

    @AfterAll
    void close() throws SQLException {
        table.close();
    }

    /** Each slice is also cut from the same rows in memory, which must give the same. */
    @Test
    void slicesJoinedAreTheSortedListForwardsAndBackwards() throws SQLException {
        for (int i = 0; i < ROUNDS; i++) {
            List<Item> items = fill();
            Round round = round(items);
            List<Slice<Item>> forwards = round.forwards();

            assertThat(forwards.stream().flatMap(slice -> slice.items().stream()))
                    .as("%s", round)
                    .containsExactlyElementsOf(round.expected);
            assertThat(forwards.subList(0, forwards.size() - 1))
                    .as("%s", round)
                    .allMatch(slice -> slice.items().size() == round.limit && slice.hasMore());
            assertThat(round.backwards(forwards.get(forwards.size() - 1)))
                    .as("%s", round)
                    .extracting(Slice::items)
                    .containsExactlyElementsOf(
                            forwards.stream().<List<Item>>map(Slice::items).toList());
            round.withoutAnchors(forwards);
            round.withoutTheRest(forwards);
            round.withNewRows();
        }
    }

    private List<Item> fill() throws SQLException {
        table.execute("TRUNCATE item");
        List<Item> items =
                Stream.generate(this::item).limit(1 + random.nextInt(MOST_ROWS)).toList();
        insert(items);
        table.connection().commit();
        return items;
    }

    private void insert(List<Item> items) throws SQLException {
        try (PreparedStatement insert =
                table.connection().prepareStatement("INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (Item item : items) {
                insert.setObject(1, item.id);
                insert.setObject(2, item.amount);
                insert.setObject(3, item.price);
                insert.setString(4, item.name);
                insert.setBoolean(5, item.flag);
                insert.setObject(6, item.seen);
                insert.setObject(7, item.tag);
                insert.setObject(8, item.day);
                insert.setObject(9, item.score);
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).hasSameSizeAs(items);
        }
    }

    /** Few values, so that there are ties; a third of those that may be null are. */
    private Item item() {
        return new Item(
                new UUID(random.nextLong() >>> 1, random.nextLong() >>> 1),
                nullOr(random.nextInt(4) - 2L),
                nullOr(BigDecimal.valueOf(random.nextInt(3) - 1).setScale(random.nextInt(3))),
                oneOf("", "A", "a", "\u00e9", "a'", "\uffee"),
                random.nextBoolean(),
                nullOr(oneOf(
                        OffsetDateTime.MIN,
                        Instant.EPOCH.atOffset(ZoneOffset.UTC),
                        Instant.EPOCH.plusNanos(1_000).atOffset(ZoneOffset.UTC),
                        OffsetDateTime.MAX)),
                nullOr(new UUID(0, random.nextInt(3))),
                nullOr(oneOf(LocalDate.MIN, LocalDate.EPOCH, LocalDate.of(-1, 2, 3), LocalDate.MAX)),
                nullOr(oneOf(Double.NEGATIVE_INFINITY, -0.0, 0.0, 0.1, Double.POSITIVE_INFINITY, Double.NaN)));
    }

    private <V> @Nullable V nullOr(V value) {
        return random.nextInt(3) == 0 ? null : value;
    }

    @SafeVarargs
    private <V> V oneOf(V... values) {
        return values[random.nextInt(values.length)];
    }

    private Round round(List<Item> items) {
        List<String> keys = new ArrayList<>(List.of("amount", "price", "name", "flag", "seen", "tag", "day", "score"));
        Collections.shuffle(keys, random);
        Schema schema = new Schema(Set.copyOf(keys.subList(0, random.nextInt(keys.size()))));
        Collections.shuffle(keys, random);
        List<String> chosen = keys.subList(0, 1 + random.nextInt(4)).stream()
                .map(key -> random.nextBoolean() ? "-" + key : key)
                .toList();
        QueryParameters query = random.nextInt(3) == 0 ? QueryParameters.parse("flag=true") : QueryParameters.empty();
        List<Item> expected = items.stream()
                .filter(item -> query.names().isEmpty() || item.flag)
                .sorted(schema.comparator(chosen))
                .toList();
        return new Round(
                Sort.parse(String.join(",", chosen), schema.sorts()),
                Filters.parse(query, FILTERS),
                1 + random.nextInt(7),
                expected,
                schema);
    }

    private record Item(
            UUID id,
            @Nullable Long amount,
            @Nullable BigDecimal price,
            String name,
            boolean flag,
            @Nullable OffsetDateTime seen,
            @Nullable UUID tag,
            @Nullable LocalDate day,
            @Nullable Double score) {
        static Item of(ResultSet row) throws SQLException {
            return new Item(
                    row.getObject("id", UUID.class),
                    row.getObject("amount", Long.class),
                    row.getBigDecimal("price"),
                    row.getString("name"),
                    row.getBoolean("flag"),
                    row.getObject("seen", OffsetDateTime.class),
                    row.getObject("tag", UUID.class),
                    row.getObject("day", LocalDate.class),
                    row.getObject("score", Double.class));
        }

        @Nullable Instant seenAt() {
            return seen == null ? null : seen.toInstant();
        }

        /** To the database, the two zeros are equal. */
        @Nullable Double comparableScore() {
            return score == null ? null : score + 0.0;
        }
    }

    /** Which columns have their nulls first; all others have them last. */
    private record Schema(Set<String> nullsFirst) {
        SortSchema<Item> sorts() {
            return SortSchema.builder(Column.uuid("i.id"), Item::id)
                    .key("amount", nulls("amount", Column.integer("i.amount")), Item::amount)
                    .key("price", nulls("price", Column.decimal("i.price")), Item::price)
                    .key("name", Column.text("i.name"), Item::name)
                    .key("flag", Column.bool("i.flag"), Item::flag)
                    .key("seen", nulls("seen", Column.instant("i.seen")), Item::seenAt)
                    .key("tag", nulls("tag", Column.uuid("i.tag")), Item::tag)
                    .key("day", nulls("day", Column.date("i.day")), Item::day)
                    .key("score", nulls("score", Column.floatingPoint("i.score")), Item::score)
                    .build();
        }

        private <V> Column<V> nulls(String key, Column<V> column) {
            return nullsFirst.contains(key) ? column.nullsFirst() : column.nullsLast();
        }

        /** Without a database, so that it can be wrong in its own way only. */
        Comparator<Item> comparator(List<String> keys) {
            Comparator<Item> all = keys.stream()
                    .map(this::by)
                    .reduce(Comparator::thenComparing)
                    .orElseThrow();
            String last = keys.get(keys.size() - 1);
            return all.thenComparing(by(last, item -> item.id.toString()));
        }

        private Comparator<Item> by(String key) {
            return switch (key.replace("-", "")) {
                case "amount" -> by(key, Item::amount);
                case "price" -> by(key, Item::price);
                case "name" -> by(key, Item::name);
                case "flag" -> by(key, Item::flag);
                case "seen" -> by(key, Item::seenAt);
                case "day" -> by(key, item -> item.day == null ? null : item.day.toEpochDay());
                case "score" -> by(key, Item::comparableScore);
                default -> by(key, item -> item.tag == null ? null : item.tag.toString());
            };
        }

        private <V extends Comparable<V>> Comparator<Item> by(String key, Function<Item, @Nullable V> value) {
            Comparator<V> values = key.startsWith("-") ? Comparator.reverseOrder() : Comparator.naturalOrder();
            return Comparator.comparing(
                    value,
                    nullsFirst.contains(key.replace("-", ""))
                            ? Comparator.nullsFirst(values)
                            : Comparator.nullsLast(values));
        }
    }

    private final class Round {
        private final Sort<Item> sort;
        private final Filters filters;
        private final int limit;
        private final List<Item> expected;
        private final Schema schema;
        private final Cursors cursors;

        private Round(Sort<Item> sort, Filters filters, int limit, List<Item> expected, Schema schema) {
            this.sort = sort;
            this.filters = filters;
            this.limit = limit;
            this.expected = expected;
            this.schema = schema;
            cursors = codec.in(new CursorScope(
                    "/items", sort.canonical(), filters.canonical(), Optional.empty(), Optional.empty()));
        }

        private Slice<Item> slice(@Nullable String cursor) throws SQLException {
            CursorRequest asked = new CursorRequest(Optional.ofNullable(cursor), limit);
            Keyset<Item> keyset = Keyset.of(asked, cursors, sort, filters);
            return keyset.slice(table.read("SELECT * FROM item AS i", keyset, Item::of));
        }

        private Slice<Item> sliceOfBoth(@Nullable String cursor) throws SQLException {
            Slice<Item> slice = slice(cursor);
            Slice<Item> inMemory = Keyset.of(new CursorRequest(Optional.ofNullable(cursor), limit), cursors, sort)
                    .select(expected);
            assertThat(inMemory.items()).as("%s", this).isEqualTo(slice.items());
            assertThat(inMemory.nextCursor() == null).as("%s", this).isEqualTo(slice.nextCursor() == null);
            assertThat(inMemory.previousCursor() == null).as("%s", this).isEqualTo(slice.previousCursor() == null);
            return slice;
        }

        List<Slice<Item>> forwards() throws SQLException {
            List<Slice<Item>> slices = new ArrayList<>();
            Slice<Item> slice = sliceOfBoth(null);
            assertThat(slice.previousCursor()).isNull();
            slices.add(slice);
            while (slice.nextCursor() != null) {
                slice = sliceOfBoth(slice.nextCursor());
                slices.add(slice);
                assertThat(slices).as("%s", this).hasSizeLessThanOrEqualTo(expected.size());
            }
            return slices;
        }

        List<Slice<Item>> backwards(Slice<Item> last) throws SQLException {
            List<Slice<Item>> slices = new ArrayList<>(List.of(last));
            Slice<Item> slice = last;
            while (slice.previousCursor() != null) {
                slice = sliceOfBoth(slice.previousCursor());
                slices.add(0, slice);
                assertThat(slices).as("%s", this).hasSizeLessThanOrEqualTo(expected.size());
            }
            return slices;
        }

        /** The rows at which the neighbours begin are gone; what lies beyond them is not. */
        void withoutAnchors(List<Slice<Item>> slices) throws SQLException {
            int at = random.nextInt(slices.size());
            Slice<Item> slice = slices.get(at);
            if (!slice.items().isEmpty()) {
                delete(slice.items().get(0));
                delete(slice.items().get(slice.items().size() - 1));
            }
            if (at > 0) {
                assertThat(slice(slice.previousCursor()).items())
                        .as("%s before %s", this, at)
                        .isEqualTo(slices.get(at - 1).items());
            }
            if (at < slices.size() - 1) {
                assertThat(slice(slice.nextCursor()).items())
                        .as("%s after %s", this, at)
                        .isEqualTo(slices.get(at + 1).items());
            }
            table.connection().rollback();
        }

        /** Where all that a cursor leads to is gone, the way back has all that is left. */
        void withoutTheRest(List<Slice<Item>> slices) throws SQLException {
            if (slices.size() < 2) {
                return;
            }
            Slice<Item> first = slices.get(0);
            for (Item item : expected.subList(limit, expected.size())) {
                delete(item);
            }
            Slice<Item> empty = slice(first.nextCursor());
            assertThat(empty.items()).isEmpty();
            assertThat(empty.nextCursor()).isNull();
            assertThat(slice(empty.previousCursor()).items()).as("%s", this).isEqualTo(first.items());
            table.connection().rollback();

            Slice<Item> second = slices.get(1);
            for (Item item : first.items()) {
                delete(item);
            }
            Slice<Item> none = slice(second.previousCursor());
            assertThat(none.items()).isEmpty();
            assertThat(none.previousCursor()).isNull();
            assertThat(slice(none.nextCursor()).items()).as("%s", this).isEqualTo(second.items());
            table.connection().rollback();
        }

        /** Rows that come while the list is read hide none that was there, and none comes twice. */
        void withNewRows() throws SQLException {
            List<Item> read = new ArrayList<>();
            Slice<Item> slice = slice(null);
            read.addAll(slice.items());
            for (int rows = 10; slice.nextCursor() != null; rows--) {
                insert(rows > 0 ? List.of(item()) : List.of());
                slice = slice(slice.nextCursor());
                read.addAll(slice.items());
            }
            assertThat(read).as("%s", this).doesNotHaveDuplicates().containsSubsequence(expected);
            table.connection().rollback();
        }

        private void delete(Item item) throws SQLException {
            table.execute("DELETE FROM item WHERE id = '" + item.id + "'");
        }

        @Override
        public String toString() {
            return "seed " + seed + ", sort " + sort + ", limit " + limit + ", nulls first " + schema.nullsFirst;
        }
    }
}
