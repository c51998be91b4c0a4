package dev.scalableapi.core.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.Link;
import dev.scalableapi.core.http.QueryParameters;
import dev.scalableapi.core.http.Violation;
import dev.scalableapi.testkit.TestSeed;
import java.net.URI;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageRequestTest {
    private static final PageLimits LIMITS = new PageLimits(20, 100);

    @Test
    void withoutParametersItIsTheFirstPageOfTheStandardLimit() {
        assertThat(parse("")).isEqualTo(new PageRequest(1, 20, 50_001));
    }

    @Test
    void largestPageIsAcceptedWhereItsOffsetIs() {
        QueryParameters query = QueryParameters.parse("page=2147483647&limit=100");
        PageRequest request = PageRequest.parse(query, new PageLimits(20, 100, Long.MAX_VALUE));
        assertThat(request).isEqualTo(new PageRequest(Integer.MAX_VALUE, 100));
        assertThat(request.offset()).isEqualTo(214_748_364_600L);
    }

    @ParameterizedTest
    @CsvSource({"100, 10001", "3, 333334", "1, 1000001"})
    void pageBeyondTheMaximumOffsetIsRefusedByName(int limit, int last) {
        assertThat(parse("limit=" + limit + "&page=" + last).offset()).isLessThanOrEqualTo(1_000_000);
        assertRefused("limit=" + limit + "&page=" + (last + 1), "page");
    }

    @Test
    void whereNoOffsetIsAllowedThereIsOnePage() {
        PageLimits one = new PageLimits(20, 100, 0);
        assertThat(PageRequest.parse(QueryParameters.parse("page=1"), one).page())
                .isEqualTo(1);
        assertThatThrownBy(() -> PageRequest.parse(QueryParameters.parse("page=2"), one))
                .isInstanceOf(ApiException.class);
    }

    @Test
    void pageThatMayNotBeAskedForIsNotLinked() {
        QueryParameters query = QueryParameters.parse("page=3&limit=10");
        PageRequest request = PageRequest.parse(query, new PageLimits(20, 100, 20));
        assertThat(request.links("/p", Page.of(List.of(), request, 31)))
                .extracting(Link::relation)
                .containsExactly("first", "prev");
        assertThat(request.links("/p", Page.of(List.of(), request, 30)))
                .extracting(Link::relation)
                .containsExactly("first", "prev", "last");
    }

    @Test
    void withoutATotalThereIsNoLastPage() {
        PageRequest request = new PageRequest(2, 2);
        assertThat(request.links("/p", Page.uncounted(List.of(1, 2, 3), request)))
                .extracting(Link::relation)
                .containsExactly("first", "prev", "next");
        assertThat(request.links("/p", Page.uncounted(List.of(1), request)))
                .extracting(Link::relation)
                .containsExactly("first", "prev");
    }

    @Test
    void offsetNeverOverflows() {
        assertThat(new PageRequest(Integer.MAX_VALUE, Integer.MAX_VALUE).offset())
                .isEqualTo((Integer.MAX_VALUE - 1L) * Integer.MAX_VALUE);
        assertThat(new PageRequest(1, 7).offset()).isZero();
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(new PageRequest(1, Integer.MAX_VALUE)::rows);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "2147483648",
                "99999999999999999999",
                "1e3",
                "1.0",
                "0x1",
                "01",
                "00",
                "",
                "%2B1",
                "+1",
                "%201",
                "1%20",
                "1%00",
                "%D9%A3",
                "%EF%BC%91",
                "abc",
                "null",
                "1_0"
            })
    void malformedPageIsRefusedByName(String value) {
        assertRefused("page=" + value, "page");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "-1", "-99999999999999999999", "1e3", "01", "000", "", "%2B1", "%201", "%D9%A3", "abc"})
    void malformedLimitIsRefusedByName(String value) {
        assertRefused("limit=" + value, "limit");
    }

    @Test
    void repeatedParameterIsRefusedByName() {
        assertRefused("page=1&page=1", "page");
        assertRefused("limit=1&limit=2", "limit");
    }

    @ParameterizedTest
    @CsvSource({
        "1,1",
        "99,99",
        "100,100",
        "101,100",
        "2147483647,100",
        "2147483648,100",
        "9223372036854775808,100",
        "99999999999999999999999999999999999999,100"
    })
    void limitIsTakenAsTheMaximumWhereItExceedsIt(String limit, int expected) {
        assertThat(parse("limit=" + limit).limit()).isEqualTo(expected);
    }

    @Test
    void hugeMaximumLeavesRoomForOneRowMore() {
        PageLimits unlimited = new PageLimits(1, Integer.MAX_VALUE - 1);
        for (String limit : List.of("2147483646", "2147483647", "2147483648")) {
            QueryParameters query = QueryParameters.parse("limit=" + limit);
            assertThat(PageRequest.parse(query, unlimited).rows()).isEqualTo(Integer.MAX_VALUE);
            assertThat(CursorRequest.parse(query, unlimited).limit()).isEqualTo(Integer.MAX_VALUE - 1);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new PageLimits(1, Integer.MAX_VALUE));
    }

    @Test
    void anyTextGivesARequestOrARefusal() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        String alphabet = "0123456789 +-.exE\u0663\uff11\u0000,a";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(25); j > 0; j--) {
                text.append(alphabet.charAt(random.nextInt(i % 2 == 0 ? 10 : alphabet.length())));
            }
            String parameter = random.nextBoolean() ? "page" : "limit";
            QueryParameters query = QueryParameters.empty().with(parameter, text.toString());
            try {
                PageRequest request = PageRequest.parse(query, LIMITS);
                assertThat(request.page()).as("seed %d", seed).isPositive();
                assertThat(request.limit()).as("seed %d", seed).isBetween(1, 100);
                assertThat(text.toString()).as("seed %d", seed).matches("[1-9][0-9]*");
            } catch (ApiException refusal) {
                assertThat(refusal.status()).as("seed %d", seed).isEqualTo(400);
                assertThat(refusal.violations())
                        .extracting(Violation::name)
                        .as("seed %d", seed)
                        .containsExactly(parameter);
            }
        }
    }

    @Test
    void linksHaveTheParametersOfTheirPartsAndNoOthers() {
        QueryParameters query = QueryParameters.parse("category=b%26c&page=2&limit=500&tag=x&x=y&tag=%C3%A9&Tag=z");
        PageRequest request = PageRequest.parse(query, LIMITS);
        List<Link> links = request.links(
                "/products",
                Page.of(List.of(), request, 301),
                () -> query.only("category"),
                () -> query.only("tag", "absent"));
        String others = "/products?category=b%26c&tag=x&tag=%C3%A9&limit=100&page=%d";
        assertThat(links)
                .containsExactly(
                        new Link(others.replace("%d", "1"), "first"),
                        new Link(others.replace("%d", "1"), "prev"),
                        new Link(others.replace("%d", "3"), "next"),
                        new Link(others.replace("%d", "4"), "last"));
    }

    @Test
    void pageAndLimitOfAPartAreReplaced() {
        QueryParameters query = QueryParameters.parse("page=7&limit=500");
        PageRequest request = new PageRequest(1, 20);
        assertThat(request.links("/p", Page.of(List.of(), request, 1), () -> query))
                .first()
                .isEqualTo(new Link("/p?page=1&limit=20", "first"));
    }

    @ParameterizedTest
    @CsvSource({
        "1,0,first=1 last=1",
        "5,0,first=1 last=1",
        "1,20,first=1 last=1",
        "1,21,first=1 next=2 last=2",
        "2,21,first=1 prev=1 last=2",
        "3,60,first=1 prev=2 last=3",
        "9,60,first=1 prev=3 last=3",
        "2147483647,9223372036854775807,first=1 prev=2147483646"
    })
    void linksStayWithinThePages(int page, long totalItems, String expected) {
        PageRequest request = new PageRequest(page, 20);
        List<Link> links = request.links("/p", Page.of(List.of(), request, totalItems));
        assertThat(links.stream().map(PageRequestTest::shortForm)).containsExactly(expected.split(" "));
    }

    @Test
    void pathOfTwoSlashesDoesNotNameAHost() {
        PageRequest request = new PageRequest(1, 20);
        assertThat(request.links("//evil.example/a", Page.of(List.of(), request, 1)))
                .allSatisfy(link -> assertThat(link.target()).startsWith("/.//evil.example/a?"));
    }

    @Test
    void pathWithBracketsIsLinkedByAUri() {
        PageRequest request = new PageRequest(1, 20);
        assertThat(request.links("/lists/[a]", Page.of(List.of(), request, 1)))
                .allSatisfy(
                        link -> assertThat(URI.create(link.target()).getPath()).isEqualTo("/lists/[a]"));
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PageLimits(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new PageLimits(2, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new PageRequest(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new PageRequest(1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new PageRequest(2, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new PageLimits(1, 1, -1));
        assertThat(PageLimits.create()).isEqualTo(new PageLimits(20, 100, 1_000_000));
    }

    private static String shortForm(Link link) {
        QueryParameters query = QueryParameters.parse(link.target().substring("/p?".length()));
        assertThat(query.single("limit")).contains("20");
        return link.relation() + "=" + query.single("page").orElseThrow();
    }

    private static void assertRefused(String query, String parameter) {
        ApiException refusal = catchThrowableOfType(ApiException.class, () -> parse(query));
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.code()).isEqualTo("INVALID_PARAMETER");
        assertThat(refusal.violations()).extracting(Violation::name).containsExactly(parameter);
    }

    private static PageRequest parse(String query) {
        return PageRequest.parse(QueryParameters.parse(query), LIMITS);
    }
}
