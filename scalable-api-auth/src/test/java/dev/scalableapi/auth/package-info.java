@NullMarked
package dev.scalableapi.auth;

import org.jspecify.annotations.NullMarked;
