/** JSON types and values for the modules of this library; not for applications. */
@NullMarked
package dev.scalableapi.core.internal.json;

import org.jspecify.annotations.NullMarked;
