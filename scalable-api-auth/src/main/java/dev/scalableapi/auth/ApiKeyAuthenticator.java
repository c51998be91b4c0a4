package dev.scalableapi.auth;

import dev.scalableapi.auth.audit.AuthEvent;
import dev.scalableapi.auth.audit.AuthEventListener;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.http.Violation;
import dev.scalableapi.core.internal.WarningPacer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Finds the caller by an API key in a header field. The key is hashed at once (SHA-256); the application's
 * {@link ApiKeyStore} is asked for the hash, and the stored hash is compared in constant time. Neither the key nor its hash
 * is in a log, a metric or a message.
 *
 * <p>A key has 22 to 256 visible ASCII characters, so that it can be random enough for a plain hash: make keys with
 * {@link #generate}. Passwords, which people choose, need a {@link dev.scalableapi.auth.login.PasswordHasher} instead. A key
 * that is malformed, unknown or expired is 401 {@code INVALID_API_KEY}; a repeated field is 400 {@code INVALID_REQUEST};
 * while the store fails, or too many look-ups are running, the answer is 503.
 *
 * <p>A result of the store is kept for a while ({@link Builder#cacheFor}), accepted and rejected keys apart. However many
 * requests bring a key at once, the store is asked once. Thread-safe; does not block.
 */
public final class ApiKeyAuthenticator implements Authenticator {
    private static final int MIN_LENGTH = 22;
    private static final int MAX_LENGTH = 256;
    private static final int RANDOM_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");
    private static final AttributeKey<Boolean> CACHED = AttributeKey.booleanKey("cached");
    private static final Attributes HIT = Attributes.of(OUTCOME, "verified", CACHED, true);
    private static final Attributes MISS = Attributes.of(OUTCOME, "verified", CACHED, false);
    private static final Attributes REJECTED = Attributes.of(OUTCOME, "rejected");
    private static final Attributes UNAVAILABLE = Attributes.of(OUTCOME, "unavailable");

    private final ApiKeyStore store;
    private final String header;
    private final Duration cacheFor;
    private final Clock clock;
    private final AuthEventListener listener;
    private final LongCounter verifications;
    private final SharedVerifications<Lookup> lookups;
    private final WarningPacer warnings = WarningPacer.create();
    private final Authentication absent;

    private ApiKeyAuthenticator(Builder builder) {
        store = builder.store;
        header = builder.header;
        cacheFor = builder.cacheFor;
        clock = builder.clock;
        listener = builder.listener.guarded();
        lookups = new SharedVerifications<>(
                builder.maxCached, builder.maxConcurrent, Lookup.UNAVAILABLE, builder.nanoTime);
        absent = Authentication.Absent.of(challenge());
        verifications = builder.telemetry
                .getMeter("dev.scalableapi.auth")
                .counterBuilder("scalableapi.auth.api_keys")
                .setDescription("API keys verified, by outcome, and whether they were cached")
                .setUnit("{key}")
                .build();
    }

    /**
     * {@return a builder}
     *
     * @param store finds keys by their hash
     */
    public static Builder builder(ApiKeyStore store) {
        return new Builder(store);
    }

    /**
     * {@return a new key: the prefix, and 256 random bits in base64url} It is shown to its owner once; only its
     * {@link #hash} is stored.
     *
     * @param prefix such as {@code teas_live_}, by which people and secret scanners recognize the key; up to 32 visible
     *     ASCII characters
     * @throws IllegalArgumentException if the prefix is too long or has other characters
     */
    public static String generate(String prefix) {
        if (prefix.length() > 32 || !isVisible(prefix)) {
            throw new IllegalArgumentException("A prefix has up to 32 visible ASCII characters");
        }
        byte[] random = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(random);
        return prefix + Base64Url.encode(random);
    }

    /**
     * {@return the SHA-256 of a key in lower-case hexadecimal, 64 characters}
     *
     * @param key the key
     */
    public static String hash(String key) {
        return HexFormat.of().formatHex(CredentialHash.sha256(key));
    }

    @Override
    public Optional<Authentication> remembered(ApiRequest request) {
        List<String> fields = request.headers().all(header);
        if (fields.isEmpty()) {
            return Optional.of(absent);
        }
        if (fields.size() > 1) {
            return Optional.of(new Authentication.Rejected(repeated()));
        }
        String key = fields.get(0);
        if (!isWellFormed(key)) {
            return Optional.of(reject("malformed"));
        }
        Lookup known = lookups.findAccepted(CredentialHash.of(key));
        if (known == null || known.key == null || isExpired(known.key)) {
            return Optional.empty();
        }
        verifications.add(1, HIT);
        return Optional.of(Authentication.Authenticated.of(known.key.caller()));
    }

    @Override
    public CompletionStage<Authentication> authenticate(ApiRequest request) {
        Optional<Authentication> known = remembered(request);
        if (known.isPresent()) {
            return CompletableFuture.completedFuture(known.get());
        }
        String key = request.headers().all(header).get(0);
        return lookups.result(CredentialHash.of(key), () -> look(hash(key))).thenApply(this::authentication);
    }

    private CompletionStage<SharedVerifications.Result<Lookup>> look(String hash) {
        CompletionStage<Optional<StoredApiKey>> found;
        try {
            found = store.find(hash);
        } catch (RuntimeException e) {
            found = CompletableFuture.failedFuture(e);
        }
        return found.handle((key, failure) -> key == null ? failed(failure) : result(hash, key));
    }

    private SharedVerifications.Result<Lookup> result(String hash, Optional<StoredApiKey> found) {
        StoredApiKey key = found.filter(stored -> isEqual(stored.hash(), hash)).orElse(null);
        return new SharedVerifications.Result<>(new Lookup(key, false), key != null, cacheFor);
    }

    /** In constant time, and exactly: a database may have compared without regard to case. */
    private static boolean isEqual(String stored, String hash) {
        return MessageDigest.isEqual(stored.getBytes(StandardCharsets.UTF_8), hash.getBytes(StandardCharsets.UTF_8));
    }

    private SharedVerifications.Result<Lookup> failed(@Nullable Throwable failure) {
        if (warnings.isDue()) {
            Throwable cause = failure == null ? new NullPointerException("No result") : ApiPipeline.cause(failure);
            LoggerFactory.getLogger(ApiKeyAuthenticator.class).warn("The store of API keys fails", cause);
        }
        return new SharedVerifications.Result<>(Lookup.UNAVAILABLE, false, Duration.ZERO);
    }

    private Authentication authentication(Lookup lookup) {
        if (lookup.unavailable) {
            verifications.add(1, UNAVAILABLE);
            return new Authentication.Unavailable(Duration.ofSeconds(1));
        }
        if (lookup.key == null) {
            return reject("unknown");
        }
        if (isExpired(lookup.key)) {
            return reject("expired");
        }
        verifications.add(1, MISS);
        return Authentication.Authenticated.of(lookup.key.caller());
    }

    private boolean isExpired(StoredApiKey key) {
        Optional<Instant> end = key.expiresAt();
        return end.isPresent() && !clock.instant().isBefore(end.get());
    }

    private Authentication reject(String reason) {
        verifications.add(1, REJECTED);
        listener.onEvent(new AuthEvent.ApiKeyRejected(reason));
        return new Authentication.Rejected(ApiException.of(401, "INVALID_API_KEY", "The API key is not valid.")
                .withHeader("WWW-Authenticate", challenge()));
    }

    private ApiException repeated() {
        return ApiException.of(
                400,
                "INVALID_REQUEST",
                Violation.header(header, "The API key must be sent once.").withKey("apikey.repeated"));
    }

    private String challenge() {
        return "ApiKey header=\"" + header + '"';
    }

    private static boolean isWellFormed(String key) {
        return key.length() >= MIN_LENGTH && key.length() <= MAX_LENGTH && isVisible(key);
    }

    private static boolean isVisible(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    /** What the store has answered: a key, none, or nothing that can be used. */
    private record Lookup(@Nullable StoredApiKey key, boolean unavailable) {
        private static final Lookup UNAVAILABLE = new Lookup(null, true);
    }

    /** Collects the settings. Not thread-safe. */
    public static final class Builder {
        private static final Duration LONGEST = Duration.ofHours(1);

        private final ApiKeyStore store;
        private String header = "X-API-Key";
        private Duration cacheFor = Duration.ofSeconds(30);
        private int maxCached = 10_000;
        private int maxConcurrent = 100;
        private AuthEventListener listener = AuthEventListener.noop();
        private OpenTelemetry telemetry = OpenTelemetry.noop();
        private Clock clock = Clock.systemUTC();
        private LongSupplier nanoTime = System::nanoTime;

        private Builder(ApiKeyStore store) {
            this.store = store;
        }

        /**
         * Sets the header field that contains the key; {@code X-API-Key} unless set. Keys in a query are not supported,
         * because queries are logged.
         *
         * @param name a field name other than {@code Authorization}
         * @return this
         * @throws IllegalArgumentException if it is another
         */
        public Builder header(String name) {
            if (name.equalsIgnoreCase("Authorization")) {
                throw new IllegalArgumentException("Authorization contains a scheme: use another field for API keys");
            }
            Headers.of(name, "");
            header = name;
            return this;
        }

        /**
         * Sets how long a result of the store is kept; 30 seconds unless set. A key that is deleted in the store is
         * accepted for at most this long.
         *
         * @param time from zero, which keeps nothing, to one hour
         * @return this
         * @throws IllegalArgumentException if it is outside
         */
        public Builder cacheFor(Duration time) {
            if (time.isNegative() || time.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("cacheFor must be from zero to " + LONGEST);
            }
            cacheFor = time;
            return this;
        }

        /**
         * Sets how many accepted keys are kept, and as many rejected ones; 10,000 unless set.
         *
         * @param keys from 1 to 1,000,000
         * @return this
         * @throws IllegalArgumentException if it is outside
         */
        public Builder maxCached(int keys) {
            maxCached = within(keys, 1_000_000, "maxCached");
            return this;
        }

        /**
         * Sets how many look-ups may run at a time; 100 unless set. A request that needs one more is answered 503.
         *
         * @param lookups from 1 to 10,000
         * @return this
         * @throws IllegalArgumentException if it is outside
         */
        public Builder maxConcurrent(int lookups) {
            maxConcurrent = within(lookups, 10_000, "maxConcurrent");
            return this;
        }

        private static int within(int value, int most, String name) {
            if (value < 1 || value > most) {
                throw new IllegalArgumentException(name + " must be from 1 to " + most);
            }
            return value;
        }

        /**
         * Sets who is told of rejected keys.
         *
         * @param listener must be fast: the request waits for it
         * @return this
         */
        public Builder listener(AuthEventListener listener) {
            this.listener = listener;
            return this;
        }

        /**
         * Sets where the metric {@code scalableapi.auth.api_keys} goes: the number of verified keys, by {@code outcome},
         * and whether they were {@code cached}.
         *
         * @param telemetry the application's
         * @return this
         */
        public Builder openTelemetry(OpenTelemetry telemetry) {
            this.telemetry = telemetry;
            return this;
        }

        /**
         * Sets the clock that decides whether a key has expired; the system's unless set.
         *
         * @param clock the clock
         * @return this
         */
        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /** Sets the clock for ages in the cache, for tests. */
        Builder nanoTime(LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
            return this;
        }

        /** {@return the authenticator} */
        public ApiKeyAuthenticator build() {
            return new ApiKeyAuthenticator(this);
        }
    }
}
