/** The ports of scalable-api on Redis. */
@NullMarked
package dev.scalableapi.redis;

import org.jspecify.annotations.NullMarked;
