@NullMarked
package dev.scalableapi.auth.refresh;

import org.jspecify.annotations.NullMarked;
