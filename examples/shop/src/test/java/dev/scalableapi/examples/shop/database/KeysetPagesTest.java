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
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
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
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private PagesTable table;

    @BeforeAll
    void create(TestServers servers) throws SQLException {
        table = PagesTable.in(servers.database("keyset_pages"));
        table.execute("CREATE TABLE item (id uuid PRIMARY KEY, amount bigint, price numeric, name text NOT NULL,"
                + " flag boolean NOT NULL, seen timestamptz, tag uuid)");
        table.connection().setAutoCommit(false);
    }

    @AfterAll
    void close() throws SQLException {
        table.close();
    }

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
        }
    }

    private List<Item> fill() throws SQLException {
        table.execute("TRUNCATE item");
        List<Item> items = new ArrayList<>();
        try (PreparedStatement insert =
                table.connection().prepareStatement("INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?)")) {
            for (int i = random.nextInt(MOST_ROWS); i >= 0; i--) {
                Item item = item();
                items.add(item);
                insert.setObject(1, item.id);
                insert.setObject(2, item.amount);
                insert.setObject(3, item.price);
                insert.setString(4, item.name);
                insert.setBoolean(5, item.flag);
                insert.setObject(6, item.seen == null ? null : item.seen.atOffset(ZoneOffset.UTC));
                insert.setObject(7, item.tag);
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).hasSameSizeAs(items);
        }
        table.connection().commit();
        return items;
    }

    /** Few values, so that there are ties; a third of those that may be null are. */
    private Item item() {
        return new Item(
                new UUID(random.nextLong() >>> 1, random.nextLong() >>> 1),
                random.nextInt(3) == 0 ? null : random.nextInt(4) - 2L,
                random.nextInt(3) == 0 ? null : BigDecimal.valueOf(random.nextInt(3) * 10L, 1),
                String.valueOf((char) ('a' + random.nextInt(3))),
                random.nextBoolean(),
                random.nextInt(3) == 0 ? null : Instant.EPOCH.plusNanos(random.nextInt(3) * 1_000L),
                random.nextInt(3) == 0 ? null : new UUID(0, random.nextInt(3)));
    }

    private Round round(List<Item> items) {
        Schema schema = new Schema(random.nextBoolean());
        List<String> keys = new ArrayList<>(List.of("amount", "price", "name", "flag", "seen", "tag"));
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
                schema.nullsFirst);
    }

    private record Item(
            UUID id,
            @Nullable Long amount,
            @Nullable BigDecimal price,
            String name,
            boolean flag,
            @Nullable Instant seen,
            @Nullable UUID tag) {
        static Item of(ResultSet row) throws SQLException {
            OffsetDateTime seen = row.getObject("seen", OffsetDateTime.class);
            return new Item(
                    row.getObject("id", UUID.class),
                    row.getObject("amount", Long.class),
                    row.getBigDecimal("price"),
                    row.getString("name"),
                    row.getBoolean("flag"),
                    seen == null ? null : seen.toInstant(),
                    row.getObject("tag", UUID.class));
        }
    }

    private record Schema(boolean nullsFirst) {
        SortSchema<Item> sorts() {
            return SortSchema.builder(Column.uuid("i.id"), Item::id)
                    .key("amount", nulls(Column.integer("i.amount")), Item::amount)
                    .key("price", nulls(Column.decimal("i.price")), Item::price)
                    .key("name", Column.text("i.name"), Item::name)
                    .key("flag", Column.bool("i.flag"), Item::flag)
                    .key("seen", nulls(Column.instant("i.seen")), Item::seen)
                    .key("tag", nulls(Column.uuid("i.tag")), Item::tag)
                    .build();
        }

        private <V> Column<V> nulls(Column<V> column) {
            return nullsFirst ? column.nullsFirst() : column.nullsLast();
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
                case "seen" -> by(key, Item::seen);
                default -> by(key, item -> item.tag == null ? null : item.tag.toString());
            };
        }

        private <V extends Comparable<V>> Comparator<Item> by(String key, Function<Item, @Nullable V> value) {
            Comparator<V> values = key.startsWith("-") ? Comparator.reverseOrder() : Comparator.naturalOrder();
            return Comparator.comparing(
                    value, nullsFirst ? Comparator.nullsFirst(values) : Comparator.nullsLast(values));
        }
    }

    private final class Round {
        private final Sort<Item> sort;
        private final Filters filters;
        private final int limit;
        private final List<Item> expected;
        private final boolean nullsFirst;
        private final Cursors cursors;

        private Round(Sort<Item> sort, Filters filters, int limit, List<Item> expected, boolean nullsFirst) {
            this.sort = sort;
            this.filters = filters;
            this.limit = limit;
            this.expected = expected;
            this.nullsFirst = nullsFirst;
            cursors = codec.in(new CursorScope(
                    "/items", sort.canonical(), filters.canonical(), Optional.empty(), Optional.empty()));
        }

        private Slice<Item> slice(@Nullable String cursor) throws SQLException {
            CursorRequest asked = new CursorRequest(Optional.ofNullable(cursor), limit);
            Keyset<Item> keyset = Keyset.of(asked, cursors, sort, filters);
            return keyset.slice(table.read("SELECT * FROM item AS i", keyset, Item::of));
        }

        List<Slice<Item>> forwards() throws SQLException {
            List<Slice<Item>> slices = new ArrayList<>();
            Slice<Item> slice = slice(null);
            assertThat(slice.previousCursor()).isNull();
            slices.add(slice);
            while (slice.nextCursor() != null) {
                slice = slice(slice.nextCursor());
                slices.add(slice);
            }
            return slices;
        }

        List<Slice<Item>> backwards(Slice<Item> last) throws SQLException {
            List<Slice<Item>> slices = new ArrayList<>(List.of(last));
            Slice<Item> slice = last;
            while (slice.previousCursor() != null) {
                slice = slice(slice.previousCursor());
                slices.add(0, slice);
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

        private void delete(Item item) throws SQLException {
            table.execute("DELETE FROM item WHERE id = '" + item.id + "'");
        }

        @Override
        public String toString() {
            return "seed " + seed + ", sort " + sort + ", limit " + limit
                    + (nullsFirst ? ", nulls first" : ", nulls last");
        }
    }
}
