package dev.scalableapi.core.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.scalableapi.core.ManualClock;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.http.QueryParameters;
import dev.scalableapi.core.http.Violation;
import dev.scalableapi.core.page.Position.Relation;
import dev.scalableapi.testkit.TestSeed;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorsTest {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final CursorScope SCOPE =
            new CursorScope("/teas", "-price", "origin=china", Optional.of("acme"), Optional.of("alice"));
    private static final Position POSITION = position(Relation.AFTER, new BigDecimal("12.50"), "Keemun", 42L);

    private final ManualClock clock = new ManualClock();
    private final CursorKeyRing keys = CursorKeyRing.of(key(1));
    private final CursorCodec codec = CursorCodec.of(keys, Duration.ofHours(1), clock);
    private final Cursors cursors = codec.in(SCOPE);
    private final String cursor = cursors.encode(POSITION);

    @Test
    void positionsComeBackAsTheyWere() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            List<@Nullable Object> values = new ArrayList<>();
            for (int j = 1 + random.nextInt(6); j > 0; j--) {
                values.add(value(random));
            }
            Position position = new Position(List.of(Relation.values()).get(random.nextInt(4)), values);
            assertThat(cursors.decode(cursors.encode(position)))
                    .as("seed %d", seed)
                    .isEqualTo(position);
        }
    }

    private static @Nullable Object value(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextLong() >> random.nextInt(64);
            case 3 -> new BigDecimal(new BigInteger(random.nextInt(100), random).negate(), random.nextInt(60) - 30);
            case 4 -> Instant.ofEpochSecond(random.nextLong() >> 20, random.nextInt(1_000_000_000));
            case 5 -> new UUID(random.nextLong(), random.nextLong());
            case 6 -> "";
            case 7 -> Double.longBitsToDouble(random.nextLong());
            case 8 -> LocalDate.ofEpochDay(random.nextLong() >> 27);
            default -> text(random);
        };
    }

    private static String text(Random random) {
        int[] codePoints = random.ints(random.nextInt(40), 0, Character.MAX_CODE_POINT + 1)
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? '"' : c)
                .map(c -> random.nextBoolean() ? c : c & 0x7f)
                .toArray();
        return new String(codePoints, 0, codePoints.length);
    }

    @Test
    void extremesComeBackAsTheyWere() {
        Position position = position(
                Relation.BEFORE,
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                Instant.MIN,
                Instant.MAX,
                LocalDate.MIN,
                LocalDate.MAX,
                Double.NaN,
                -0.0,
                Double.NEGATIVE_INFINITY,
                new BigDecimal(BigInteger.ONE, Integer.MAX_VALUE),
                new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE),
                null);
        assertThat(cursors.decode(cursors.encode(position))).isEqualTo(position);
    }

    @Test
    void manyThreadsMakeAndOpenCursorsAtOnce() {
        LongStream.range(0, 5_000)
                .parallel()
                .mapToObj(i -> position(Relation.AFTER, i))
                .forEach(position ->
                        assertThat(cursors.decode(cursors.encode(position))).isEqualTo(position));
    }

    @Test
    void cursorIsShortAndFitForAUrl() {
        assertThat(cursor).matches("[A-Za-z0-9_-]{44,64}");
    }

    @Test
    void everyChangedCharacterIsTheSameRefusal() {
        for (int at = 0; at < cursor.length(); at++) {
            for (char c : characters(ALPHABET + "=+/. \n%~\0\u00e9\u0141")) {
                if (c != cursor.charAt(at)) {
                    assertInvalid(cursor.substring(0, at) + c + cursor.substring(at + 1));
                }
            }
        }
    }

    @Test
    void everyInsertedCharacterIsTheSameRefusal() {
        for (int at = 0; at <= cursor.length(); at++) {
            for (char c : characters(ALPHABET + "=+/. \n%\0\u00e9\u0141")) {
                assertInvalid(cursor.substring(0, at) + c + cursor.substring(at));
            }
        }
    }

    @Test
    void everyCutIsTheSameRefusal() {
        for (int from = 0; from < cursor.length(); from++) {
            for (int to = from + 1; to <= cursor.length(); to++) {
                assertInvalid(cursor.substring(0, from) + cursor.substring(to));
                if (from > 0 || to < cursor.length()) {
                    assertInvalid(cursor.substring(from, to));
                }
            }
        }
    }

    @Test
    void everyFlippedBitIsTheSameRefusal() {
        byte[] bytes = Base64.getUrlDecoder().decode(cursor);
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertInvalid(Base64.getUrlEncoder().withoutPadding().encodeToString(flipped));
        }
    }

    @Test
    void onlyOneSpellingOfTheBytesIsTaken() {
        Set<Integer> lengths = new HashSet<>();
        for (String name : List.of("", "a", "ab")) {
            String other = cursors.encode(position(Relation.AFTER, name));
            lengths.add(other.length() % 4);
            assertThat(cursors.decode(other).anchor()).containsExactly(name);
            byte[] bytes = Base64.getUrlDecoder().decode(other);
            for (char c : characters(ALPHABET)) {
                String spelling = other.substring(0, other.length() - 1) + c;
                if (c != other.charAt(other.length() - 1)) {
                    assertInvalid(spelling);
                }
            }
            assertInvalid(Base64.getUrlEncoder().encodeToString(bytes).equals(other) ? other + "=" : other + "==");
            assertInvalid(other + "====");
            assertInvalid(other + "\r\n");
        }
        assertThat(lengths).contains(2, 3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "A",
                "AA",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "null",
                "0",
                "\uD800"
            })
    void whatNeverWasACursorIsTheSameRefusal(String text) {
        assertInvalid(text);
    }

    @Test
    void cursorOfMoreThanTwoKilobytesIsTheSameRefusal() {
        assertInvalid("A".repeat(2_048));
        assertInvalid("A".repeat(2_049));
        assertInvalid(cursor + "A".repeat(2_049 - cursor.length()));
        assertInvalid("\u0141".repeat(100_000));
    }

    @Test
    void cursorOfMoreThanTwoKilobytesIsRefusedThoughItIsSigned() throws Exception {
        int bytes = 3 * 2_048 / 4;
        int others = Base64.getUrlDecoder().decode(cursors.encode(position(Relation.AFTER, "a".repeat(1_000)))).length
                - 1_000;
        Position longest = position(Relation.AFTER, "a".repeat(bytes - others));
        Position longer = position(Relation.AFTER, "a".repeat(bytes - others + 1));

        assertThat(cursors.encode(longest)).hasSize(2_048);
        assertThat(cursors.decode(cursors.encode(longest))).isEqualTo(longest);
        assertThatIllegalArgumentException().isThrownBy(() -> cursors.encode(longer));
        assertInvalid(signed(new PositionWriter().position(longer)));
    }

    @Test
    void macIsOverThePurposeTheScopeAndTheCursor() throws Exception {
        assertThat(signed(new PositionWriter().position(POSITION))).isEqualTo(cursor);
    }

    @Test
    void signedCursorOfAnotherVersionIsTheSameRefusal() throws Exception {
        assertInvalid(signed(new PositionWriter()));
        assertInvalid(signed(new PositionWriter().octet(4).octet(1).octet(0)));
        assertInvalid(signed(new PositionWriter().position(POSITION).octet(0)));
    }

    /** Signed by the JCA alone. */
    private String signed(PositionWriter position) throws Exception {
        byte[] bytes = new PositionWriter()
                .int32(CursorKey.of(key(1)).id())
                .number(codec.end())
                .bytes(position.length());
        System.arraycopy(position.bytes(0), 0, bytes, bytes.length - position.length(), position.length());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key(1), "HmacSHA256"));
        mac.update("scalable-api cursor 1:".getBytes(StandardCharsets.US_ASCII));
        mac.update(SCOPE.bytes());
        byte[] tag = Arrays.copyOf(mac.doFinal(bytes), 16);
        byte[] whole = Arrays.copyOf(bytes, bytes.length + tag.length);
        System.arraycopy(tag, 0, whole, bytes.length, tag.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
    }

    @Test
    void cursorIsGoodForItsScopeAlone() {
        List<CursorScope> others = List.of(
                new CursorScope("/orders", SCOPE.sort(), SCOPE.filters(), SCOPE.tenant(), SCOPE.principal()),
                new CursorScope("/teas", "price", SCOPE.filters(), SCOPE.tenant(), SCOPE.principal()),
                new CursorScope("/teas", SCOPE.sort(), "origin=india", SCOPE.tenant(), SCOPE.principal()),
                new CursorScope("/teas", SCOPE.sort(), "", SCOPE.tenant(), SCOPE.principal()),
                new CursorScope("/teas", SCOPE.sort(), SCOPE.filters(), Optional.of("umbrella"), SCOPE.principal()),
                new CursorScope("/teas", SCOPE.sort(), SCOPE.filters(), Optional.empty(), SCOPE.principal()),
                new CursorScope("/teas", SCOPE.sort(), SCOPE.filters(), SCOPE.tenant(), Optional.of("bob")),
                new CursorScope("/teas", SCOPE.sort(), SCOPE.filters(), SCOPE.tenant(), Optional.empty()),
                // The same characters, cut elsewhere.
                new CursorScope("/teas-", "price", SCOPE.filters(), SCOPE.tenant(), SCOPE.principal()),
                new CursorScope("/teas", "-priceorigin=china", "", SCOPE.tenant(), SCOPE.principal()),
                new CursorScope("/teas", SCOPE.sort(), SCOPE.filters(), Optional.of("acmealice"), Optional.empty()),
                new CursorScope("/teas", SCOPE.sort(), SCOPE.filters(), SCOPE.principal(), SCOPE.tenant()));
        for (CursorScope other : others) {
            assertInvalid(codec.in(other), cursor);
        }
        assertThat(codec.in(SCOPE).decode(cursor)).isEqualTo(POSITION);
    }

    @Test
    void noTwoScopesHaveTheSameBytes() {
        List<String> texts = List.of("", "a", "aa", "\0\0\0\1a", "?", "\uD800", "\uDC00");
        Set<String> seen = new HashSet<>();
        List<Optional<String>> optional = new ArrayList<>(List.of(Optional.empty()));
        texts.forEach(text -> optional.add(Optional.of(text)));
        int scopes = 0;
        for (String route : texts) {
            for (String sort : texts) {
                for (String filters : texts) {
                    for (Optional<String> tenant : optional) {
                        for (Optional<String> principal : optional) {
                            byte[] bytes = new CursorScope(route, sort, filters, tenant, principal).bytes();
                            seen.add(new String(bytes, StandardCharsets.ISO_8859_1));
                            scopes++;
                        }
                    }
                }
            }
        }
        assertThat(seen).hasSize(scopes);
    }

    @Test
    void scopeOfARequestIsItsPathOrderFiltersAndCaller() {
        Filters filters = Filters.parse(QueryParameters.parse("origin=china"), Teas.FILTERS);
        Sort<Teas.Tea> sort = Sort.parse("-price,rating", Teas.SORTS);
        ApiRequest anonymous =
                ApiRequest.builder("GET", "/teas?cursor=x&limit=2").build();

        assertThat(CursorScope.of(anonymous, sort, filters))
                .isEqualTo(new CursorScope(
                        "/teas",
                        "-t.price DECIMAL,+t.rating DECIMAL NULLS LAST,+t.id INTEGER,",
                        "origin=china",
                        Optional.empty(),
                        Optional.empty()));

        ApiRequest known = ApiRequest.builder("GET", "/teas").build();
        known.exchange().put(Caller.KEY, Caller.of("alice").withTenant("acme"));
        CursorScope scope = CursorScope.of(known, sort, filters);
        assertThat(scope.tenant()).contains("acme");
        assertThat(scope.principal()).contains("alice");
        assertThat(scope).hasToString("CursorScope");
    }

    @Test
    void cursorEnds() {
        clock.advance(Duration.ofHours(1).minusMillis(1));
        assertThat(cursors.decode(cursor)).isEqualTo(POSITION);
        clock.advance(Duration.ofMillis(1));
        assertInvalid(cursor);
    }

    @Test
    void cursorThatIsMadeWithinASecondLivesAsLongAsAnyOther() {
        clock.advance(Duration.ofMillis(999));
        Cursors brief = CursorCodec.of(keys, Duration.ofMillis(1_500), clock).in(SCOPE);
        String late = brief.encode(POSITION);
        clock.advance(Duration.ofMillis(1_499));
        assertThat(brief.decode(late)).isEqualTo(POSITION);
        clock.advance(Duration.ofMillis(1));
        assertInvalid(brief, late);
    }

    @Test
    void keysCanBeRotatedWithoutARefusedCursor() {
        keys.replace(key(1), key(2));
        assertThat(codec.in(SCOPE).decode(cursor)).isEqualTo(POSITION);
        keys.replace(key(2), key(1));
        assertThat(codec.in(SCOPE).decode(cursor)).isEqualTo(POSITION);
        String next = codec.in(SCOPE).encode(POSITION);
        assertThat(next).isNotEqualTo(cursor);
        keys.replace(key(2));
        assertInvalid(codec.in(SCOPE), cursor);
        assertThat(codec.in(SCOPE).decode(next)).isEqualTo(POSITION);
        assertThat(CursorCodec.of(CursorKeyRing.of(key(2)), Duration.ofHours(1), clock)
                        .in(SCOPE)
                        .decode(next))
                .isEqualTo(POSITION);
    }

    @Test
    void keyThatIsRemovedIsGoneForWhatIsUnderWay() {
        keys.replace(key(2));
        assertInvalid(cursor);
    }

    @Test
    void cursorOfAnotherServerIsTheSameRefusal() {
        assertInvalid(CursorCodec.of(CursorKeyRing.generate()).in(SCOPE).encode(POSITION));
    }

    @Test
    void signedBytesThatAreNoPositionAreTheSameRefusal() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(20)];
            random.nextBytes(bytes);
            if (bytes.length > 1 && i % 2 == 0) {
                bytes[0] &= 3;
                bytes[1] = (byte) (1 + random.nextInt(3));
                for (int j = 2; j < bytes.length; j++) {
                    bytes[j] = (byte) ((bytes[j] & 0x80) | random.nextInt(9));
                }
            }
            try {
                Position position = new PositionReader(bytes, 0, bytes.length).position();
                assertThat(position.anchor()).as("seed %d", seed).isNotEmpty();
            } catch (PositionReader.MisfitException expected) {
                assertThat(expected).hasNoCause();
            }
        }
    }

    @Test
    void bytesAfterThePositionAreRefused() throws Exception {
        byte[] bytes = new PositionWriter().position(POSITION).bytes(1);
        assertThat(new PositionReader(bytes, 0, bytes.length - 1).position()).isEqualTo(POSITION);
        assertThat(catchThrowable(() -> new PositionReader(bytes, 0, bytes.length).position()))
                .isInstanceOf(PositionReader.MisfitException.class);
    }

    @Test
    void valueThatDoesNotFitIntoACursorIsRefusedWhenItIsMade() {
        assertThat(cursors.decode(cursors.encode(position(Relation.AFTER, "a".repeat(1_500)))))
                .isNotNull();
        for (String text : List.of("a".repeat(1_600), "\uD800", "a\uDC00b")) {
            assertThatIllegalArgumentException().isThrownBy(() -> cursors.encode(position(Relation.AFTER, text)));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> position(Relation.AFTER, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> position(Relation.AFTER));
        assertThatIllegalArgumentException().isThrownBy(() -> position(Relation.AFTER, new Object[33]));
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> CursorKeyRing.of(new byte[31]));
        assertThatIllegalArgumentException().isThrownBy(() -> CursorKeyRing.of(new byte[1_025]));
        assertThatIllegalArgumentException().isThrownBy(() -> CursorKeyRing.of(key(1), key(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> CursorKeyRing.of(key(1), key(2), key(3), key(4), key(5)));
        assertThatIllegalArgumentException().isThrownBy(() -> keys.replace(key(2), new byte[3]));
        assertThat(cursors.decode(cursor)).isEqualTo(POSITION);
        assertThatIllegalArgumentException().isThrownBy(() -> CursorCodec.of(keys, Duration.ZERO, clock));
        assertThatIllegalArgumentException().isThrownBy(() -> CursorCodec.of(keys, Duration.ofDays(4_000), clock));
    }

    @Test
    void nothingShowsAKeyOrAValue() {
        assertThat(codec).hasToString("CursorCodec[PT1H, CursorKeyRing[1]]");
        assertThat(CursorKeyRing.of(key(1), key(2))).hasToString("CursorKeyRing[2]");
        assertThat(cursors).hasToString("Cursors");
        assertThat(POSITION).hasToString("Position[AFTER, 3 values]");
        assertThat(new CursorRequest(Optional.of(cursor), 2)).hasToString("CursorRequest[2]");
    }

    private void assertInvalid(String text) {
        assertInvalid(cursors, text);
    }

    private static void assertInvalid(Cursors cursors, String text) {
        Throwable failure = catchThrowable(() -> cursors.decode(text));
        assertThat(failure).as(text).isInstanceOf(ApiException.class);
        ApiException refusal = (ApiException) failure;
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.code()).isEqualTo("INVALID_CURSOR");
        assertThat(refusal.message()).isEqualTo("The cursor is not valid for this request. Start again without it.");
        assertThat(refusal.violations()).extracting(Violation::name).containsExactly("cursor");
        assertThat(refusal.headers()).isSameAs(Headers.empty());
        assertThat(refusal).hasNoCause();
        assertThat(refusal.getStackTrace()).isEmpty();
    }

    private static List<Character> characters(String text) {
        return text.chars().mapToObj(c -> (char) c).toList();
    }

    private static Position position(Relation relation, @Nullable Object... values) {
        return new Position(relation, Arrays.asList(values));
    }

    private static byte[] key(int seed) {
        byte[] key = new byte[32];
        new Random(seed).nextBytes(key);
        return key;
    }
}
