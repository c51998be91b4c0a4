package dev.scalableapi.core.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.testkit.TestSeed;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Slices of collections in memory, against sorting the whole collection and cutting it. */
class KeysetInMemoryTest {
    private static final int ROUNDS = 150;
    private static final int MAX_ROWS = 30;
    private static final List<String> KEYS = List.of("amount", "price", "name", "flag", "seen", "day", "score", "tag");

    private final Random random = TestSeed.random();
    private final Cursors cursors = CursorCodec.of(CursorKeyRing.generate())
            .in(new CursorScope("/", "", "", Optional.empty(), Optional.empty()));

    record Item(
            UUID id,
            @Nullable Long amount,
            @Nullable BigDecimal price,
            String name,
            boolean flag,
            @Nullable Instant seen,
            @Nullable LocalDate day,
            @Nullable Double score,
            @Nullable UUID tag) {}

    @Test
    void slicesJoinedAreTheSortedListForwardsAndBackwards() {
        for (int i = 0; i < ROUNDS; i++) {
            Round round = new Round();
            List<Slice<Item>> forwards = round.forwards();
            assertThat(forwards.stream().flatMap(slice -> slice.items().stream()))
                    .as("%s", round)
                    .containsExactlyElementsOf(round.sorted());
            assertThat(forwards.get(0).previousCursor()).isNull();

            List<Slice<Item>> backwards = round.backwards(forwards.get(forwards.size() - 1));
            assertThat(backwards)
                    .as("%s", round)
                    .extracting(Slice::items)
                    .containsExactlyElementsOf(
                            forwards.stream().<List<Item>>map(Slice::items).toList());
        }
    }

    @Test
    void rowsThatComeAndGoHideNoRowThatStays() {
        for (int i = 0; i < ROUNDS; i++) {
            Round round = new Round();
            Set<Item> stayed = new HashSet<>(round.items);
            List<Item> read = new ArrayList<>();
            Slice<Item> slice = round.slice(null);
            read.addAll(slice.items());
            for (int changes = 20; slice.nextCursor() != null; changes--) {
                if (changes > 0) {
                    round.items.add(item());
                    stayed.remove(round.items.remove(random.nextInt(round.items.size())));
                }
                slice = round.slice(slice.nextCursor());
                read.addAll(slice.items());
            }
            assertThat(read).as("%s", round).doesNotHaveDuplicates().isSortedAccordingTo(round.expected);
            assertThat(read).as("%s", round).containsAll(stayed);
        }
    }

    @Test
    void anchorThatIsGoneStillMarksItsPlace() {
        for (int i = 0; i < ROUNDS; i++) {
            Round round = new Round();
            List<Slice<Item>> slices = round.forwards();
            int at = random.nextInt(slices.size());
            Slice<Item> slice = slices.get(at);
            round.items.removeAll(slice.items());
            if (slice.previousCursor() != null) {
                assertThat(round.slice(slice.previousCursor()).items())
                        .as("%s", round)
                        .isEqualTo(slices.get(at - 1).items());
            }
            if (slice.nextCursor() != null) {
                assertThat(round.slice(slice.nextCursor()).items())
                        .as("%s", round)
                        .isEqualTo(slices.get(at + 1).items());
            }
        }
    }

    @Test
    void wayBackFromAnEmptySliceHasAllThatIsLeft() {
        List<Teas.Tea> teas =
                new ArrayList<>(Stream.of(1, 2, 3, 4).map(Teas.Tea::of).toList());
        Sort<Teas.Tea> sort = Sort.parse("-id", Teas.SORTS);
        Slice<Teas.Tea> first = select(sort, null, teas);
        assertThat(first.items()).extracting(Teas.Tea::id).containsExactly(4L, 3L);
        teas.removeIf(tea -> tea.id() < 3);
        Slice<Teas.Tea> empty = select(sort, first.nextCursor(), teas);
        assertThat(empty.items()).isEmpty();
        assertThat(empty.nextCursor()).isNull();
        assertThat(select(sort, empty.previousCursor(), teas).items()).isEqualTo(first.items());
    }

    private Slice<Teas.Tea> select(Sort<Teas.Tea> sort, @Nullable String cursor, List<Teas.Tea> teas) {
        return Keyset.of(new CursorRequest(Optional.ofNullable(cursor), 2), cursors, sort)
                .select(teas);
    }

    @Test
    void emptyCollectionIsAnEmptySlice() {
        assertThat(select(Sort.parse("id", Teas.SORTS), null, List.of())).isEqualTo(new Slice<>(List.of(), null, null));
    }

    @Test
    void textsAreOrderedByCodePointAndUuidsAsUnsignedBytes() {
        SortSchema<String> texts =
                SortSchema.builder(Column.text("t"), (String text) -> text).build();
        assertThat(Stream.of("\ud83d\ude00", "\uffee", "", "b", "a", "\u00e9", "ab", "B", "\ue000", "\ud7ff")
                        .sorted(Sort.byUnique(texts).comparator()))
                .containsExactly("", "B", "a", "ab", "b", "\u00e9", "\ud7ff", "\ue000", "\uffee", "\ud83d\ude00");
        SortSchema<UUID> uuids =
                SortSchema.builder(Column.uuid("u"), (UUID uuid) -> uuid).build();
        assertThat(Stream.of(new UUID(-1, 0), new UUID(1, -1), new UUID(1, 1), new UUID(0, -1))
                        .sorted(Sort.byUnique(uuids).comparator()))
                .containsExactly(new UUID(0, -1), new UUID(1, 1), new UUID(1, -1), new UUID(-1, 0));
    }

    record Scored(long id, double score) {}

    @Test
    void zerosAreEqualAndNotANumberComesLast() {
        SortSchema<Scored> schema = SortSchema.builder(Column.integer("id"), Scored::id)
                .key("score", Column.floatingPoint("score"), Scored::score)
                .build();
        List<Scored> sorted = List.of(
                new Scored(1, Double.NEGATIVE_INFINITY),
                new Scored(2, 0.0),
                new Scored(3, -0.0),
                new Scored(4, Double.POSITIVE_INFINITY),
                new Scored(5, Double.NaN));
        List<Scored> shuffled = new ArrayList<>(sorted);
        Collections.shuffle(shuffled, random);
        assertThat(shuffled.stream().sorted(Sort.parse("score", schema).comparator()))
                .containsExactlyElementsOf(sorted);
    }

    @Test
    @SuppressWarnings("NullAway")
    void rowWithoutAValueForAColumnThatIsNotNullIsRejected() {
        Sort<Teas.Tea> sort = Sort.parse("name", Teas.SORTS);
        Teas.Tea nameless = new Teas.Tea(1, null, BigDecimal.ONE, null, null);
        assertThatIllegalStateException()
                .isThrownBy(() -> select(sort, null, List.of(Teas.Tea.of(2), nameless)))
                .withMessageContaining("t.name");
    }

    @Test
    void cursorOfAnotherListIsRejectedInMemoryToo() {
        ApiRequest request = ApiRequest.builder("GET", "/teas").build();
        CursorCodec codec = CursorCodec.of(CursorKeyRing.generate());
        Sort<Teas.Tea> byId = Sort.parse("id", Teas.SORTS);
        Sort<Teas.Tea> byName = Sort.parse("name", Teas.SORTS);
        List<Teas.Tea> teas = Stream.of(1, 2, 3).map(Teas.Tea::of).toList();
        String cursor = Keyset.of(new CursorRequest(Optional.empty(), 1), codec.in(CursorScope.of(request, byId)), byId)
                .select(teas)
                .nextCursor();
        CursorRequest next = new CursorRequest(Optional.ofNullable(cursor), 1);

        assertThat(Keyset.of(next, codec.in(CursorScope.of(request, byId)), byId)
                        .select(teas)
                        .items())
                .extracting(Teas.Tea::id)
                .containsExactly(2L);
        assertThat(catchThrowableOfType(
                        ApiException.class, () -> Keyset.of(next, codec.in(CursorScope.of(request, byName)), byName)))
                .extracting(ApiException::code)
                .isEqualTo("INVALID_CURSOR");
        assertThat(CursorScope.of(request, byId)).isEqualTo(CursorScope.of(request, byId, Filters.none()));
    }

    private Item item() {
        return new Item(
                new UUID(random.nextLong(), random.nextLong()),
                nullOr(random.nextInt(4) - 2L),
                nullOr(BigDecimal.valueOf(random.nextInt(3) - 1).setScale(random.nextInt(3))),
                oneOf("", "A", "a", "\u00e9", "\uffee", "\ud83d\ude00"),
                random.nextBoolean(),
                nullOr(Instant.ofEpochSecond(random.nextInt(3) - 1, random.nextInt(2))),
                nullOr(LocalDate.ofEpochDay(random.nextInt(3) - 1)),
                nullOr(oneOf(Double.NEGATIVE_INFINITY, -0.0, 0.0, 0.1, Double.NaN)),
                nullOr(new UUID(0, random.nextInt(3))));
    }

    private <V> @Nullable V nullOr(V value) {
        return random.nextInt(3) == 0 ? null : value;
    }

    @SafeVarargs
    private <V> V oneOf(V... values) {
        return values[random.nextInt(values.length)];
    }

    /** A random collection in a random order, and that order written once more with the JDK's comparators. */
    private final class Round {
        private final List<Item> items = new ArrayList<>(Stream.generate(KeysetInMemoryTest.this::item)
                .limit(1 + random.nextInt(MAX_ROWS))
                .toList());
        private final Set<String> nullsFirst = new HashSet<>();
        private final int limit = 1 + random.nextInt(7);
        private final Sort<Item> sort;
        private final Comparator<Item> expected;

        Round() {
            List<String> keys = new ArrayList<>(KEYS);
            Collections.shuffle(keys, random);
            nullsFirst.addAll(keys.subList(0, random.nextInt(keys.size())));
            Collections.shuffle(keys, random);
            List<String> chosen = keys.subList(0, 1 + random.nextInt(4)).stream()
                    .map(key -> random.nextBoolean() ? "-" + key : key)
                    .toList();
            sort = Sort.parse(String.join(",", chosen), schema());
            Comparator<Item> byId = Comparator.comparing(item -> item.id.toString());
            expected = chosen.stream()
                    .map(this::by)
                    .reduce(Comparator::thenComparing)
                    .orElseThrow()
                    .thenComparing(chosen.get(chosen.size() - 1).startsWith("-") ? byId.reversed() : byId);
        }

        private SortSchema<Item> schema() {
            return SortSchema.builder(Column.uuid("id"), Item::id)
                    .key("amount", nulls("amount", Column.integer("amount")), Item::amount)
                    .key("price", nulls("price", Column.decimal("price")), Item::price)
                    .key("name", Column.text("name"), Item::name)
                    .key("flag", Column.bool("flag"), Item::flag)
                    .key("seen", nulls("seen", Column.instant("seen")), Item::seen)
                    .key("day", nulls("day", Column.date("day")), Item::day)
                    .key("score", nulls("score", Column.floatingPoint("score")), Item::score)
                    .key("tag", nulls("tag", Column.uuid("tag")), Item::tag)
                    .build();
        }

        private <V> Column<V> nulls(String key, Column<V> column) {
            return nullsFirst.contains(key) ? column.nullsFirst() : column.nullsLast();
        }

        private Comparator<Item> by(String key) {
            return switch (key.replace("-", "")) {
                case "amount" -> by(key, Item::amount);
                case "price" -> by(key, Item::price);
                case "name" -> by(key, item -> codePoints(item.name));
                case "flag" -> by(key, Item::flag);
                case "seen" -> by(key, Item::seen);
                case "day" -> by(key, item -> item.day == null ? null : item.day.toEpochDay());
                case "score" -> by(key, item -> item.score == null ? null : item.score + 0.0);
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

        /** Seven digits for each character, so that texts compare as code points do. */
        private static String codePoints(String text) {
            StringBuilder points = new StringBuilder();
            text.codePoints().forEach(point -> points.append(10_000_000 + point));
            return points.toString();
        }

        List<Item> sorted() {
            return items.stream().sorted(expected).toList();
        }

        Slice<Item> slice(@Nullable String cursor) {
            return Keyset.of(new CursorRequest(Optional.ofNullable(cursor), limit), cursors, sort)
                    .select(items);
        }

        List<Slice<Item>> forwards() {
            List<Slice<Item>> slices = new ArrayList<>(List.of(slice(null)));
            while (slices.get(slices.size() - 1).nextCursor() != null) {
                slices.add(slice(slices.get(slices.size() - 1).nextCursor()));
                assertThat(slices).as("%s", this).hasSizeLessThanOrEqualTo(items.size());
            }
            return slices;
        }

        List<Slice<Item>> backwards(Slice<Item> last) {
            List<Slice<Item>> slices = new ArrayList<>(List.of(last));
            while (slices.get(0).previousCursor() != null) {
                slices.add(0, slice(slices.get(0).previousCursor()));
                assertThat(slices).as("%s", this).hasSizeLessThanOrEqualTo(items.size());
            }
            return slices;
        }

        @Override
        public String toString() {
            return "seed " + TestSeed.value() + ", sort " + sort + ", limit " + limit + ", nulls first " + nullsFirst;
        }
    }
}
