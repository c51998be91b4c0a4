/**
 * Pages of a collection: what the client asks for, what it gets, and the links between them. Stands on
 * {@link dev.scalableapi.core.http}. All types are immutable and thread-safe.
 */
@NullMarked
package dev.scalableapi.core.page;

import org.jspecify.annotations.NullMarked;
