package dev.scalableapi.core.health;

import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Json;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Whether the server lives and whether it is ready, for probes. It lives as long as it can answer; it is ready when all
 * named checks are up and it is not stopping. Checks run at the same time, each once at a time, and their answers are
 * kept for a second unless set otherwise, however many probes ask. Thread-safe.
 *
 * <p>A probe sees names and UP or DOWN; why a check failed is in the log, one line for each change.
 */
public final class HealthRegistry {
    private final List<CachedCheck> checks;
    private final Json json = Json.create();
    private volatile boolean stopping;

    private HealthRegistry(List<CachedCheck> checks) {
        this.checks = checks;
    }

    /** {@return a builder without checks} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Makes the server not ready from now on, without asking any check: a load balancer is to send requests elsewhere
     * while those under way end.
     */
    public void stopping() {
        stopping = true;
    }

    /** {@return completes with the answers of all checks; never fails} */
    public CompletionStage<Health> ready() {
        if (stopping) {
            return CompletableFuture.completedFuture(new Health(HealthStatus.DOWN, Map.of()));
        }
        List<CompletableFuture<HealthStatus>> answers =
                checks.stream().map(CachedCheck::status).toList();
        return CompletableFuture.allOf(answers.toArray(new CompletableFuture<?>[0]))
                .thenApply(done -> {
                    Map<String, HealthStatus> byName = new LinkedHashMap<>();
                    for (int i = 0; i < answers.size(); i++) {
                        byName.put(checks.get(i).name(), answers.get(i).join());
                    }
                    return Health.of(byName);
                });
    }

    /** {@return the handler of {@code /health/live}: 200, and asks no check} */
    public ApiHandler liveHandler() {
        return ApiHandler.direct(request -> response(200, Map.of("status", HealthStatus.UP)));
    }

    /** {@return the handler of {@code /health/ready}: 200 when ready, else 503} */
    public ApiHandler readyHandler() {
        return request ->
                ready().thenApply(health -> response(health.status() == HealthStatus.UP ? 200 : 503, members(health)));
    }

    /** As plain values, so that the mapper needs no access to this module. */
    private static Map<String, Object> members(Health health) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("status", health.status());
        members.put("checks", health.checks());
        return members;
    }

    private ApiResponse response(int status, Object health) {
        return json.response(status, health).withHeader("Cache-Control", "no-store");
    }

    /** Collects checks and settings. Not thread-safe. */
    public static final class Builder {
        private final Map<String, HealthCheck> checks = new LinkedHashMap<>();
        private Duration timeout = Duration.ofSeconds(2);
        private Duration validity = Duration.ofSeconds(1);
        private Clock clock = Clock.systemUTC();

        private Builder() {}

        /**
         * Adds a check for readiness.
         *
         * @param name shown to probes
         * @param check what to ask
         * @return this
         * @throws IllegalArgumentException if the name is blank or there already
         */
        public Builder check(String name, HealthCheck check) {
            if (name.isBlank() || checks.putIfAbsent(name, check) != null) {
                throw new IllegalArgumentException("A health check wants a name of its own: " + name);
            }
            return this;
        }

        /**
         * Sets after which time a check counts as down; 2 seconds unless set.
         *
         * @param timeout above zero
         * @return this
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder timeout(Duration timeout) {
            if (timeout.isZero() || timeout.isNegative()) {
                throw new IllegalArgumentException("timeout must be above zero");
            }
            this.timeout = timeout;
            return this;
        }

        /**
         * Sets how long an answer counts, from the start of its check; 1 second unless set.
         *
         * @param validity zero to ask for each probe
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder validity(Duration validity) {
            if (validity.isNegative()) {
                throw new IllegalArgumentException("validity must not be negative");
            }
            this.validity = validity;
            return this;
        }

        /**
         * Sets the clock that answers age by; the system's unless set.
         *
         * @param clock the clock
         * @return this
         */
        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /** {@return the registry} */
        public HealthRegistry build() {
            List<CachedCheck> cached = new ArrayList<>();
            checks.forEach((name, check) -> cached.add(new CachedCheck(name, check, timeout, validity, clock)));
            return new HealthRegistry(List.copyOf(cached));
        }
    }
}
