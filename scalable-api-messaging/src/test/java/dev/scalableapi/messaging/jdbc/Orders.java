package dev.scalableapi.messaging.jdbc;

import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.RouteMatch;
import dev.scalableapi.core.idempotency.IdempotencyFilter;
import dev.scalableapi.core.idempotency.IdempotentWork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** A server that puts its name into the table of effects, once for a key; as a program, it waits for a byte at each step. */
final class Orders {
    static final String INSERTED = "inserted";
    static final String RECORDED = "recorded";
    static final String COMMITTED = "committed";

    private final DataSource database;
    private final String name;
    private final Duration lease;
    private final Consumer<String> step;
    private final JdbcIdempotencyStore store;

    /**
     * Makes a server.
     *
     * @param step called after each step, with what was done last
     */
    Orders(DataSource database, String name, Duration lease, Consumer<String> step) {
        this.database = database;
        this.name = name;
        this.lease = lease;
        this.step = step;
        store = JdbcIdempotencyStore.create(database, Runnable::run);
    }

    /** Takes the URL of the database and the lease, and asks once; the last line of output is the status of the answer. */
    public static void main(String[] arguments) {
        DataSource database = (DataSource) Proxy.newProxyInstance(
                Orders.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, none) -> DriverManager.getConnection(arguments[0]));
        System.out.println(new Orders(database, "child", Duration.parse(arguments[1]), Orders::sayAndWait)
                .ask()
                .status());
    }

    private static void sayAndWait(String done) {
        System.out.println(done);
        try {
            if (System.in.read() < 0) {
                throw new IllegalStateException("Nobody is there to go on for");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Always for the same key. */
    ApiResponse ask() {
        ApiRequest request = ApiRequest.builder("POST", "/orders")
                .header("Idempotency-Key", "k")
                .build();
        request.exchange().put(RouteMatch.KEY, new RouteMatch("/orders", Access.open(), Map.of()));
        return IdempotencyFilter.builder(store)
                .required("POST", "/orders")
                .lease(lease)
                .build()
                .filter(request, ApiHandler.blocking(Runnable::run, this::order))
                .exceptionally(failure -> ApiResponse.of(((ApiException) ApiPipeline.cause(failure)).status()))
                .toCompletableFuture()
                .join();
    }

    private ApiResponse order(ApiRequest request) throws SQLException {
        IdempotentWork work = request.exchange().get(IdempotentWork.KEY).orElseThrow();
        ApiResponse response = ApiResponse.text(201, name);
        try (Connection transaction = database.getConnection()) {
            transaction.setAutoCommit(false);
            insert(transaction);
            step.accept(INSERTED);
            if (!store.complete(transaction, work, response)) {
                transaction.rollback();
                throw ApiException.overloaded();
            }
            step.accept(RECORDED);
            transaction.commit();
            step.accept(COMMITTED);
        }
        return response;
    }

    private void insert(Connection transaction) throws SQLException {
        try (PreparedStatement insert = transaction.prepareStatement("INSERT INTO effect VALUES (?)")) {
            insert.setString(1, name);
            insert.executeUpdate();
        }
    }
}
