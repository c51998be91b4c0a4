package dev.scalableapi.messaging.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The statements of {@link JdbcIdempotencyStore}. The time is {@code clock_timestamp()}, since {@code now()} stands still in
 * a transaction.
 */
final class IdempotencySql {
    /** Reads without a lock, so that nobody waits for the transaction in which an answer is being recorded. */
    static final String LOOK = """
            SELECT fingerprint, (extract(epoch FROM ends_at - clock_timestamp()) * 1000000)::bigint, status, fields, content
            FROM idempotency_key WHERE key = ? AND ends_at > clock_timestamp()""";

    /** Gives a number to the one who takes a free key, after any transaction has ended that records its answer. */
    static final String TAKE = """
            INSERT INTO idempotency_key AS taken (key, number, fingerprint, ends_at)
            VALUES (?, nextval('idempotency_number'), ?, clock_timestamp() + ? * interval '1 microsecond')
            ON CONFLICT (key) DO UPDATE SET number = nextval('idempotency_number'),
                fingerprint = EXCLUDED.fingerprint,
                ends_at = clock_timestamp() + ? * interval '1 microsecond',
                status = NULL, fields = NULL, content = NULL
            WHERE taken.ends_at <= clock_timestamp()
            RETURNING number""";

    static final String COMPLETE = """
            UPDATE idempotency_key
            SET status = ?, fields = ?, content = ?, ends_at = clock_timestamp() + ? * interval '1 microsecond'
            WHERE key = ? AND number = ? AND status IS NULL AND ends_at > clock_timestamp()""";

    static final String ABANDON = "DELETE FROM idempotency_key WHERE key = ? AND number = ? AND status IS NULL";

    static final String PRUNE = """
            DELETE FROM idempotency_key WHERE key IN (
                SELECT key FROM idempotency_key WHERE ends_at <= clock_timestamp()
                ORDER BY ends_at LIMIT ? FOR UPDATE SKIP LOCKED)""";

    private IdempotencySql() {}

    static String schema() {
        try (InputStream file = Objects.requireNonNull(
                IdempotencySql.class.getResourceAsStream("idempotency.sql"), "idempotency.sql")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
