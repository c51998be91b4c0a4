package dev.scalableapi.cache;

import static dev.scalableapi.cache.ResponseCacheFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.core.http.RouteMatch;
import dev.scalableapi.testkit.TestSeed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseKeyTest {
    private static final CachedRoute SHARED =
            CachedRoute.of("/things/{id}").parameters("a", "b", "ab", "").shared();
    private static final CachedRoute PRIVATE = CachedRoute.of("/things/{id}");

    @ParameterizedTest
    @CsvSource({
        "a=1&b=2, b=2&a=1",
        "a=1, %61=1",
        "a=1, a=%31",
        "a=x+y, a=x%20y",
        "a=%c3%a9, a=%C3%A9",
        "a, a=",
        "a=1, a=1&",
        "a=1&b=2, a=1&&b=2",
        "a=1&b=2&a=3, a=1&a=3&b=2",
    })
    void spellingsOfOneQueryHaveOneKey(String one, String other) {
        assertThat(query(one)).isPresent().isEqualTo(query(other));
    }

    @ParameterizedTest
    @CsvSource({
        "a=1, a=2",
        "a=1&a=2, a=2&a=1",
        "a=1, a=1&a=1",
        "a=1&a=2, 'a=1,2'",
        "a=1&b=2, a=1%26b%3D2",
        "a=1&b=2, a=1%26b=2",
        "a=, b=",
        "a=b, b=a",
        "ab=, a=b",
        "ab=1, a=b1",
        "a=1%00, a=1",
        "a=1%0d%0aX:y, a=1",
        "a=1:2, a=1&a=2",
        "a=3:xyz, a=xyz",
        "'', a",
        "=, ''",
        "a=A, a=a",
        "a=%c3%a9, a=e%cc%81",
    })
    void differentQueriesHaveDifferentKeys(String one, String other) {
        assertThat(query(one)).isPresent();
        assertThat(query(other)).isPresent().isNotEqualTo(query(one));
    }

    @ParameterizedTest
    @ValueSource(strings = {"c=1", "a=1&c=1", "A=1", "a%00=1", "a=1&utm_source=x", "a=%", "a=%ff", "%61b%5b%5d=1"})
    void unknownParameterOrMalformedQueryHasNoKey(String query) {
        assertThat(query(query)).isEmpty();
    }

    @Test
    void nobodyChoosesKeysWithoutBound() {
        assertThat(query("a=" + "x".repeat(4_000))).isEmpty();
        assertThat(query("a=1" + "&a=1".repeat(1_000))).isEmpty();
        assertThat(fields("x".repeat(257))).isEmpty();
        assertThat(fields("x".repeat(256))).isPresent();
        assertThat(key(SHARED, matched("/things/{id}", Map.of("id", "x".repeat(4_000)), "GET", "/things/x")))
                .isEmpty();
    }

    @Test
    void pathsAreToldApartByTheirDecodedParameters() {
        Optional<ResponseKey> slash = key(SHARED, matched("/t/{a}/{b}", Map.of("a", "x/y", "b", "z"), "GET", "/t"));

        assertThat(key(SHARED, matched("/t/{a}/{b}", Map.of("a", "x", "b", "y/z"), "GET", "/t")))
                .isNotEqualTo(slash);
        assertThat(key(SHARED, matched("/t/{b}/{a}", Map.of("a", "x/y", "b", "z"), "GET", "/t")))
                .isNotEqualTo(slash);
        assertThat(key(SHARED, matched("/t/{a}/{b}", Map.of("a", "x/y", "b", "z"), "GET", "/other/spelling")))
                .isEqualTo(slash);
    }

    @Test
    void schemeAndAuthorityCount() {
        ApiRequest plain = matched("/t", Map.of(), "GET", "/t");
        Optional<ResponseKey> key = key(SHARED, plain);

        assertThat(key(SHARED, plain.toBuilder().scheme("https").build())).isNotEqualTo(key);
        assertThat(key(SHARED, plain.toBuilder().authority("evil.test").build()))
                .isNotEqualTo(key);
    }

    @Test
    void allThatIsKnownOfACallerCounts() {
        Caller alice = Caller.of("alice");
        List<Caller> callers = List.of(
                alice,
                Caller.of("bob"),
                alice.withTenant("t"),
                alice.withTenant("u"),
                alice.withClient("t"),
                alice.withRoles(Set.of("t")),
                alice.withPermissions(Set.of("t")),
                alice.withScopes(Set.of("t")),
                alice.withScopes(Set.of("t", "u")),
                alice.withScopes(Set.of("t u")),
                Caller.of("t").withTenant("alice"),
                Caller.of("1:t5:alice"),
                Caller.of("e").withTenant("alic"));

        assertThat(callers.stream().map(this::caller))
                .allMatch(Optional::isPresent)
                .doesNotHaveDuplicates();
        assertThat(caller(alice.withScopes(Set.of("t", "u")))).isEqualTo(caller(alice.withScopes(Set.of("u", "t"))));
    }

    @Test
    void keyIsNotPrinted() {
        assertThat(query("a=secret").orElseThrow()).hasToString("ResponseKey");
    }

    @Test
    void requestWithContentHasNoKey() {
        ApiRequest plain = matched("/t", Map.of(), "GET", "/t");

        assertThat(key(SHARED, plain.withBody(Body.of("x")))).isEmpty();
        assertThat(key(SHARED, plain.withBody(Body.streaming(subscriber -> {}))))
                .isEmpty();
    }

    @Test
    void privateRouteHasNoKeyWithoutACaller() {
        assertThat(key(PRIVATE, matched("/things/{id}", Map.of("id", "1"), "GET", "/things/1")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'a, b', 'a,b'", "'a,b', 'a ,\tb'", "'a,,b', 'a,b'", "' a', a"})
    void whiteSpaceAroundCommasOfAFieldDoesNotCount(String one, String other) {
        assertThat(fields(one)).isPresent().isEqualTo(fields(other));
    }

    @ParameterizedTest
    @CsvSource({"a, b", "'a,b', 'b,a'", "'\"a,b\"', '\"a, b\"'", "'', a", "'a b', 'ab'"})
    void differentFieldsHaveDifferentKeys(String one, String other) {
        assertThat(fields(one)).isPresent().isNotEqualTo(fields(other));
    }

    @Test
    void fieldInTwoLinesIsOneListAndAnAbsentOneIsNoEmptyOne() {
        assertThat(fields("a", "b")).isEqualTo(fields("a, b"));
        assertThat(fields()).isPresent().isNotEqualTo(fields(""));
        assertThat(fields("\"open")).isEmpty();
    }

    /** Seeded; the seed is part of what a failure prints. */
    @Test
    void noTwoRequestsShareAKeyByConcatenation() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        Map<String, List<String>> seen = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            List<String> texts = Stream.generate(() -> tricky(random)).limit(5).toList();
            ApiRequest request = matched(
                    "/" + texts.get(0),
                    Map.of("id", texts.get(1)),
                    "GET",
                    "/t?a=" + texts.get(2) + "&b=" + texts.get(3));
            String key = key(SHARED, request.withHeaders(request.headers().with("X-Field", texts.get(4))))
                    .orElseThrow()
                    .text();
            assertThat(seen.putIfAbsent(key, texts)).as("seed %d", seed).isIn(null, texts);
        }
    }

    private static String tricky(Random random) {
        String letters = "12:*-/";
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }

    @Test
    void pathTagIsThatOfThePathWhateverTheQueryAndTheCaller() {
        String tag = ResponseKey.pathTag(matched("/things/{id}", Map.of("id", "1"), "GET", "/things/1"));

        assertThat(ResponseKey.pathTag(matched("/things/{id}", Map.of("id", "1"), "PUT", "/things/%31?a=1")))
                .isEqualTo(tag);
        assertThat(ResponseKey.pathTag(matched("/things/{id}", Map.of("id", "2"), "PUT", "/things/2")))
                .isNotEqualTo(tag);
        assertThat(tag).hasSizeLessThan(60);
    }

    private static Optional<ResponseKey> query(String query) {
        return key(SHARED, matched("/things/{id}", Map.of("id", "1"), "GET", "/things/1?" + query));
    }

    private Optional<ResponseKey> caller(Caller caller) {
        ApiRequest request = matched("/things/{id}", Map.of("id", "1"), "GET", "/things/1");
        request.exchange().put(Caller.KEY, caller);
        return key(PRIVATE, request);
    }

    private static Optional<ResponseKey> fields(String... values) {
        ApiRequest request = matched("/things/{id}", Map.of("id", "1"), "GET", "/things/1");
        for (String value : values) {
            request = request.withHeaders(request.headers().withAdded("X-Field", value));
        }
        return key(SHARED, request);
    }

    private static Optional<ResponseKey> key(CachedRoute route, ApiRequest request) {
        Set<String> names = new TreeSet<>(route.varying());
        names.add("x-field");
        return ResponseKey.of(route, request, names);
    }

    private static ApiRequest matched(String template, Map<String, String> parameters, String method, String target) {
        ApiRequest request = request(method, target);
        request.exchange().put(RouteMatch.KEY, new RouteMatch(template, Access.open(), parameters));
        return request;
    }
}
