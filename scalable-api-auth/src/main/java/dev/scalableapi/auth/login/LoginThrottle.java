package dev.scalableapi.auth.login;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.ratelimit.Decision;
import dev.scalableapi.core.ratelimit.RateLimiter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts failed logins, for an account from one network and for a network over all accounts. A login takes its permits
 * before the password is checked and gives them back unless it fails, so that guesses sent all at once are counted, too.
 * Thread-safe.
 */
final class LoginThrottle {
    private static final Logger LOG = LoggerFactory.getLogger(LoginThrottle.class);
    private static final int IPV6_NETWORK_BYTES = 8;

    private final RateLimiter accounts;
    private final RateLimiter addresses;

    LoginThrottle(RateLimiter accounts, RateLimiter addresses) {
        this.accounts = accounts;
        this.addresses = addresses;
    }

    /**
     * Takes the permits of one attempt: all, or none. The address comes first, so that one who sprays can't fill the
     * other limiter with names. Fails with a 503 if a limiter does: to let logins pass would be to let guesses pass.
     *
     * @param account a name of bounded length
     * @param address of the client; one that is unknown can't be told from others, so only the account is counted then
     */
    CompletionStage<Admission> admit(String account, Optional<InetAddress> address) {
        Optional<String> network = address.map(LoginThrottle::network);
        Permit ofAccount = new Permit(accounts, "login:account:" + network.orElse("?") + ":" + digest(fold(account)));
        return network.map(known -> takeAll(List.of(new Permit(addresses, "login:address:" + known), ofAccount), 0))
                .orElseGet(() -> takeAll(List.of(ofAccount), 0));
    }

    private static CompletionStage<Admission> takeAll(List<Permit> permits, int taken) {
        if (taken == permits.size()) {
            return CompletableFuture.completedFuture(new Admitted(permits));
        }
        return permits.get(taken)
                .take()
                .handle((decision, failure) -> {
                    if (decision != null && decision.allowed()) {
                        return takeAll(permits, taken + 1);
                    }
                    permits.subList(0, taken).forEach(Permit::giveBack);
                    return decision == null
                            ? CompletableFuture.<Admission>failedFuture(unavailable(failure))
                            : CompletableFuture.<Admission>completedFuture(new Refused(decision.retryAfter()));
                })
                .thenCompose(Function.identity());
    }

    private static ApiException unavailable(Throwable failure) {
        return ApiException.overloaded().withCause(ApiPipeline.cause(failure));
    }

    /** One host has all the addresses of an IPv6 /64 network. */
    private static String network(InetAddress address) {
        return address instanceof Inet6Address
                ? HexFormat.of().formatHex(address.getAddress(), 0, IPV6_NETWORK_BYTES)
                : address.getHostAddress();
    }

    /** Coarser than most databases compare: two names that share a key share permits, and no name has two keys. */
    private static String fold(String account) {
        return Normalizer.normalize(account, Normalizer.Form.NFKC)
                .strip()
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
    }

    /** Bounds the key, and keeps whatever people type as their name, at times a password, out of a shared store. */
    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JVM has no SHA-256", e);
        }
    }

    /** Whether an attempt may go on. */
    sealed interface Admission {}

    /** It may; unless it fails, its permits go back. */
    record Admitted(List<Permit> permits) implements Admission {
        /** Does not wait: who is slow to give back may refuse too much, never too little. */
        void giveBack() {
            permits.forEach(Permit::giveBack);
        }
    }

    /** It may not, for that long. */
    record Refused(Duration retryAfter) implements Admission {}

    /** A limiter with one of its keys. */
    private record Permit(RateLimiter limiter, String key) {
        CompletionStage<Decision> take() {
            return guarded(limiter::acquire);
        }

        void giveBack() {
            guarded(limiter::refund).whenComplete((done, failure) -> {
                if (failure != null) {
                    LOG.debug("A login's permit could not be given back", failure);
                }
            });
        }

        private <T> CompletionStage<T> guarded(Function<String, CompletionStage<T>> call) {
            try {
                return call.apply(key);
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
    }
}
