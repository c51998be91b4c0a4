/** Refresh tokens that are used once each, and the detection of one that is used again. */
@NullMarked
package dev.scalableapi.auth.refresh;

import org.jspecify.annotations.NullMarked;
