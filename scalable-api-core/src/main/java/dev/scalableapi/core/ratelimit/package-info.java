/** Rate limits: how often a key may act, and the filters that hold callers and addresses to it. */
@NullMarked
package dev.scalableapi.core.ratelimit;

import org.jspecify.annotations.NullMarked;
