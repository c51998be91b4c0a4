@NullMarked
package dev.scalableapi.auth.revocation;

import org.jspecify.annotations.NullMarked;
