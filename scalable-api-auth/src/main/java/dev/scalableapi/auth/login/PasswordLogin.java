package dev.scalableapi.auth.login;

import dev.scalableapi.auth.audit.AuthEvent;
import dev.scalableapi.auth.audit.AuthEvent.LoginFailed;
import dev.scalableapi.auth.audit.AuthEvent.LoginSucceeded;
import dev.scalableapi.auth.audit.AuthEvent.LoginThrottled;
import dev.scalableapi.auth.audit.AuthEventListener;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.BlockingExecutor;
import dev.scalableapi.core.http.ThreadContext;
import dev.scalableapi.core.ratelimit.RateLimit;
import dev.scalableapi.core.ratelimit.RateLimiter;
import io.opentelemetry.context.Context;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks names and passwords, for any type of account:
 *
 * <ul>
 *   <li>Failed logins are counted, for an account from one address and for an address over all accounts. A login counts
 *       from the start, so that guesses sent all at once are counted, and no longer once it turns out not to have
 *       failed. Beyond either limit nothing is looked up and nothing hashed. The addresses of one IPv6 /64 network are
 *       one; an unknown address has no limit of its own.
 *   <li>A name that does not exist costs the work of one that does, and has the same result. An account whose hash has
 *       another cost than new ones have takes another time, until it is hashed anew. What the lookup itself takes is not
 *       evened out.
 *   <li>Hashing has its own threads, half as many as the machine has cores, and 64 logins wait at the most; any more
 *       are refused with {@link ApiException#overloaded()}. Logins so take no more than their share of the machine.
 *   <li>A limiter that fails makes logins fail with the same 503: without it, guesses would not be counted.
 * </ul>
 *
 * <p>A name of more than 256 characters or a password of more than 1,024 counts as a failed login, without a lookup or
 * hashing. That depends on what the client sent alone, and so tells nothing of who exists.
 *
 * <p>The lookup, and what stores new hashes, run on the threads that hash, and may block. The stages returned here complete
 * there, or where a limiter completes: what follows on them must not block. Thread-safe; closed by its owner.
 *
 * @param <A> the type of accounts
 */
public final class PasswordLogin<A> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PasswordLogin.class);
    private static final int MAX_USERNAME = 256;
    private static final int MAX_PASSWORD = 1024;

    private final PasswordHasher hasher;
    private final Function<? super String, Optional<A>> lookup;
    private final Function<? super A, String> passwordHashOf;
    private final Optional<UsernameProfile> usernames;
    private final Optional<Function<? super String, Optional<A>>> lookupAsTyped;
    private final Optional<BiConsumer<? super A, ? super String>> rehash;
    private final AuthEventListener listener;
    private final LoginThrottle throttle;
    private final BlockingExecutor bulkhead;

    /** What an unknown name is checked against. */
    private final String decoy;

    private PasswordLogin(Builder<A> builder) {
        hasher = builder.hasher;
        lookup = builder.lookup;
        passwordHashOf = builder.passwordHashOf;
        usernames = builder.usernames;
        lookupAsTyped = builder.lookupAsTyped;
        rehash = builder.rehash;
        listener = builder.listener.guarded();
        throttle = new LoginThrottle(builder.accountLimiter, builder.addressLimiter);
        decoy = hasher.decoy();
        bulkhead = BlockingExecutor.create(builder.concurrency, builder.queue);
    }

    /**
     * {@return a builder of logins}
     *
     * @param hasher of passwords
     * @param lookup finds the account with a name of at most 256 characters: the prepared form if {@link Builder#usernames}
     *     is set, else the client's spelling; may block. Returns an empty result, too, for an account that has no password
     *     or may not log in. The login fails with the exception that it throws
     * @param passwordHashOf returns the string that the hasher made for an account
     * @param <A> the type of accounts
     */
    public static <A> Builder<A> builder(
            PasswordHasher hasher,
            Function<? super String, Optional<A>> lookup,
            Function<? super A, String> passwordHashOf) {
        return new Builder<>(hasher, lookup, passwordHashOf);
    }

    /**
     * Checks a name and a password.
     *
     * @param username as the client sent it; spellings with the same prepared form, and spellings that differ in case,
     *     spaces around them or Unicode compatibility forms (NFKC) only, share one limit of failures
     * @param password what the client sent
     * @param address of the client, if it is known: behind a proxy, not the proxy's
     * @return completes with the result, or with {@link ApiException#overloaded()} if too many logins wait or a limiter
     *     fails, or with what the lookup has thrown
     */
    public CompletionStage<LoginResult<A>> attempt(String username, String password, Optional<InetAddress> address) {
        Attempt attempt = new Attempt(
                username,
                prepared(username),
                password,
                address.map(InetAddress::getHostAddress),
                ThreadContext.capture(Context.current()));
        return throttle.admit(attempt.account(), address)
                .thenCompose(admission -> admission instanceof LoginThrottle.Admitted admitted
                        ? check(attempt, admitted)
                        : CompletableFuture.completedFuture(throttled(attempt, (LoginThrottle.Refused) admission)));
    }

    /** The client's spelling if no profile is set; empty if the profile rejects the name. */
    private Optional<String> prepared(String username) {
        if (username.length() > MAX_USERNAME || usernames.isEmpty()) {
            return Optional.of(username);
        }
        return usernames.get().prepare(username).filter(name -> name.length() <= MAX_USERNAME);
    }

    private LoginResult<A> throttled(Attempt attempt, LoginThrottle.Refused refused) {
        tell(attempt, new LoginThrottled(attempt.account(), attempt.address));
        return new LoginResult.Throttled<>(refused.retryAfter());
    }

    private CompletionStage<LoginResult<A>> check(Attempt attempt, LoginThrottle.Admitted admitted) {
        if (attempt.isTooLong()) {
            return CompletableFuture.completedFuture(failed(attempt));
        }
        return onBulkhead(attempt.context, () -> check(attempt)).whenComplete((result, failure) -> {
            if (!(result instanceof LoginResult.Failed)) {
                admitted.giveBack();
            }
        });
    }

    /** The password is always checked, and only then is it asked whether there is an account. */
    private LoginResult<A> check(Attempt attempt) {
        Optional<A> account = find(attempt);
        String stored = account.map(passwordHashOf).orElse(decoy);
        if (!matches(attempt.password, stored) || account.isEmpty()) {
            return failed(attempt);
        }
        renew(account.get(), attempt.password, stored);
        tell(attempt, new LoginSucceeded(attempt.account(), attempt.address));
        return new LoginResult.Succeeded<>(account.get());
    }

    private Optional<A> find(Attempt attempt) {
        return lookupAsTyped
                .flatMap(function -> function.apply(attempt.username))
                .or(() -> attempt.prepared.flatMap(lookup));
    }

    private LoginResult<A> failed(Attempt attempt) {
        tell(attempt, new LoginFailed(attempt.account(), attempt.address));
        return new LoginResult.Failed<>();
    }

    /** A damaged hash is no reason to tell the client that there is one. */
    private boolean matches(String password, String stored) {
        try {
            return hasher.verify(password, stored);
        } catch (IllegalArgumentException unknownFormat) {
            LOG.warn("The hasher does not know the format of a stored password hash; the account's logins fail");
            hasher.verify(password, decoy);
            return false;
        }
    }

    /** The message of what is thrown may repeat the row, so it is not logged. */
    private void renew(A account, String password, String stored) {
        if (rehash.isEmpty() || !hasher.needsRehash(stored)) {
            return;
        }
        try {
            rehash.get().accept(account, hasher.hash(password));
        } catch (RuntimeException e) {
            LOG.warn(
                    "A password was not hashed anew, and will be at the next login: {}",
                    e.getClass().getName());
        }
    }

    private void tell(Attempt attempt, AuthEvent event) {
        attempt.context.wrap(() -> listener.onEvent(event)).run();
    }

    /**
     * Hashes a password to store, within the same bulkhead as logins, so limit how often that may be asked for, too.
     *
     * @param password what the user chose
     * @return completes with the hash, or with {@link ApiException#overloaded()}, or with an
     *     {@link IllegalArgumentException} if the hasher does not take the password
     */
    public CompletionStage<String> hash(String password) {
        return onBulkhead(ThreadContext.capture(Context.current()), () -> hasher.hash(password));
    }

    private <T> CompletionStage<T> onBulkhead(ThreadContext context, Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            bulkhead.execute(context.wrap(() -> complete(result, work)));
        } catch (RejectedExecutionException full) {
            result.completeExceptionally(ApiException.overloaded());
        }
        return result;
    }

    private static <T> void complete(CompletableFuture<T> result, Supplier<T> work) {
        try {
            result.complete(work.get());
        } catch (Throwable t) {
            result.completeExceptionally(t);
        }
    }

    /** Refuses new logins; those that run or wait still end. */
    @Override
    public void close() {
        bulkhead.close();
    }

    /** What a client sent, from where, and for which request; its text form shows nothing of it. */
    private record Attempt(
            String username,
            Optional<String> prepared,
            String password,
            Optional<String> address,
            ThreadContext context) {
        boolean isTooLong() {
            return username.length() > MAX_USERNAME || password.length() > MAX_PASSWORD;
        }

        /** The prepared name; the client's spelling if there is none, cut before a character that would not fit whole. */
        String account() {
            if (username.length() <= MAX_USERNAME) {
                return prepared.orElse(username);
            }
            int end = Character.isHighSurrogate(username.charAt(MAX_USERNAME - 1)) ? MAX_USERNAME - 1 : MAX_USERNAME;
            return username.substring(0, end);
        }

        @Override
        public String toString() {
            return "Attempt";
        }
    }

    /**
     * Collects the settings of logins. Not thread-safe.
     *
     * @param <A> the type of accounts
     */
    public static final class Builder<A> {
        private static final Duration MINUTE = Duration.ofMinutes(1);
        private static final int MAX_KEYS = 100_000;

        private final PasswordHasher hasher;
        private final Function<? super String, Optional<A>> lookup;
        private final Function<? super A, String> passwordHashOf;
        private Optional<UsernameProfile> usernames = Optional.empty();
        private Optional<Function<? super String, Optional<A>>> lookupAsTyped = Optional.empty();
        private Optional<BiConsumer<? super A, ? super String>> rehash = Optional.empty();
        private AuthEventListener listener = AuthEventListener.noop();
        private RateLimiter accountLimiter = RateLimiter.inMemory(RateLimit.of(10, MINUTE), MAX_KEYS);
        private RateLimiter addressLimiter = RateLimiter.inMemory(RateLimit.of(100, MINUTE), MAX_KEYS);
        private int concurrency = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        private int queue = 64;

        private Builder(
                PasswordHasher hasher,
                Function<? super String, Optional<A>> lookup,
                Function<? super A, String> passwordHashOf) {
            this.hasher = hasher;
            this.lookup = lookup;
            this.passwordHashOf = passwordHashOf;
        }

        /**
         * Sets the profile that prepares usernames. The lookup, the limits of failures and the events then use the prepared
         * form; a name that the profile rejects fails like an unknown name, after the same work. Store accounts with the
         * prepared form of the same profile, and make that form unique. Unless set, names are used as the client spells
         * them.
         *
         * @param profile such as {@link UsernameProfile#precis()}
         * @return this
         */
        public Builder<A> usernames(UsernameProfile profile) {
            this.usernames = Optional.of(profile);
            return this;
        }

        /**
         * Sets a lookup by the client's spelling, which precedes the lookup by the prepared form. It is for accounts from
         * before a {@linkplain #usernames profile} was set that have no prepared form of their own: the profile rejects
         * their name, or another account has the same prepared form. No such lookup unless set.
         *
         * @param lookup finds only accounts without a prepared form, with a name of at most 256 characters; may block
         * @return this
         */
        public Builder<A> lookupAsTyped(Function<? super String, Optional<A>> lookup) {
            this.lookupAsTyped = Optional.of(lookup);
            return this;
        }

        /**
         * Sets what stores a new hash after a login whose stored one {@linkplain PasswordHasher#needsRehash needs it};
         * nothing is hashed anew unless set. It may block, and must replace no hash but the one that the account was
         * found with: the password may have been changed in between. What it throws is logged, by its class alone, and
         * the login succeeds.
         *
         * @param rehash takes the account, as it was found, and the new hash
         * @return this
         */
        public Builder<A> rehash(BiConsumer<? super A, ? super String> rehash) {
            this.rehash = Optional.of(rehash);
            return this;
        }

        /**
         * Sets who is told of each login's end, but for those that were refused with 503; nobody unless set.
         *
         * @param listener takes {@link LoginSucceeded}, {@link LoginFailed} and {@link LoginThrottled}
         * @return this
         */
        public Builder<A> listener(AuthEventListener listener) {
            this.listener = listener;
            return this;
        }

        /**
         * Sets what limits the failures of an account from one address; ten a minute, in this process's memory, unless
         * set. Its keys have at most 80 characters and begin with {@code login:account:}. Right logins count while they
         * run, and for good if the limiter does not {@linkplain RateLimiter#refund take permits back}.
         *
         * @param limiter the rate
         * @return this
         */
        public Builder<A> accountLimiter(RateLimiter limiter) {
            this.accountLimiter = limiter;
            return this;
        }

        /**
         * Sets what limits the failures of an address over all accounts, as when one password is tried on many; a
         * hundred a minute, in this process's memory, unless set. Its keys have at most 80 characters and begin with
         * {@code login:address:}.
         *
         * @param limiter the rate
         * @return this
         */
        public Builder<A> addressLimiter(RateLimiter limiter) {
            this.addressLimiter = limiter;
            return this;
        }

        /**
         * Sets how many logins are checked at once, and how many wait; half as many as there are cores, and 64, unless
         * set.
         *
         * @param concurrency at the most; at least 1
         * @param queue at the most; at least 1
         * @return this
         * @throws IllegalArgumentException if either is below 1
         */
        public Builder<A> bulkhead(int concurrency, int queue) {
            if (concurrency < 1 || queue < 1) {
                throw new IllegalArgumentException("concurrency and queue must be at least 1");
            }
            this.concurrency = concurrency;
            this.queue = queue;
            return this;
        }

        /** {@return the logins, to be closed by the caller} */
        public PasswordLogin<A> build() {
            return new PasswordLogin<>(this);
        }
    }
}
