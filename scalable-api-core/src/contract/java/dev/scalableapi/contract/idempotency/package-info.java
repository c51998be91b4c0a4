/** What every store of idempotency keys does, as tests that each module runs on its own store. */
@NullMarked
package dev.scalableapi.contract.idempotency;

import org.jspecify.annotations.NullMarked;
