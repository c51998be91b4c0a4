/**
 * Structured field values for HTTP (RFC 9651): {@link dev.scalableapi.core.structured.StructuredFields} reads and writes
 * them, {@link dev.scalableapi.core.structured.Item} and {@link dev.scalableapi.core.structured.InnerList} are what they are
 * made of.
 */
@NullMarked
package dev.scalableapi.core.structured;

import org.jspecify.annotations.NullMarked;
