package dev.scalableapi.messaging.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.contract.idempotency.IdempotencyStoreContract;
import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.BlockingExecutor;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.http.RouteMatch;
import dev.scalableapi.core.idempotency.Claim;
import dev.scalableapi.core.idempotency.FencingToken;
import dev.scalableapi.core.idempotency.IdempotencyFilter;
import dev.scalableapi.core.idempotency.IdempotencyStore;
import dev.scalableapi.core.idempotency.IdempotentWork;
import dev.scalableapi.testkit.PostgresServer;
import dev.scalableapi.testkit.TestRun;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

class JdbcIdempotencyStoreTest extends IdempotencyStoreContract {
    private static DataSource database;
    private static BlockingExecutor one;
    private static BlockingExecutor other;

    @BeforeAll
    static void start() throws SQLException {
        database = PostgresServer.newDatabase().dataSource();
        one = BlockingExecutor.create(8, 1_000);
        other = BlockingExecutor.create(8, 1_000);
        execute(JdbcIdempotencyStore.schema());
        execute(JdbcIdempotencyStore.schema());
        execute("CREATE TABLE effect (who text)");
    }

    @AfterAll
    static void stop() {
        one.close();
        other.close();
    }

    @BeforeEach
    void forget() throws SQLException {
        execute("TRUNCATE idempotency_key; TRUNCATE effect");
    }

    @Override
    protected List<IdempotencyStore> stores() {
        return List.of(JdbcIdempotencyStore.create(database, one), JdbcIdempotencyStore.create(database, other));
    }

    private static JdbcIdempotencyStore jdbc() {
        return JdbcIdempotencyStore.create(database, one);
    }

    @Override
    protected void pass(String key, Duration time) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "UPDATE idempotency_key SET ends_at = ends_at - ? * interval '1 millisecond' WHERE key = ?")) {
            statement.setLong(1, time.toMillis());
            statement.setString(2, key);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void numbersGrowThoughARowIsGone() throws SQLException {
        FencingToken first = start("a");
        execute("TRUNCATE idempotency_key");

        assertThat(start("a").number()).isGreaterThan(first.number());
    }

    @Test
    void effectAndAnswerCommitTogether() throws SQLException {
        FencingToken token = start("a");
        try (Connection transaction = transaction()) {
            insertEffect(transaction, "first");
            assertThat(jdbc().complete(transaction, token, CREATED, RETENTION)).isTrue();
            assertThat(begin("a", "f")).isInstanceOf(Claim.InProgress.class);
            transaction.commit();
        }

        assertAnswer(begin("a", "f"), CREATED);
        assertThat(effects()).isEqualTo("first");
    }

    @Test
    void effectAndAnswerAreTakenBackTogether() throws SQLException {
        FencingToken token = start("a");
        try (Connection transaction = transaction()) {
            insertEffect(transaction, "first");
            assertThat(jdbc().complete(transaction, token, CREATED, RETENTION)).isTrue();
            transaction.rollback();
        }

        assertThat(begin("a", "f")).isInstanceOf(Claim.InProgress.class);
        assertThat(complete(token)).isTrue();
        assertThat(effects()).isEmpty();
    }

    @Test
    void whoIsLateIsRefusedInItsTransactionAndTakesItsEffectBack() throws SQLException {
        FencingToken late = start("a");
        try (Connection transaction = transaction()) {
            insertEffect(transaction, "late");
            pass("a", LEASE);
            FencingToken successor = start("a");
            try (Connection next = transaction()) {
                insertEffect(next, "successor");
                assertThat(jdbc().complete(next, successor, CREATED, RETENTION)).isTrue();
                next.commit();
            }
            assertThat(jdbc().complete(transaction, late, ApiResponse.of(500), RETENTION))
                    .isFalse();
            transaction.rollback();
        }

        assertThat(effects()).isEqualTo("successor");
        assertAnswer(begin("a", "f"), CREATED);
    }

    @Test
    void whoAsksAfterTheLeaseWaitsForTheTransactionThatRecordsAndIsToldItsAnswer() throws SQLException {
        int attempt = 0;
        // If this thread stands still for longer than the lease, it tries another key.
        while (!answerIsWaitedFor("a" + attempt)) {
            attempt++;
        }
    }

    private static boolean answerIsWaitedFor(String key) throws SQLException {
        FencingToken token = ((Claim.Started) done(jdbc().begin(key, "f", Duration.ofMillis(500)))).token();
        CompletableFuture<Claim> asked;
        try (Connection transaction = transaction()) {
            if (!jdbc().complete(transaction, token, CREATED, RETENTION)) {
                transaction.rollback();
                return false;
            }
            // Until the lease ends it is in progress; the first that sees it ended waits.
            asked = CompletableFuture.supplyAsync(() -> untilNotInProgress(key));
            await().until(() -> read("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                    .equals("1"));
            transaction.commit();
        }

        assertAnswer(
                asked.orTimeout(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS).join(), CREATED);
        return true;
    }

    private static Claim untilNotInProgress(String key) {
        return await().until(() -> done(jdbc().begin(key, "f", LEASE)), claim -> !(claim instanceof Claim.InProgress));
    }

    @Test
    void ofAHundredRequestsAtOnceTheEffectOfOneHappens() throws Exception {
        IdempotencyFilter filter =
                IdempotencyFilter.builder(jdbc()).required("POST", "/orders").build();
        AtomicInteger handled = new AtomicInteger();
        ApiHandler handler = ApiHandler.blocking(other, request -> {
            handled.incrementAndGet();
            return order(request, "once");
        });
        int clients = 100;
        CyclicBarrier barrier = new CyclicBarrier(clients);
        int[] statuses = new int[clients];
        Thread[] threads = new Thread[clients];
        for (int i = 0; i < clients; i++) {
            int client = i;
            threads[i] = new Thread(() -> statuses[client] = ask(filter, handler, barrier));
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(handled).hasValue(1);
        assertThat(effects()).isEqualTo("once");
        assertThat(statuses).contains(201).containsOnly(201, 409);
        ApiResponse again = done(filter.filter(request(), handler));
        assertThat(again.header("Idempotent-Replayed")).hasValue("true");
        assertThat(again.headers().contains("Set-Cookie")).isFalse();
        assertThat(done(again.body().bytes(100))).isEqualTo("once".getBytes(StandardCharsets.UTF_8));
    }

    private static int ask(IdempotencyFilter filter, ApiHandler handler, CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return done(filter.filter(request(), handler)
                .handle((response, failure) ->
                        failure == null ? response.status() : ((ApiException) ApiPipeline.cause(failure)).status()));
    }

    private static ApiResponse order(ApiRequest request, String who) throws SQLException {
        IdempotentWork work = request.exchange().get(IdempotentWork.KEY).orElseThrow();
        ApiResponse response = ApiResponse.text(201, who).withHeader("Set-Cookie", "session=secret");
        try (Connection transaction = transaction()) {
            insertEffect(transaction, who);
            if (!jdbc().complete(transaction, work, response)) {
                transaction.rollback();
                throw ApiException.overloaded();
            }
            transaction.commit();
        }
        return response;
    }

    @Test
    void handlerThatOutlastsItsLeaseTakesItsEffectBackAndIsNotTheAnswer() throws SQLException {
        IdempotencyFilter filter =
                IdempotencyFilter.builder(jdbc()).required("POST", "/orders").build();
        ApiHandler inTime = ApiHandler.blocking(other, request -> order(request, "in time"));
        ApiHandler late = ApiHandler.blocking(other, request -> {
            pass(read("SELECT key FROM idempotency_key"), LEASE);
            assertThat(done(filter.filter(request(), inTime)).status()).isEqualTo(201);
            return order(request, "late");
        });

        assertThatThrownBy(() -> done(filter.filter(request(), late))).hasCauseInstanceOf(ApiException.class);
        assertThat(effects()).isEqualTo("in time");
        assertThat(done(filter.filter(request(), late)).header("Idempotent-Replayed"))
                .hasValue("true");
    }

    private static ApiRequest request() {
        ApiRequest request = ApiRequest.builder("POST", "/orders")
                .header("Idempotency-Key", "k")
                .build();
        request.exchange().put(RouteMatch.KEY, new RouteMatch("/orders", Access.open(), Map.of()));
        return request;
    }

    @Test
    void connectionThatCommitsByItselfIsRefused() throws SQLException {
        FencingToken token = start("a");
        try (Connection connection = database.getConnection()) {
            assertThatIllegalStateException().isThrownBy(() -> jdbc().complete(connection, token, CREATED, RETENTION));
        }
        assertThat(begin("a", "f")).isInstanceOf(Claim.InProgress.class);
    }

    @Test
    void connectionsThatDoNotCommitByThemselvesAreCommitted() {
        DataSource manual = Mockito.mock(DataSource.class, call -> transaction());
        JdbcIdempotencyStore store = JdbcIdempotencyStore.create(manual, Runnable::run);
        FencingToken token = ((Claim.Started) done(store.begin("a", "f", LEASE))).token();
        assertThat(done(store.complete(token, CREATED, RETENTION))).isTrue();

        assertAnswer(begin("a", "f"), CREATED);
    }

    @Test
    void transactionOfAStatementThatFailsIsRolledBackBeforeItsConnectionIsGivenBack() throws SQLException {
        execute("ALTER TABLE idempotency_key RENAME TO away");
        try (Connection reused = transaction()) {
            DataSource pool = neverClosing(reused);
            JdbcIdempotencyStore store = JdbcIdempotencyStore.create(pool, Runnable::run);
            assertThatThrownBy(() -> done(store.begin("a", "f", LEASE))).hasCauseInstanceOf(SQLException.class);
            execute("ALTER TABLE away RENAME TO idempotency_key");

            assertThat(done(store.begin("a", "f", LEASE))).isInstanceOf(Claim.Started.class);
        }
        assertThat(begin("a", "f")).isInstanceOf(Claim.InProgress.class);
    }

    /** Gives the same connection again and again, as a pool does, and nobody resets it. */
    private static DataSource neverClosing(Connection connection) {
        Connection pooled = Mockito.mock(
                Connection.class,
                call -> call.getMethod().getName().equals("close")
                        ? null
                        : call.getMethod().invoke(connection, call.getArguments()));
        return Mockito.mock(DataSource.class, call -> pooled);
    }

    @Test
    void failureOfARollbackHidesNoFailureOfAStatement() {
        SQLException first = new SQLException("first");
        SQLException second = new SQLException("second");
        Connection dead =
                Mockito.mock(Connection.class, call -> switch (call.getMethod().getName()) {
                    case "prepareStatement" -> throw first;
                    case "rollback" -> throw second;
                    case "getAutoCommit" -> false;
                    default -> null;
                });
        JdbcIdempotencyStore store =
                JdbcIdempotencyStore.create(Mockito.mock(DataSource.class, call -> dead), Runnable::run);

        assertThatThrownBy(() -> done(store.begin("a", "f", LEASE))).cause().isSameAs(first);
        assertThat(first.getSuppressed()).containsExactly(second);
    }

    @Test
    void rowsThatHaveEndedArePrunedUpToTheLimit() throws SQLException {
        for (String key : List.of("a", "b", "c")) {
            complete(start(key));
            pass(key, RETENTION);
        }
        start("d");

        assertThat(done(jdbc().prune(2))).isEqualTo(2);
        assertThat(done(jdbc().prune(2))).isEqualTo(1);
        assertThat(done(jdbc().prune(2))).isZero();
        assertThat(read("SELECT key FROM idempotency_key")).isEqualTo("d");
        assertThatIllegalArgumentException().isThrownBy(() -> jdbc().prune(0));
    }

    @Test
    void recordThatIsNotOursFailsTheStageAndIsNoReasonToWorkTwice() throws SQLException {
        for (String foreign : List.of("no colon\n", "no: end", "a b:c\n", "\n:")) {
            execute("TRUNCATE idempotency_key");
            complete(start("a"));
            try (Connection connection = database.getConnection();
                    PreparedStatement statement =
                            connection.prepareStatement("UPDATE idempotency_key SET fields = ?")) {
                statement.setString(1, foreign);
                statement.executeUpdate();
            }
            assertThatThrownBy(() -> begin("a", "f")).hasCauseInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void fieldsComeBackAsTheyWere() {
        Headers headers = Headers.of("A", "1:2").withAdded("a", "").withAdded("B", " \t\u00ff");

        assertThat(FieldLines.read(FieldLines.write(headers))).isEqualTo(headers);
        assertThat(FieldLines.read(FieldLines.write(Headers.empty()))).isEqualTo(Headers.empty());
    }

    @Test
    void databaseThatIsAwayFailsTheStages() {
        DataSource away = Mockito.mock(DataSource.class, call -> {
            throw new SQLFeatureNotSupportedException("away");
        });
        JdbcIdempotencyStore store = JdbcIdempotencyStore.create(away, one);
        FencingToken token = new FencingToken("a", 1);

        assertThatThrownBy(() -> done(store.begin("a", "f", LEASE))).hasCauseInstanceOf(SQLException.class);
        assertThatThrownBy(() -> done(store.complete(token, CREATED, RETENTION)))
                .hasCauseInstanceOf(SQLException.class);
        assertThatThrownBy(() -> done(store.abandon(token))).hasCauseInstanceOf(SQLException.class);
    }

    @Test
    void executorThatRefusesIsAnOverload() {
        JdbcIdempotencyStore store = JdbcIdempotencyStore.create(database, task -> {
            throw new RejectedExecutionException();
        });

        assertThatThrownBy(() -> done(store.begin("a", "f", LEASE)))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(ApiException.class);
    }

    @Test
    void bodyOfNoBytesComesBackEmpty() {
        FencingToken token = start("a");
        done(store().complete(token, ApiResponse.of(204), RETENTION));

        assertThat(((Claim.Completed) begin("a", "f")).response().body()).isSameAs(Body.empty());
    }

    @Test
    void textTellsNothingOfTheDatabase() {
        assertThat(jdbc()).hasToString("JdbcIdempotencyStore");
    }

    private static Connection transaction() throws SQLException {
        Connection connection = database.getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    private static void insertEffect(Connection connection, String who) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO effect VALUES (?)")) {
            statement.setString(1, who);
            statement.executeUpdate();
        }
    }

    private static String effects() throws SQLException {
        return read("SELECT coalesce(string_agg(who, ','), '') FROM effect");
    }

    private static String read(String query) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
