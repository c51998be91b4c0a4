package dev.scalableapi.core.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.core.http.RouteMatch;
import dev.scalableapi.testkit.TestSeed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestHashTest {
    /** So few texts that two requests often differ in nothing but where one part ends. */
    private static final List<String> TEXTS = List.of("a", "b", "aa", "ab", "aab", "b/", "/b", "a/b");

    /** All that counts of a request. */
    private record Parts(
            String method,
            String target,
            @Nullable String tenant,
            @Nullable String caller,
            @Nullable String client,
            List<String> types,
            List<String> codings,
            String body) {
        String fingerprint() {
            ApiRequest.Builder request = ApiRequest.builder(method, target);
            types.forEach(type -> request.header("Content-Type", type));
            codings.forEach(coding -> request.header("Content-Encoding", coding));
            ApiRequest built = request.build();
            if (caller != null) {
                Caller known = Caller.of(caller);
                known = tenant == null ? known : known.withTenant(tenant);
                built.exchange().put(Caller.KEY, client == null ? known : known.withClient(client));
            }
            return RequestHash.fingerprint(built, body.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void fingerprintsAreEqualIfAndOnlyIfAllPartsAre() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        Map<String, Parts> seen = new HashMap<>();
        Map<Parts, String> prints = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            Parts parts = parts(random);
            String print = parts.fingerprint();
            assertThat(seen.merge(print, parts, (one, other) -> one))
                    .as("seed %d", seed)
                    .isEqualTo(parts);
            assertThat(prints.merge(parts, print, (one, other) -> one))
                    .as("seed %d", seed)
                    .isEqualTo(print);
        }
        assertThat(prints).hasSameSizeAs(seen).hasSizeLessThan(100_000);
    }

    private static Parts parts(Random random) {
        String caller = random.nextBoolean() ? null : text(random);
        return new Parts(
                random.nextBoolean() ? "POST" : "PATCH",
                "/" + (random.nextBoolean() ? "a" : "aa"),
                caller == null || random.nextBoolean() ? null : text(random),
                caller,
                caller == null || random.nextInt(4) > 0 ? null : text(random),
                texts(random),
                random.nextInt(4) > 0 ? List.of() : texts(random),
                random.nextBoolean() ? "" : text(random));
    }

    private static List<String> texts(Random random) {
        List<String> texts = new ArrayList<>();
        while (random.nextInt(3) == 0) {
            texts.add(text(random));
        }
        return texts;
    }

    private static String text(Random random) {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }

    @Test
    void keyIsScopedByCallerMethodRouteAndItsParameters() {
        List<String> all = new ArrayList<>();
        for (String method : List.of("POST", "PATCH")) {
            for (RouteMatch route : List.of(
                    route("/a/{b}", Map.of("b", "1")),
                    route("/a/{b}", Map.of("b", "2")),
                    route("/a/{c}", Map.of("c", "1")),
                    route("/a/1", Map.of()),
                    route("/{a}/{b}", Map.of("a", "1", "b", "2")),
                    route("/{a}/{b}", Map.of("a", "2", "b", "1")))) {
                for (Caller caller : List.of(
                        Caller.of("1"),
                        Caller.of("2"),
                        Caller.of("1").withTenant("2"),
                        Caller.of("2").withTenant("1"),
                        Caller.of("1").withClient("2"))) {
                    for (String key : List.of("k", "k1")) {
                        all.add(scoped(method, route, caller, key));
                    }
                }
                all.add(scoped(method, route, null, "k"));
            }
        }
        assertThat(all).doesNotHaveDuplicates().allMatch(key -> key.length() == 43);
    }

    @Test
    void otherQueryIsNoOtherScope() {
        RouteMatch route = route("/a", Map.of());
        assertThat(RequestHash.scoped(
                        new IdempotencyKey("k"),
                        ApiRequest.builder("POST", "/a?b").build(),
                        route))
                .isEqualTo(scoped("POST", route, null, "k"));
    }

    @Test
    void parametersCountInAnyOrder() {
        // From another program: the order of an immutable map differs from one process to the next.
        RouteMatch many = route("/{a}/{b}/{c}", Map.of("c", "3", "b", "2", "a", "1"));
        assertThat(scoped("POST", many, Caller.of("x"), "k")).isEqualTo("2NMceXU3q-8fHnuI_kTMpbWWX06BXz-dnum9Z6unstw");
    }

    private static RouteMatch route(String template, Map<String, String> parameters) {
        return new RouteMatch(template, Access.open(), parameters);
    }

    private static String scoped(String method, RouteMatch route, @Nullable Caller caller, String key) {
        ApiRequest request = ApiRequest.builder(method, "/a").build();
        if (caller != null) {
            request.exchange().put(Caller.KEY, caller);
        }
        return RequestHash.scoped(new IdempotencyKey(key), request, route);
    }
}
