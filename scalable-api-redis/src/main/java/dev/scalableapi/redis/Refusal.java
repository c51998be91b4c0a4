package dev.scalableapi.redis;

import io.lettuce.core.RedisException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** An operation that was not sent. It has no stack trace: during an outage there are many. */
final class Refusal extends RedisException {
    private static final long serialVersionUID = 1;

    private Refusal(String message) {
        super(message);
    }

    static <T> CompletionStage<T> because(String message) {
        return CompletableFuture.failedFuture(new Refusal(message));
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // It changes nothing.
    public Throwable fillInStackTrace() {
        return this;
    }
}
