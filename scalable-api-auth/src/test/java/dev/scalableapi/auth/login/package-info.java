@NullMarked
package dev.scalableapi.auth.login;

import org.jspecify.annotations.NullMarked;
