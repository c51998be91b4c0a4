/** What the modules share among themselves; no part of the library's surface, and free to change. */
@NullMarked
package dev.scalableapi.core.internal;

import org.jspecify.annotations.NullMarked;
