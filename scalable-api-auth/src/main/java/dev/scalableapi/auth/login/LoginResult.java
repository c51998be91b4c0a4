package dev.scalableapi.auth.login;

import java.time.Duration;

/**
 * How a login ended. Immutable as far as the account is.
 *
 * @param <A> the type of accounts
 */
public sealed interface LoginResult<A> {
    /**
     * The password is the account's.
     *
     * @param account as it was found; one whose password has just been hashed anew still has the old hash
     * @param <A> the type of accounts
     */
    record Succeeded<A>(A account) implements LoginResult<A> {
        /** {@return a fixed text: an account may show its hash} */
        @Override
        public String toString() {
            return "Succeeded";
        }
    }

    /**
     * The password is wrong, or there is no such account: nobody is told which.
     *
     * @param <A> the type of accounts
     */
    record Failed<A>() implements LoginResult<A> {}

    /**
     * Too many logins have failed; the password was not looked at.
     *
     * @param retryAfter how long to wait
     * @param <A> the type of accounts
     */
    record Throttled<A>(Duration retryAfter) implements LoginResult<A> {}
}
