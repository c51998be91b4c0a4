package dev.scalableapi.auth.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.scalableapi.auth.audit.AuthEvent;
import dev.scalableapi.auth.audit.AuthEvent.LoginFailed;
import dev.scalableapi.auth.audit.AuthEvent.LoginSucceeded;
import dev.scalableapi.auth.audit.AuthEvent.LoginThrottled;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.BlockingExecutor;
import dev.scalableapi.core.ratelimit.Decision;
import dev.scalableapi.core.ratelimit.RateLimit;
import dev.scalableapi.core.ratelimit.RateLimiter;
import dev.scalableapi.testkit.TestRun;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class PasswordLoginTest {
    private static final String RIGHT = "right s3cret";
    private static final String WRONG = "wrong s3cret";
    private static final String HOME = "192.0.2.1";
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final AtomicLong time = new AtomicLong();
    private final HasherDouble hasher = new HasherDouble();
    private final Map<String, Account> accounts = new ConcurrentHashMap<>();
    private final Queue<String> lookups = new ConcurrentLinkedQueue<>();
    private final Queue<AuthEvent> events = new ConcurrentLinkedQueue<>();
    private final Queue<AutoCloseable> opened = new ConcurrentLinkedQueue<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.scalableapi.auth");

    @BeforeEach
    void listen() {
        accounts.put("alice", new Account("alice", HasherDouble.newHash(RIGHT)));
        log.start();
        logger.addAppender(log);
        logger.setAdditive(false);
    }

    @AfterEach
    void close() throws Exception {
        logger.detachAppender(log);
        logger.setAdditive(true);
        for (AutoCloseable closeable : opened) {
            closeable.close();
        }
    }

    @Test
    void rightPasswordGivesTheAccount() {
        PasswordLogin<Account> login = login();

        assertThat(join(login.attempt("alice", RIGHT, address(HOME))))
                .isEqualTo(new LoginResult.Succeeded<>(new Account("alice", HasherDouble.newHash(RIGHT))));
        assertThat(join(login.attempt("alice", WRONG, address(HOME)))).isEqualTo(new LoginResult.Failed<>());
        assertThat(events)
                .containsExactly(
                        new LoginSucceeded("alice", Optional.of(HOME)), new LoginFailed("alice", Optional.of(HOME)));
    }

    @Test
    void unknownAndKnownNamesHaveTheSameResultForTheSameWork() {
        PasswordLogin<Account> login = login();

        LoginResult<Account> known = join(login.attempt("alice", WRONG, address(HOME)));
        List<String> work = hasher.work();
        LoginResult<Account> unknown = join(login.attempt("nobody", WRONG, address(HOME)));

        assertThat(unknown).isEqualTo(known);
        assertThat(work).containsExactly("verify");
        assertThat(hasher.work()).containsExactly("verify", "verify");
    }

    @Test
    void unknownNameIsRefusedEvenIfItsPasswordMatchesTheDecoy() {
        assertThat(hasher.verify("decoy", hasher.decoy())).isTrue();
        assertThat(join(login().attempt("nobody", "decoy", address(HOME)))).isEqualTo(new LoginResult.Failed<>());
    }

    @Test
    void guessesSentAtOnceReachTheHasherTenTimes() throws Exception {
        int guesses = 200;
        PasswordLogin<Account> login = opened(builder().addressLimiter(limiter(guesses)));
        CyclicBarrier barrier = new CyclicBarrier(guesses);
        List<Callable<LoginResult<Account>>> all = new ArrayList<>();
        for (int i = 0; i < guesses; i++) {
            String guess = WRONG + i;
            all.add(() -> {
                barrier.await();
                return join(login.attempt("alice", guess, address(HOME)));
            });
        }
        ExecutorService clients = Executors.newFixedThreadPool(guesses);
        opened.add(clients::shutdownNow);
        List<LoginResult<Account>> results = new ArrayList<>();
        for (Future<LoginResult<Account>> result : clients.invokeAll(all)) {
            results.add(result.get());
        }

        assertThat(hasher.work()).hasSize(10);
        assertThat(lookups).hasSize(10);
        assertThat(results)
                .filteredOn(LoginResult.Throttled.class::isInstance)
                .hasSize(190)
                .containsOnly(new LoginResult.Throttled<>(Duration.ofSeconds(6)));
        assertThat(events).filteredOn(LoginThrottled.class::isInstance).hasSize(190);
    }

    @Test
    void rightPasswordGivesItsPlacesBack() {
        PasswordLogin<Account> login = opened(builder().addressLimiter(limiter(20)));
        for (int i = 0; i < 30; i++) {
            assertThat(join(login.attempt("alice", RIGHT, address(HOME)))).isInstanceOf(LoginResult.Succeeded.class);
        }
    }

    @Test
    void rightPasswordForgivesNoWrongOnes() {
        PasswordLogin<Account> login = login();
        fail(login, 9);
        join(login.attempt("alice", RIGHT, address(HOME)));
        fail(login, 1);

        assertThat(join(login.attempt("alice", RIGHT, address(HOME)))).isInstanceOf(LoginResult.Throttled.class);
        time.addAndGet(TimeUnit.SECONDS.toNanos(6));
        assertThat(join(login.attempt("alice", RIGHT, address(HOME)))).isInstanceOf(LoginResult.Succeeded.class);
    }

    @Test
    void accountIsThrottledForOneAddressAlone() {
        PasswordLogin<Account> login = login();
        fail(login, 10);

        assertThat(join(login.attempt("alice", RIGHT, address("192.0.2.2")))).isInstanceOf(LoginResult.Succeeded.class);
    }

    @Test
    void sprayingIsThrottledByAddress() {
        PasswordLogin<Account> login = login();
        for (int i = 0; i < 1000; i++) {
            join(login.attempt("name " + i, WRONG, address(HOME)));
        }

        assertThat(lookups).hasSize(100);
        assertThat(hasher.work()).hasSize(100);
        assertThat(join(login.attempt("alice", RIGHT, address("192.0.2.2")))).isInstanceOf(LoginResult.Succeeded.class);
    }

    @Test
    void accountThatIsThrottledDoesNotUseUpItsAddress() {
        accounts.put("bob", new Account("bob", HasherDouble.newHash(RIGHT)));
        PasswordLogin<Account> login = login();
        fail(login, 10);
        for (int i = 0; i < 1000; i++) {
            join(login.attempt("alice", WRONG, address(HOME)));
        }

        assertThat(join(login.attempt("bob", RIGHT, address(HOME)))).isInstanceOf(LoginResult.Succeeded.class);
    }

    @Test
    void addressesOfOneIpv6NetworkAreOne() {
        PasswordLogin<Account> login = login();
        for (int i = 0; i < 10; i++) {
            join(login.attempt("alice", WRONG, address("2001:db8:1:2::" + i)));
        }

        assertThat(join(login.attempt("alice", RIGHT, address("2001:db8:1:2:ffff::9"))))
                .isInstanceOf(LoginResult.Throttled.class);
        assertThat(join(login.attempt("alice", RIGHT, address("2001:db8:1:3::1"))))
                .isInstanceOf(LoginResult.Succeeded.class);
        assertThat(events).contains(new LoginFailed("alice", Optional.of("2001:db8:1:2:0:0:0:3")));
    }

    @Test
    void spellingsOfOneNameAreCountedTogether() {
        PasswordLogin<Account> login = login();
        List<String> spellings = List.of("alice", "ALICE", " alice", "Alice ", "\uff41lice");
        for (int i = 0; i < 10; i++) {
            join(login.attempt(spellings.get(i % spellings.size()), WRONG, address(HOME)));
        }

        for (String spelling : spellings) {
            assertThat(join(login.attempt(spelling, RIGHT, address(HOME)))).isInstanceOf(LoginResult.Throttled.class);
        }
        assertThat(lookups).hasSize(10).containsAll(spellings);
    }

    @Test
    void unknownAddressLimitsTheAccountAlone() {
        PasswordLogin<Account> login = login();
        for (int i = 0; i < 200; i++) {
            assertThat(join(login.attempt("name " + i, WRONG, Optional.empty())))
                    .isEqualTo(new LoginResult.Failed<>());
        }
        for (int i = 0; i < 10; i++) {
            join(login.attempt("alice", WRONG, Optional.empty()));
        }

        assertThat(join(login.attempt("alice", RIGHT, Optional.empty()))).isInstanceOf(LoginResult.Throttled.class);
        assertThat(events).contains(new LoginThrottled("alice", Optional.empty()));
    }

    @Test
    void whatIsTooLongFailsWithoutALookupOrHashingAndIsCounted() {
        PasswordLogin<Account> login = login();
        String longest = "n".repeat(256);
        assertThat(join(login.attempt(longest + "n", RIGHT, address(HOME)))).isEqualTo(new LoginResult.Failed<>());
        assertThat(join(login.attempt("alice", "p".repeat(1025), address(HOME))))
                .isEqualTo(new LoginResult.Failed<>());
        assertThat(lookups).isEmpty();
        assertThat(hasher.work()).isEmpty();
        assertThat(events)
                .containsExactly(
                        new LoginFailed(longest, Optional.of(HOME)), new LoginFailed("alice", Optional.of(HOME)));

        fail(login, 9);
        assertThat(join(login.attempt("alice", RIGHT, address(HOME)))).isInstanceOf(LoginResult.Throttled.class);
    }

    @Test
    void longestNameAndPasswordAreTaken() {
        String name = "n".repeat(256);
        String password = "p".repeat(1024);
        accounts.put(name, new Account(name, HasherDouble.newHash(password)));

        assertThat(join(login().attempt(name, password, address(HOME)))).isInstanceOf(LoginResult.Succeeded.class);
    }

    @Test
    void nameIsNotCutWithinACharacter() {
        join(login().attempt("n".repeat(255) + "\uD83D\uDE00", RIGHT, address(HOME)));

        assertThat(events).containsExactly(new LoginFailed("n".repeat(255), Optional.of(HOME)));
    }

    @Test
    void limitersKeysAreBoundedAndNameNobody() {
        List<String> keys = new ArrayList<>();
        RateLimiter recording = key -> {
            keys.add(key);
            return CompletableFuture.completedFuture(new Decision(false, 0, 1, Duration.ofSeconds(1), Duration.ZERO));
        };
        RateLimiter open = key -> {
            keys.add(key);
            return CompletableFuture.completedFuture(new Decision(true, 1, 1, Duration.ZERO, Duration.ZERO));
        };
        PasswordLogin<Account> login =
                opened(builder().accountLimiter(recording).addressLimiter(open));
        for (String name : List.of("alice", "\ufdfa".repeat(300), "\ud800", "")) {
            for (String address : List.of("255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")) {
                join(login.attempt(name, RIGHT, address(address)));
            }
        }

        assertThat(keys)
                .hasSize(16)
                .contains("login:address:255.255.255.255", "login:address:ffffffffffffffff")
                .allMatch(key -> key.length() <= 80)
                .noneMatch(key -> key.contains("alice"))
                .filteredOn(key -> key.startsWith("login:account:"))
                .hasSize(8)
                .doesNotHaveDuplicates();
    }

    @Test
    void fullBulkheadRefusesAtOnceWhileOtherWorkGoesOn() {
        PasswordLogin<Account> login = opened(builder().bulkhead(1, 1));
        CountDownLatch gate = new CountDownLatch(1);
        hasher.holdUntil(gate);
        try {
            CompletionStage<LoginResult<Account>> running = login.attempt("alice", RIGHT, address(HOME));
            await().until(() -> !hasher.work().isEmpty());
            CompletionStage<LoginResult<Account>> waiting = login.attempt("alice", RIGHT, address(HOME));
            for (int i = 0; i < 30; i++) {
                assertThat(failureNow(login.attempt("alice", RIGHT, address(HOME))))
                        .isInstanceOfSatisfying(
                                ApiException.class, e -> assertThat(e.status()).isEqualTo(503));
            }
            assertThat(failureNow(login.hash(RIGHT))).isInstanceOf(ApiException.class);
            assertThat(lookups).hasSize(1);
            BlockingExecutor others = BlockingExecutor.create(1, 1);
            opened.add(others);
            assertThat(CompletableFuture.supplyAsync(() -> "done", others).join())
                    .isEqualTo("done");

            gate.countDown();
            assertThat(join(running)).isInstanceOf(LoginResult.Succeeded.class);
            assertThat(join(waiting)).isInstanceOf(LoginResult.Succeeded.class);
        } finally {
            gate.countDown();
        }
    }

    @Test
    void halfTheCoresHashAndSixtyFourLoginsWaitUnlessSet() {
        int concurrency = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        PasswordLogin<Account> login = login();
        CountDownLatch gate = new CountDownLatch(1);
        hasher.holdUntil(gate);
        try {
            List<CompletionStage<LoginResult<Account>>> taken = new ArrayList<>();
            for (int i = 0; i < concurrency + 64; i++) {
                taken.add(login.attempt("name " + i, WRONG, Optional.empty()));
            }
            await().until(() -> hasher.work().size() == concurrency);
            assertThat(failureNow(login.attempt("alice", RIGHT, address(HOME)))).isInstanceOf(ApiException.class);

            gate.countDown();
            assertThat(taken).allSatisfy(stage -> assertThat(join(stage)).isEqualTo(new LoginResult.Failed<>()));
        } finally {
            gate.countDown();
        }
    }

    @Test
    void olderHashIsRenewedOnceByTheLoginThatSucceeds() {
        accounts.put("bob", new Account("bob", HasherDouble.oldHash(RIGHT)));
        PasswordLogin<Account> login = opened(builder()
                .rehash((account, hash) -> accounts.put(account.name(), new Account(account.name(), hash))));

        join(login.attempt("bob", WRONG, address(HOME)));
        assertThat(hasher.work()).containsExactly("verify");
        assertThat(join(login.attempt("bob", RIGHT, address(HOME)))).isInstanceOf(LoginResult.Succeeded.class);
        assertThat(join(login.attempt("bob", RIGHT, address(HOME)))).isInstanceOf(LoginResult.Succeeded.class);

        assertThat(hasher.work()).containsExactly("verify", "verify", "hash", "verify");
        assertThat(accounts).containsEntry("bob", new Account("bob", HasherDouble.newHash(RIGHT)));
    }

    @Test
    void hashThatCanNotBeRenewedFailsNoLoginAndShowsInNoLog() {
        accounts.put("bob", new Account("bob", HasherDouble.oldHash(RIGHT)));
        PasswordLogin<Account> login = opened(builder().rehash((account, hash) -> {
            throw new IllegalStateException("Failing row contains (bob, " + hash + ")");
        }));

        for (int i = 0; i < 20; i++) {
            assertThat(join(login.attempt("bob", RIGHT, address(HOME)))).isInstanceOf(LoginResult.Succeeded.class);
        }
        assertThat(log.list)
                .hasSize(20)
                .allSatisfy(line -> assertThat(line.getFormattedMessage())
                        .contains("IllegalStateException")
                        .doesNotContain("s3cret"))
                .allMatch(line -> line.getThrowableProxy() == null);
    }

    @Test
    void withoutAStoreNothingIsHashedAnew() {
        accounts.put("bob", new Account("bob", HasherDouble.oldHash(RIGHT)));
        join(login().attempt("bob", RIGHT, address(HOME)));

        assertThat(hasher.work()).containsExactly("verify");
    }

    @Test
    void hashOfAnUnknownFormatFailsLikeAWrongPasswordAndShowsInNoLog() {
        accounts.put("bob", new Account("bob", "{noop}s3cret"));
        PasswordLogin<Account> login = login();
        assertThat(join(login.attempt("bob", "s3cret", address(HOME)))).isEqualTo(new LoginResult.Failed<>());

        assertThat(hasher.work()).containsExactly("verify");
        assertThat(log.list)
                .singleElement()
                .satisfies(line -> assertThat(line.getFormattedMessage()).doesNotContain("s3cret"));
    }

    @Test
    void lookupThatFailsFailsTheLoginAndIsNotCounted() {
        IllegalStateException down = new IllegalStateException("The database does not answer");
        PasswordLogin<Account> login = opened(PasswordLogin.<Account>builder(
                        hasher,
                        name -> {
                            throw down;
                        },
                        Account::passwordHash)
                .accountLimiter(limiter(1))
                .addressLimiter(limiter(1)));

        for (int i = 0; i < 5; i++) {
            assertThat(failure(login.attempt("alice", RIGHT, address(HOME)))).isSameAs(down);
        }
        assertThat(hasher.work()).isEmpty();
        assertThat(events).isEmpty();
    }

    @Test
    void limiterThatFailsLetsNoGuessPass() {
        IllegalStateException down = new IllegalStateException("down");
        RateLimiter failing = key -> CompletableFuture.failedFuture(new CompletionException(down));
        RateLimiter throwing = key -> {
            throw down;
        };
        for (RateLimiter broken : List.of(failing, throwing)) {
            for (PasswordLogin<Account> login : List.of(
                    opened(builder().accountLimiter(broken)), opened(builder().addressLimiter(broken)))) {
                assertThat(failureNow(login.attempt("alice", RIGHT, address(HOME))))
                        .isInstanceOfSatisfying(
                                ApiException.class, e -> assertThat(e.status()).isEqualTo(503))
                        .hasCause(down);
            }
        }
        assertThat(lookups).isEmpty();
        assertThat(hasher.work()).isEmpty();
    }

    @Test
    void addressGetsItsPermitBackWhenTheOtherLimiterFails() {
        RateLimiter addresses = limiter(1);
        AtomicLong calls = new AtomicLong();
        RateLimiter accountsDownTwice = key -> calls.incrementAndGet() <= 2
                ? CompletableFuture.failedFuture(new IllegalStateException("down"))
                : limiter(1).acquire(key);
        PasswordLogin<Account> login =
                opened(builder().accountLimiter(accountsDownTwice).addressLimiter(addresses));

        assertThat(failureNow(login.attempt("alice", RIGHT, address(HOME)))).isInstanceOf(ApiException.class);
        assertThat(failureNow(login.attempt("alice", RIGHT, address(HOME)))).isInstanceOf(ApiException.class);
        assertThat(join(login.attempt("alice", RIGHT, address(HOME)))).isInstanceOf(LoginResult.Succeeded.class);
    }

    @Test
    void permitThatCanNotBeGivenBackFailsNoLogin() {
        for (Function<String, CompletionStage<Void>> broken : List.<Function<String, CompletionStage<Void>>>of(
                key -> CompletableFuture.failedFuture(new IllegalStateException("down")), key -> {
                    throw new IllegalStateException("down");
                })) {
            PasswordLogin<Account> login = opened(builder().accountLimiter(new RateLimiter() {
                @Override
                public CompletionStage<Decision> acquire(String key) {
                    return limiter(1).acquire(key);
                }

                @Override
                public CompletionStage<Void> refund(String key) {
                    return broken.apply(key);
                }
            }));

            assertThat(join(login.attempt("alice", RIGHT, address(HOME)))).isInstanceOf(LoginResult.Succeeded.class);
        }
    }

    @Test
    void listenerThatFailsFailsNoLogin() {
        PasswordLogin<Account> login = opened(builder().listener(event -> {
            throw new IllegalStateException("full");
        }));

        assertThat(join(login.attempt("alice", RIGHT, address(HOME)))).isInstanceOf(LoginResult.Succeeded.class);
        assertThat(join(login.attempt("alice", WRONG, address(HOME)))).isEqualTo(new LoginResult.Failed<>());
    }

    @Test
    void contextOfTheRequestIsCurrentInLookupAndListenerWhoeverCompletesTheLimiter() {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        CompletableFuture<Decision> late = new CompletableFuture<>();
        PasswordLogin<Account> login = opened(PasswordLogin.<Account>builder(
                        hasher,
                        name -> {
                            seen.add("lookup " + MDC.get("request"));
                            return find(name);
                        },
                        Account::passwordHash)
                .addressLimiter(key -> late)
                .listener(event -> seen.add("event " + MDC.get("request"))));
        CompletionStage<LoginResult<Account>> result;
        try (MDC.MDCCloseable closed = MDC.putCloseable("request", "r1")) {
            assertThat(closed).isNotNull();
            result = login.attempt("alice", RIGHT, address(HOME));
        }
        late.complete(new Decision(true, 1, 1, Duration.ZERO, Duration.ZERO));

        join(result);
        assertThat(seen).containsExactly("lookup r1", "event r1");
    }

    @Test
    void passwordIsHashedToBeStored() {
        PasswordLogin<Account> login = login();

        assertThat(join(login.hash(RIGHT))).isEqualTo(HasherDouble.newHash(RIGHT));
        assertThat(failure(login.hash(""))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closedLoginRefuses() {
        PasswordLogin<Account> login = login();
        login.close();

        assertThat(failureNow(login.attempt("alice", RIGHT, address(HOME)))).isInstanceOf(ApiException.class);
    }

    @Test
    void bulkheadHasRoom() {
        assertThatIllegalArgumentException().isThrownBy(() -> builder().bulkhead(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().bulkhead(1, 0));
    }

    @Test
    void defaultsThrottleTheEleventhFailure() {
        PasswordLogin<Account> login = opened(PasswordLogin.builder(hasher, this::find, Account::passwordHash));
        fail(login, 10);

        assertThat(join(login.attempt("alice", RIGHT, address(HOME)))).isInstanceOf(LoginResult.Throttled.class);
    }

    @Test
    void defaultsThrottleAnAddressAfterAHundredFailures() {
        PasswordLogin<Account> login = opened(PasswordLogin.builder(hasher, this::find, Account::passwordHash));
        for (int i = 0; i < 1000; i++) {
            join(login.attempt("name " + i, WRONG, address(HOME)));
        }

        // The system's clock gives one back every 0.6 seconds.
        assertThat(lookups).hasSizeBetween(100, 300);
    }

    @Test
    void noTextFormHoldsAPasswordOrAHash() {
        PasswordLogin<Account> login = login();
        for (String password : List.of(RIGHT, WRONG)) {
            assertThat(join(login.attempt("alice", password, address(HOME))).toString())
                    .doesNotContain("s3cret");
        }
        assertThat(events)
                .hasSize(2)
                .allSatisfy(event -> assertThat(event.toString()).doesNotContain("s3cret"));
        assertThat(log.list).isEmpty();
    }

    @Test
    void realHasherWorksToo() {
        PasswordHasher real = new Pbkdf2PasswordHasher(10);
        accounts.put("carol", new Account("carol", new Pbkdf2PasswordHasher(9).hash(RIGHT)));
        PasswordLogin<Account> login = opened(PasswordLogin.builder(real, this::find, Account::passwordHash)
                .rehash((account, hash) -> accounts.put(account.name(), new Account(account.name(), hash))));

        assertThat(join(login.attempt("carol", RIGHT, address(HOME)))).isInstanceOf(LoginResult.Succeeded.class);
        assertThat(join(login.attempt("carol", RIGHT, address(HOME)))).isInstanceOf(LoginResult.Succeeded.class);
        assertThat(join(login.attempt("carol", WRONG, address(HOME)))).isEqualTo(new LoginResult.Failed<>());
        assertThat(join(login.attempt("nobody", RIGHT, address(HOME)))).isEqualTo(new LoginResult.Failed<>());
        assertThat(find("carol"))
                .hasValueSatisfying(account ->
                        assertThat(real.needsRehash(account.passwordHash())).isFalse());
    }

    private void fail(PasswordLogin<Account> login, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(join(login.attempt("alice", WRONG, address(HOME)))).isEqualTo(new LoginResult.Failed<>());
        }
    }

    private PasswordLogin<Account> login() {
        return opened(builder());
    }

    /** With the limits that are set by default, on a clock that stands. */
    private PasswordLogin.Builder<Account> builder() {
        return PasswordLogin.builder(hasher, this::find, Account::passwordHash)
                .listener(events::add)
                .accountLimiter(limiter(10))
                .addressLimiter(limiter(100));
    }

    private RateLimiter limiter(int permits) {
        return RateLimiter.inMemory(RateLimit.of(permits, MINUTE), 10_000, time::get);
    }

    private PasswordLogin<Account> opened(PasswordLogin.Builder<Account> builder) {
        PasswordLogin<Account> login = builder.build();
        opened.add(login);
        return login;
    }

    private Optional<Account> find(String name) {
        lookups.add(name);
        return Optional.ofNullable(accounts.get(name));
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private static Throwable failureNow(CompletionStage<?> stage) {
        assertThat(stage.toCompletableFuture()).isDone();
        return failure(stage);
    }

    private static Throwable failure(CompletionStage<?> stage) {
        try {
            Object result = join(stage);
            throw new AssertionError("Did not fail: " + result);
        } catch (CompletionException e) {
            return ApiPipeline.cause(e);
        }
    }

    private static Optional<InetAddress> address(String text) {
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** Shows its hash, as careless ones do. */
    private record Account(String name, String passwordHash) {}
}
