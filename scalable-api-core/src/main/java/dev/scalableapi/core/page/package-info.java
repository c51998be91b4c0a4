/**
 * Pages of a collection: what the client asks for, what it gets, and the links between them. Stands on
 * {@link dev.scalableapi.core.http}. Values are immutable; a {@link dev.scalableapi.core.page.CursorKeyRing} can be changed.
 */
@NullMarked
package dev.scalableapi.core.page;

import org.jspecify.annotations.NullMarked;
