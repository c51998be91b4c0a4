/**
 * Logins with a password: {@link dev.scalableapi.auth.login.PasswordLogin} checks one against any kind of account, with
 * the throttling, the equal work and the bulkhead that it takes, and {@link dev.scalableapi.auth.login.PasswordHasher}
 * makes what is stored.
 *
 * <p>No message, {@code toString}, event or exception of this package holds a password or a hash. Nothing is null unless
 * marked so.
 */
@NullMarked
package dev.scalableapi.auth.login;

import org.jspecify.annotations.NullMarked;
