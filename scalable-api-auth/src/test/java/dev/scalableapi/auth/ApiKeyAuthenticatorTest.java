package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.auth.audit.AuthEvent;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.Caller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ApiKeyAuthenticatorTest {
    private static final Caller PARTNER =
            Caller.of("partner").withTenant("acme").withScopes(Set.of("orders:read"));

    private final String key = ApiKeyAuthenticator.generate("teas_");
    private final StoredApiKey stored = new StoredApiKey(ApiKeyAuthenticator.hash(key), PARTNER);
    private final Map<String, StoredApiKey> keys = new ConcurrentHashMap<>(Map.of(stored.hash(), stored));
    private final AtomicInteger lookups = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();
    private final ManualClock clock = new ManualClock(Fixtures.NOW);
    private final List<AuthEvent> events = new ArrayList<>();
    private final ApiKeyAuthenticator authenticator = builder().build();

    private ApiKeyAuthenticator.Builder builder() {
        return ApiKeyAuthenticator.builder(hash -> {
                    lookups.incrementAndGet();
                    return CompletableFuture.completedFuture(Optional.ofNullable(keys.get(hash)));
                })
                .clock(clock)
                .nanoTime(nanos::get)
                .listener(events::add);
    }

    @Test
    void keyBecomesTheCallerOfItsRecord() {
        assertThat(authenticate(key)).isEqualTo(Authentication.Authenticated.of(PARTNER));
    }

    @Test
    void generatedKeysAreLongAndDifferAndAreStoredAsTheirHash() {
        assertThat(key).startsWith("teas_").hasSize(48).isNotEqualTo(ApiKeyAuthenticator.generate("teas_"));
        assertThat(ApiKeyAuthenticator.hash("abc"))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThatIllegalArgumentException().isThrownBy(() -> ApiKeyAuthenticator.generate("a b"));
        assertThatIllegalArgumentException().isThrownBy(() -> ApiKeyAuthenticator.generate("x".repeat(33)));
    }

    @Test
    void requestWithoutTheFieldHasNoCredential() {
        Authentication.Absent absent = Authentication.Absent.of("ApiKey header=\"X-API-Key\"");

        assertThat(authenticator.remembered(request())).contains(absent);
        assertThat(join(authenticator, request())).isEqualTo(absent);
    }

    static List<String> malformed() {
        return List.of("", "short", "x".repeat(21), "x".repeat(257), "x".repeat(30) + " y", "x".repeat(30) + "\u00e9");
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedKeyIsRejectedWithoutALookUp(String malformed) {
        ApiException failure = rejected(authenticate(malformed));

        assertThat(failure.status()).isEqualTo(401);
        assertThat(failure.code()).isEqualTo("INVALID_API_KEY");
        assertThat(failure.headers().all("WWW-Authenticate")).containsExactly("ApiKey header=\"X-API-Key\"");
        assertThat(lookups).hasValue(0);
        assertThat(authenticator.remembered(request(malformed))).isPresent();
    }

    @Test
    void repeatedFieldIsABadRequest() {
        ApiException failure = rejected(join(authenticator, request(key, key)));

        assertThat(failure.status()).isEqualTo(400);
        assertThat(failure.code()).isEqualTo("INVALID_REQUEST");
    }

    @Test
    void unknownKeyIsRejectedAndReportedWithoutTheKey() {
        String unknown = ApiKeyAuthenticator.generate("");
        ApiException failure = rejected(authenticate(unknown));

        assertThat(failure.status()).isEqualTo(401);
        assertThat(failure.message()).doesNotContain(unknown);
        assertThat(events).containsExactly(new AuthEvent.ApiKeyRejected("unknown"));
    }

    @Test
    void recordWithAnotherHashIsNotTheKeys() {
        ApiKeyAuthenticator careless = ApiKeyAuthenticator.builder(hash -> CompletableFuture.completedFuture(
                        Optional.of(new StoredApiKey(hash.toUpperCase(Locale.ROOT), PARTNER))))
                .build();

        assertThat(rejected(join(careless, request(key))).status()).isEqualTo(401);
    }

    @Test
    void storeIsAskedOnceForAKeyWhileItsResultIsKept() {
        String unknown = ApiKeyAuthenticator.generate("");
        for (int i = 0; i < 3; i++) {
            assertThat(authenticate(key)).isInstanceOf(Authentication.Authenticated.class);
            assertThat(authenticate(unknown)).isInstanceOf(Authentication.Rejected.class);
        }
        assertThat(lookups).hasValue(2);
        assertThat(authenticator.remembered(request(key))).contains(Authentication.Authenticated.of(PARTNER));
        assertThat(authenticator.remembered(request(unknown))).isEmpty();

        nanos.addAndGet(Duration.ofSeconds(30).toNanos());
        assertThat(authenticator.remembered(request(key))).isEmpty();
        keys.clear();
        assertThat(authenticate(key)).isInstanceOf(Authentication.Rejected.class);
    }

    @Test
    void nothingIsKeptIfSoSet() {
        ApiKeyAuthenticator forgetful = builder().cacheFor(Duration.ZERO).build();

        join(forgetful, request(key));
        assertThat(forgetful.remembered(request(key))).isEmpty();
        join(forgetful, request(key));
        assertThat(lookups).hasValue(2);
    }

    @Test
    void guessesDoNotDisplaceAcceptedKeys() {
        ApiKeyAuthenticator small = builder().maxCached(10).build();
        join(small, request(key));
        for (int i = 0; i < 100; i++) {
            join(small, request(ApiKeyAuthenticator.generate("")));
        }

        assertThat(small.remembered(request(key))).isPresent();
    }

    @Test
    void expiredKeyIsRejectedAlsoFromTheCache() {
        keys.put(stored.hash(), new StoredApiKey(stored.hash(), PARTNER, Optional.of(Fixtures.NOW.plusSeconds(10))));
        assertThat(authenticate(key)).isInstanceOf(Authentication.Authenticated.class);

        clock.advance(Duration.ofSeconds(10));

        assertThat(authenticator.remembered(request(key))).isEmpty();
        assertThat(rejected(authenticate(key)).status()).isEqualTo(401);
        assertThat(events).containsExactly(new AuthEvent.ApiKeyRejected("expired"));
    }

    @Test
    void storeThatFailsMakesTheKeyUnavailableAndNotInvalid() {
        AtomicInteger calls = new AtomicInteger();
        ApiKeyAuthenticator failing = ApiKeyAuthenticator.builder(hash -> {
                    if (calls.incrementAndGet() == 1) {
                        throw new IllegalStateException("down");
                    }
                    return CompletableFuture.failedFuture(new IllegalStateException("down"));
                })
                .build();

        for (int i = 0; i < 2; i++) {
            assertThat(join(failing, request(key))).isEqualTo(new Authentication.Unavailable(Duration.ofSeconds(1)));
        }
        assertThat(calls).hasValue(2);
    }

    @Test
    void requestsWithOneKeyAtOnceShareOneLookUp() {
        CompletableFuture<Optional<StoredApiKey>> answer = new CompletableFuture<>();
        ApiKeyAuthenticator slow = ApiKeyAuthenticator.builder(hash -> {
                    lookups.incrementAndGet();
                    return answer;
                })
                .maxConcurrent(1)
                .build();
        List<CompletableFuture<Authentication>> waiting = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            waiting.add(slow.authenticate(request(key)).toCompletableFuture());
        }
        Authentication other = join(slow, request(ApiKeyAuthenticator.generate("")));

        assertThat(other).isInstanceOf(Authentication.Unavailable.class);
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        answer.complete(Optional.of(stored));
        assertThat(waiting)
                .allSatisfy(result -> assertThat(result.join()).isEqualTo(Authentication.Authenticated.of(PARTNER)));
        assertThat(lookups).hasValue(1);
    }

    @Test
    void keyIsReadFromTheFieldThatIsSet() {
        ApiKeyAuthenticator own = builder().header("Api-Token").build();
        ApiRequest request =
                ApiRequest.builder("GET", "/").header("api-token", key).build();

        assertThat(join(own, request)).isInstanceOf(Authentication.Authenticated.class);
        assertThat(join(own, request(key))).isEqualTo(Authentication.Absent.of("ApiKey header=\"Api-Token\""));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().header("authorization"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().header("a b"));
    }

    @Test
    void settingsOutsideTheirRangeAreRejected() {
        assertThatIllegalArgumentException().isThrownBy(() -> builder().cacheFor(Duration.ofHours(2)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().cacheFor(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().maxCached(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().maxConcurrent(0));
    }

    @Test
    void textFormsShowNothingOfTheKey() {
        assertThat(stored.toString()).contains("partner").doesNotContain(stored.hash());
        assertThat(CredentialHash.of(key)).hasToString("CredentialHash");
    }

    private Authentication authenticate(String sent) {
        return join(authenticator, request(sent));
    }

    private static Authentication join(Authenticator authenticator, ApiRequest request) {
        return authenticator.authenticate(request).toCompletableFuture().join();
    }

    private static ApiException rejected(Authentication result) {
        assertThat(result).isInstanceOf(Authentication.Rejected.class);
        return ((Authentication.Rejected) result).failure();
    }

    private static ApiRequest request(String... keys) {
        ApiRequest.Builder request = ApiRequest.builder("GET", "/");
        for (String key : keys) {
            request.header("X-API-Key", key);
        }
        return request.build();
    }
}
