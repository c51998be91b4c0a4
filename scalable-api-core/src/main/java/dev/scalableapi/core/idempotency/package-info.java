/** Answering a repeated request once: the port that remembers which keys run and what they were answered. */
@NullMarked
package dev.scalableapi.core.idempotency;

import org.jspecify.annotations.NullMarked;
