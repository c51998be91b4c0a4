package dev.scalableapi.core.http;

import java.time.Duration;
import java.util.Optional;

/**
 * How an exchange ended: after the last byte was handed to the server, or when the client was gone.
 *
 * @param status the status that was sent, or would have been
 * @param bytes how many bytes of the response's body were written, after any content coding
 * @param duration from the exchange's start to its end
 * @param cause what cut the response short, such as a client that hung up; empty when all was written
 */
public record Outcome(int status, long bytes, Duration duration, Optional<Throwable> cause) {}
