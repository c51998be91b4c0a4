package dev.scalableapi.examples.shop.http;

import dev.scalableapi.auth.AuthenticationFilter;
import dev.scalableapi.auth.AuthorizationFilter;
import dev.scalableapi.auth.SigningKey;
import dev.scalableapi.auth.login.PasswordHasher;
import dev.scalableapi.auth.login.PasswordLogin;
import dev.scalableapi.core.fields.FieldMaskModule;
import dev.scalableapi.core.health.HealthCheck;
import dev.scalableapi.core.health.HealthRegistry;
import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.BlockingExecutor;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.BodyDeadline;
import dev.scalableapi.core.http.CacheControl;
import dev.scalableapi.core.http.CompressionFilter;
import dev.scalableapi.core.http.ConditionalFilter;
import dev.scalableapi.core.http.ContentCoding;
import dev.scalableapi.core.http.CorsFilter;
import dev.scalableapi.core.http.EntityTag;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.core.http.RequestLimits;
import dev.scalableapi.core.http.Routes;
import dev.scalableapi.core.http.SecurityHeadersFilter;
import dev.scalableapi.core.http.Stage;
import dev.scalableapi.core.ratelimit.RateLimitFilter;
import dev.scalableapi.core.ratelimit.RateLimiter;
import dev.scalableapi.core.telemetry.RequestLog;
import dev.scalableapi.core.telemetry.TelemetryFilter;
import dev.scalableapi.errors.ErrorCatalog;
import dev.scalableapi.errors.ErrorFilter;
import dev.scalableapi.errors.ErrorRenderer;
import dev.scalableapi.examples.shop.catalog.Pruning;
import dev.scalableapi.examples.shop.database.Database;
import dev.scalableapi.examples.shop.setup.ShopData;
import dev.scalableapi.examples.shop.setup.ShopStores;
import dev.scalableapi.examples.shop.setup.ShutdownSequence;
import dev.scalableapi.examples.shop.user.Account;
import dev.scalableapi.examples.shop.user.UserRepository;
import dev.scalableapi.messaging.jdbc.JdbcIdempotencyStore;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** The shop as one function from request to response: every block of the library, wired once. */
public final class ShopApi {
    private static final int LIMITED_KEYS = 100_000;

    /** Twice the connections of the two databases: more would only wait. */
    private static final int QUERIES = 2 * 2 * Database.POOL_SIZE;

    private static final int WAITING = 1_000;

    /** Keys are kept for a day, so what is deleted late takes little room. */
    private static final Duration PRUNING = Duration.ofMinutes(10);

    /** A mebibyte in this time is less than the slowest phone's upload. */
    private static final Duration BODY_DEADLINE = Duration.ofSeconds(30);

    /** The page of the error codes changes with a release only. */
    private static final Duration PAGE_MAX_AGE = Duration.ofHours(1);

    private ShopApi() {}

    /**
     * {@return the shop's API}
     *
     * @param data what it sells, and to whom
     * @param stores what it has in common with other instances
     * @param telemetry what it tells of itself
     * @param key signs the tokens
     * @param hasher of passwords
     * @param limits how much it takes
     * @param origins of the pages that may call it from a browser, besides its own
     * @param shutdown closes what is opened here
     */
    public static ApiHandler create(
            ShopData data,
            ShopStores stores,
            ShopTelemetry telemetry,
            SigningKey key,
            PasswordHasher hasher,
            ShopLimits limits,
            List<String> origins,
            ShutdownSequence shutdown) {
        Clock clock = Clock.systemUTC();
        BlockingExecutor queries = shutdown.closing("queries", BlockingExecutor.create(QUERIES, WAITING));
        PasswordLogin<Account> logins =
                shutdown.closing("logins", logins(data.users().repository(), hasher));
        Json json =
                Json.of(Json.strictMapper().addModule(FieldMaskModule.create()).build());
        Sessions sessions = Sessions.create(key, stores, limits.cachedTokens(), telemetry.openTelemetry(), shutdown);

        Routes.Builder routes = Routes.builder();
        UserRepository users = data.users().repository();
        new AccountRoutes(json, users, logins, queries).addTo(routes);
        new SessionRoutes(json, users, sessions, logins, queries).addTo(routes);
        JdbcIdempotencyStore keys = data.catalog().idempotency(queries);
        shutdown.closing("pruning", Pruning.every(PRUNING, keys));
        CatalogRoutes catalog = new CatalogRoutes(
                json, clock, data.catalog().products(), keys, stores.cache(), queries, telemetry.openTelemetry());
        catalog.addTo(routes);
        addOperations(routes, data, telemetry, queries);
        ErrorCatalog codes = ErrorCatalog.library().with(ErrorCatalog.of(ShopError.values()));
        routes.add("GET", "/docs/errors", Access.open(), page(codes.toHtml()));

        ErrorFilter errors = ErrorFilter.of(ErrorRenderer.builder()
                .documentation(URI.create("/docs/errors#"))
                .catalog(codes)
                .build());
        return ApiPipeline.of(
                routes.build(),
                TelemetryFilter.create(telemetry.openTelemetry()),
                RequestLog.create(),
                SecurityHeadersFilter.create(),
                cors(origins),
                errors,
                CompressionFilter.create(),
                ConditionalFilter.create(clock),
                RequestLimits.defaults().withCodings(ContentCoding.available()).filter(),
                BodyDeadline.of(BODY_DEADLINE).filter(),
                RateLimitFilter.byAddress(RateLimiter.inMemory(limits.perAddress(), LIMITED_KEYS)),
                AuthenticationFilter.of(sessions.verifier()),
                AuthorizationFilter.create(),
                RateLimitFilter.byCaller(RateLimiter.inMemory(limits.perCaller(), LIMITED_KEYS)),
                catalog.idempotency(),
                catalog.responses(),
                errors.at(Stage.HANDLER_ERRORS));
    }

    private static ApiHandler page(String html) {
        ApiResponse page = ApiResponse.of(200)
                .withHeader("Content-Type", "text/html; charset=utf-8")
                .withHeader(
                        "Cache-Control",
                        CacheControl.builder(CacheControl.Scope.PUBLIC)
                                .maxAge(PAGE_MAX_AGE)
                                .build()
                                .toString())
                .withHeader(
                        "ETag",
                        EntityTag.of(html.getBytes(StandardCharsets.UTF_8)).toString())
                .withBody(Body.of(html));
        return ApiHandler.direct(request -> page);
    }

    /** Pages of other origins are strangers unless they are named. */
    private static ApiFilter cors(List<String> origins) {
        if (origins.isEmpty()) {
            return (request, next) -> next.handle(request);
        }
        return CorsFilter.forOrigins(origins.toArray(String[]::new))
                .methods("PUT")
                .requestHeaders("Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match")
                .exposedHeaders("ETag", "Link", "Location", "Retry-After", "Idempotent-Replayed")
                .build();
    }

    private static PasswordLogin<Account> logins(UserRepository users, PasswordHasher hasher) {
        return PasswordLogin.builder(hasher, users::findByName, Account::passwordHash)
                .usernames(users.usernames())
                .lookupAsTyped(users::findUnprepared)
                .rehash((account, hash) ->
                        users.updatePasswordHash(account.user().id(), account.passwordHash(), hash))
                .listener(Sessions.audit())
                .build();
    }

    private static void addOperations(
            Routes.Builder routes, ShopData data, ShopTelemetry telemetry, BlockingExecutor queries) {
        HealthRegistry health = HealthRegistry.builder()
                .check(
                        "users",
                        HealthCheck.blocking(queries, () -> require(data.users().isReady())))
                .check(
                        "catalog",
                        HealthCheck.blocking(
                                queries, () -> require(data.catalog().isReady())))
                .build();
        routes.add("GET", "/health/live", Access.open(), health.liveHandler())
                .add("GET", "/health/ready", Access.open(), health.readyHandler())
                .add("GET", "/metrics", Access.open(), telemetry.metrics());
    }

    private static void require(boolean ready) {
        if (!ready) {
            throw new IllegalStateException("The database does not answer");
        }
    }
}
