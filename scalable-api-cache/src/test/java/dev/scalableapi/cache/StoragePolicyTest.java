package dev.scalableapi.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.cache.StoragePolicy.ForCallerAlone;
import dev.scalableapi.cache.StoragePolicy.Refused;
import dev.scalableapi.cache.StoragePolicy.Storable;
import dev.scalableapi.cache.StoragePolicy.Verdict;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.HttpDate;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoragePolicyTest {
    private static final Duration TTL = Duration.ofMinutes(10);
    private static final int MAXIMUM = 100;

    private final ManualClock clock = new ManualClock();
    private final StoragePolicy policy = policy(Staleness.NONE);

    @ParameterizedTest
    @CsvSource({
        // RFC 9111 section 3: which statuses, and what must not be stored
        "200, '', 600",
        "200, no-store, -",
        "200, 'max-age=60, no-store', -",
        "200, 'NO-STORE', -",
        "200, 'no-store, no-store', -",
        "200, 'private=\"a, no-store', -",
        "200, no-cache, -",
        "200, 'no-cache=\"set-cookie\", max-age=60', -",
        "201, max-age=60, -",
        "203, max-age=60, -",
        "204, max-age=60, -",
        "206, max-age=60, -",
        "302, max-age=60, -",
        "304, max-age=60, -",
        "307, max-age=60, -",
        "400, max-age=60, -",
        "401, max-age=60, -",
        "403, max-age=60, -",
        "500, max-age=60, -",
        "301, '', -",
        "301, max-age=60, 60",
        "308, max-age=60, 60",
        "404, '', -",
        "404, max-age=5, 5",
        "404, max-age=0, -",
        "410, max-age=60, 60",
        // section 4.2.1: how long; malformed or contradicting times are none
        "200, public, 600",
        "200, max-age=60, 60",
        "200, 'max-age=\"60\"', 60",
        "200, 'Max-Age=60', 60",
        "200, 'max-age=60, max-age=60', 60",
        "200, 'max-age=60, max-age=61', -",
        "200, max-age=0, -",
        "200, max-age, -",
        "200, max-age=, -",
        "200, max-age=-1, -",
        "200, max-age=1.5, -",
        "200, 'max-age=60s', -",
        "200, max-age=99999999999999999999, 600",
        "200, max-age=601, 600",
        "200, 'max-age=60, s-maxage=120', 60",
        "200, 's-maxage=0, max-age=60', 60",
        "200, 'ext=\"max-age=1, no-store\", max-age=60', 60",
    })
    void storesForOneCallerByStatusAndCacheControl(int status, String cacheControl, String seconds) {
        expect(judge(status, cacheControl, false, false), seconds);
    }

    @ParameterizedTest
    @CsvSource({
        // section 5.2.2.7 and 5.2.2.10: private and s-maxage
        "'', false, 600",
        "private, false, caller",
        "'private=\"x\", max-age=60', false, caller",
        "'max-age=60, s-maxage=120', false, 120",
        "'max-age=60, s-maxage=0', false, -",
        "'max-age=60, s-maxage=x', false, -",
        // section 3.5: Authorization
        "'', true, caller",
        "max-age=60, true, caller",
        "'public, max-age=60', true, 60",
        "s-maxage=60, true, 60",
        "'must-revalidate, max-age=60', true, 60",
        "'public, private', true, caller",
        "'public, no-store', true, -",
    })
    void storesForAllOnlyWhatIsForAll(String cacheControl, boolean authorized, String seconds) {
        expect(judge(200, cacheControl, true, authorized), seconds);
    }

    @ParameterizedTest
    @CsvSource({
        // RFC 5861, and RFC 9111 section 4.2.4
        "false, max-age=60, 30, 40",
        "false, 'max-age=60, stale-while-revalidate=5', 5, 40",
        "false, 'max-age=60, stale-if-error=0', 30, 0",
        "false, 'max-age=60, stale-if-error=x', 30, 0",
        "false, 'max-age=60, stale-if-error=99999999999', 30, 604800",
        "false, 'max-age=60, must-revalidate, stale-if-error=9', 0, 0",
        "false, 'max-age=60, proxy-revalidate', 30, 40",
        "false, 'max-age=60, s-maxage=60', 30, 40",
        "true, 'max-age=60, proxy-revalidate', 0, 0",
        "true, 's-maxage=60, stale-while-revalidate=5', 0, 0",
        "false, max-age=0, 30, 40",
    })
    void staleServingIsTheResponsesOrElseTheSettings(boolean shared, String cacheControl, long revalidate, long error) {
        StoragePolicy lenient = policy(new Staleness(Duration.ofSeconds(30), Duration.ofSeconds(40)));
        Verdict verdict = lenient.judge(response(200, cacheControl), shared, false);

        assertThat(((Storable) verdict).staleness())
                .isEqualTo(new Staleness(Duration.ofSeconds(revalidate), Duration.ofSeconds(error)));
    }

    @ParameterizedTest
    @CsvSource({"0, 60", "20, 40", "59, 1", "60, -", "99999999999, -", "x, 60", "-1, 60"})
    void ageOfAResponseFromElsewhereCounts(String age, String seconds) {
        expect(policy.judge(response(200, "max-age=60").withHeader("Age", age), false, false), seconds);
    }

    @Test
    void oldDateCountsAsAge() {
        ApiResponse response = response(200, "max-age=60").withHeader("Date", date(-50));

        assertThat(policy.judge(response, false, false))
                .isEqualTo(new Storable(Duration.ofSeconds(10), Staleness.NONE, Duration.ofSeconds(50)));
    }

    @Test
    void ageOfAResponseThatIsStaleAlreadyIsTakenFromItsStaleTime() {
        ApiResponse response =
                response(200, "max-age=60, stale-while-revalidate=30").withHeader("Age", "70");

        assertThat(((Storable) policy.judge(response, false, false)).staleness().whileRevalidate())
                .isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void expiresCountsFromTheDateWhereThereIsNoMaxAge() {
        ApiResponse expiring = response(200, "").withHeader("Expires", date(60));

        expect(policy.judge(expiring, false, false), "60");
        expect(policy.judge(expiring.withHeader("Cache-Control", "max-age=5"), false, false), "5");
        expect(policy.judge(expiring.withHeader("Date", date(0)), false, false), "60");
        expect(policy.judge(expiring.withAddedHeader("Expires", date(60)), false, false), "-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "", "tomorrow", "Thu, 01 Jan 1970 00:00:00 GMT"})
    void expiresThatIsNoDateOrPastHasExpired(String expires) {
        expect(policy.judge(response(200, "").withHeader("Expires", expires), false, false), "-");
    }

    @Test
    void cookiesStreamsAndLargeContentAreNotStored() {
        ApiResponse response = response(200, "public, max-age=60");

        expect(policy.judge(response.withHeader("Set-Cookie", "a=b"), true, false), "-");
        expect(policy.judge(response.withBody(Body.of(new byte[MAXIMUM])), true, false), "60");
        expect(policy.judge(response.withBody(Body.of(new byte[MAXIMUM + 1])), true, false), "-");
        expect(policy.judge(response.withBody(Body.streaming(subscriber -> {}, 1)), true, false), "-");
    }

    @Test
    void linesOfCacheControlAreOneList() {
        expect(
                policy.judge(response(200, "max-age=60").withAddedHeader("cache-control", "no-store"), false, false),
                "-");
    }

    private Verdict judge(int status, String cacheControl, boolean shared, boolean authorized) {
        return policy.judge(response(status, cacheControl), shared, authorized);
    }

    private static ApiResponse response(int status, String cacheControl) {
        ApiResponse response = ApiResponse.of(status);
        return cacheControl.isEmpty() ? response : response.withHeader("Cache-Control", cacheControl);
    }

    private String date(int seconds) {
        return HttpDate.format(clock.instant().plusSeconds(seconds));
    }

    private StoragePolicy policy(Staleness staleness) {
        return new StoragePolicy(TTL, staleness, MAXIMUM, clock);
    }

    private static void expect(Verdict verdict, String seconds) {
        switch (seconds) {
            case "-" -> assertThat(verdict).isEqualTo(new Refused());
            case "caller" -> assertThat(verdict).isEqualTo(new ForCallerAlone());
            default ->
                assertThat(verdict)
                        .isInstanceOfSatisfying(
                                Storable.class,
                                storable -> assertThat(storable.fresh())
                                        .isEqualTo(Duration.ofSeconds(Long.parseLong(seconds))));
        }
    }
}
