package dev.scalableapi.messaging.jdbc;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.idempotency.Claim;
import dev.scalableapi.core.idempotency.FencingToken;
import dev.scalableapi.core.idempotency.IdempotencyStore;
import dev.scalableapi.core.idempotency.IdempotentWork;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import javax.sql.DataSource;

/**
 * An {@link IdempotencyStore} in a PostgreSQL database that several processes share, one row a key: see {@link #schema()}.
 * The database's own clock decides. Thread-safe.
 *
 * <p><b>Once.</b> A handler that changes data in the same database records its answer with {@link #complete(Connection,
 * IdempotentWork, ApiResponse)} in its own transaction. The change and the record then commit together, or neither does: the
 * handler that is refused, because another was given the key meanwhile, rolls back. So the effect happens once, whatever
 * dies or is late. Whoever asks for the key while that transaction is open does not wait, unless the lease has ended: then
 * for the transaction's end.
 *
 * <p>Used as any other store, it has the promises of the port: the record is right, and the effect may happen twice.
 *
 * <p>Statements are given 5 seconds, after which the stage fails; how long a connection is waited for is the data source's.
 * Rows stay after their end until their key is used again: let something call {@link #prune} now and then.
 */
public final class JdbcIdempotencyStore implements IdempotencyStore {
    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final int TIMEOUT_SECONDS = 5;
    private static final int ATTEMPTS = 5;

    private final DataSource database;
    private final Executor executor;

    private JdbcIdempotencyStore(DataSource database, Executor executor) {
        this.database = database;
        this.executor = executor;
    }

    /**
     * {@return a store whose tables are there}
     *
     * @param database gives connections at the isolation level "read committed", best from a pool
     * @param executor where statements run, bounded, such as a {@link dev.scalableapi.core.http.BlockingExecutor}; when it
     *     refuses, a stage fails with an {@link ApiException} 503 {@code OVERLOADED}
     */
    public static JdbcIdempotencyStore create(DataSource database, Executor executor) {
        return new JdbcIdempotencyStore(database, executor);
    }

    /** {@return the SQL that makes the table {@code idempotency_key} and what belongs to it, where they are not there} */
    public static String schema() {
        return IdempotencySql.schema();
    }

    @Override
    public CompletionStage<Claim> begin(String key, String fingerprint, Duration lease) {
        long micros = micros(lease);
        return run(connection -> claim(connection, key, fingerprint, micros));
    }

    /** A key can become taken after it was seen free, and free after it was seen taken. */
    private static Claim claim(Connection connection, String key, String fingerprint, long lease) throws SQLException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Claim> taken = look(connection, key, fingerprint);
            if (taken.isPresent()) {
                return taken.get();
            }
            OptionalLong number = take(connection, key, fingerprint, lease);
            if (number.isPresent()) {
                return new Claim.Started(new FencingToken(key, number.getAsLong()));
            }
        }
        throw new SQLTransientException("A key changed hands again and again");
    }

    private static Optional<Claim> look(Connection connection, String key, String fingerprint) throws SQLException {
        try (PreparedStatement statement = prepared(connection, IdempotencySql.LOOK)) {
            statement.setString(1, key);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(claim(row, fingerprint)) : Optional.empty();
            }
        }
    }

    private static Claim claim(ResultSet row, String fingerprint) throws SQLException {
        if (!row.getString(1).equals(fingerprint)) {
            return new Claim.Mismatch();
        }
        int status = row.getInt(3);
        if (row.wasNull()) {
            return new Claim.InProgress(Duration.of(Math.max(1, row.getLong(2)), ChronoUnit.MICROS));
        }
        return new Claim.Completed(
                new ApiResponse(status, FieldLines.read(row.getString(4)), Body.of(row.getBytes(5))));
    }

    private static OptionalLong take(Connection connection, String key, String fingerprint, long lease)
            throws SQLException {
        try (PreparedStatement statement = prepared(connection, IdempotencySql.TAKE)) {
            statement.setString(1, key);
            statement.setString(2, fingerprint);
            statement.setLong(3, lease);
            statement.setLong(4, lease);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    @Override
    public CompletionStage<Boolean> complete(FencingToken token, ApiResponse response, Duration retention) {
        Answer answer = new Answer(response, micros(retention));
        return run(connection -> answer.store(connection, token));
    }

    /**
     * Stores the answer in a transaction of the caller, as its last statement before the commit.
     *
     * @param connection of a transaction that has the work's effect
     * @param token from {@link Claim.Started}
     * @param response the answer; its body must be in memory
     * @param retention how long the answer is to be repeated
     * @return whether the answer is stored if the transaction commits; if not, the token holds the key no longer, and the
     *     transaction is to be rolled back
     * @throws SQLException if the database fails; the transaction is to be rolled back
     * @throws IllegalArgumentException if the retention is not positive or the body is a stream
     * @throws IllegalStateException if the connection commits each statement by itself
     */
    public boolean complete(Connection connection, FencingToken token, ApiResponse response, Duration retention)
            throws SQLException {
        Answer answer = new Answer(response, micros(retention));
        if (connection.getAutoCommit()) {
            throw new IllegalStateException("The connection commits each statement by itself");
        }
        return answer.store(connection, token);
    }

    /**
     * Stores the answer of work that an {@link dev.scalableapi.core.idempotency.IdempotencyFilter} has begun in a
     * transaction of the handler, as its last statement before the commit, and tells the filter so. A handler that does not
     * commit after all must fail.
     *
     * @param connection of a transaction that has the work's effect
     * @param work from the exchange
     * @param response the answer; its body must be in memory
     * @return whether the answer is stored if the transaction commits; if not, another may have the key, and the
     *     transaction is to be rolled back
     * @throws SQLException if the database fails; the transaction is to be rolled back
     * @throws IllegalArgumentException if the body is a stream
     * @throws IllegalStateException if the connection commits each statement by itself
     */
    public boolean complete(Connection connection, IdempotentWork work, ApiResponse response) throws SQLException {
        boolean stored = complete(connection, work.token(), work.record(response), work.retention());
        if (stored) {
            work.markRecorded();
        }
        return stored;
    }

    @Override
    public CompletionStage<Void> abandon(FencingToken token) {
        return run(connection -> {
                    try (PreparedStatement statement = prepared(connection, IdempotencySql.ABANDON)) {
                        statement.setString(1, token.key());
                        statement.setLong(2, token.number());
                        return statement.executeUpdate();
                    }
                })
                .thenAccept(rows -> {});
    }

    /**
     * Deletes rows that have ended, the oldest first.
     *
     * @param limit how many at the most, so that no statement takes long
     * @return completes with how many there were; fewer than the limit when none is left
     * @throws IllegalArgumentException if the limit is below 1
     */
    public CompletionStage<Integer> prune(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1");
        }
        return run(connection -> {
            try (PreparedStatement statement = prepared(connection, IdempotencySql.PRUNE)) {
                statement.setInt(1, limit);
                return statement.executeUpdate();
            }
        });
    }

    private <T> CompletionStage<T> run(Work<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            executor.execute(() -> {
                try {
                    result.complete(committed(work));
                } catch (Throwable t) {
                    result.completeExceptionally(t);
                }
            });
        } catch (RejectedExecutionException full) {
            result.completeExceptionally(ApiException.overloaded());
        }
        return result;
    }

    private <T> T committed(Work<T> work) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return connection.getAutoCommit() ? work.with(connection) : inTransaction(connection, work);
        }
    }

    /** Leaves no transaction open: not every data source ends the one of a connection that is given back. */
    private static <T> T inTransaction(Connection connection, Work<T> work) throws SQLException {
        try {
            T result = work.with(connection);
            connection.commit();
            return result;
        } catch (Throwable failure) {
            try {
                connection.rollback();
            } catch (SQLException second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
    }

    private static PreparedStatement prepared(Connection connection, String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setQueryTimeout(TIMEOUT_SECONDS);
        return statement;
    }

    private static long micros(Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("Lease and retention must be positive");
        }
        Duration sane = time.compareTo(LONGEST) > 0 ? LONGEST : time;
        return sane.plusNanos(999).toNanos() / 1_000;
    }

    /** {@return a fixed text: what a data source says of itself can hold a password} */
    @Override
    public String toString() {
        return "JdbcIdempotencyStore";
    }

    @FunctionalInterface
    private interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    private record Answer(ApiResponse response, long retention) {
        private Answer {
            if (response.body() instanceof Body.Streaming) {
                throw new IllegalArgumentException("A stored response's body must be in memory");
            }
        }

        boolean store(Connection connection, FencingToken token) throws SQLException {
            try (PreparedStatement statement = prepared(connection, IdempotencySql.COMPLETE)) {
                statement.setInt(1, response.status());
                statement.setString(2, FieldLines.write(response.headers()));
                statement.setBytes(3, content());
                statement.setLong(4, retention);
                statement.setString(5, token.key());
                statement.setLong(6, token.number());
                return statement.executeUpdate() == 1;
            }
        }

        private byte[] content() {
            ByteBuffer buffer = response.body() instanceof Body.Bytes bytes ? bytes.buffer() : ByteBuffer.allocate(0);
            byte[] content = new byte[buffer.remaining()];
            buffer.get(content);
            return content;
        }
    }
}
