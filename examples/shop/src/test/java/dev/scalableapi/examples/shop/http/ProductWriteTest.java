package dev.scalableapi.examples.shop.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scalableapi.examples.shop.Shop;
import dev.scalableapi.examples.shop.TestServers;
import dev.scalableapi.examples.shop.database.DatabaseUrl;
import dev.scalableapi.examples.shop.setup.ShutdownSequence;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two instances of the shop, on one PostgreSQL and one Redis. */
@ExtendWith(TestServers.Extension.class)
class ProductWriteTest {
    private static final String PASSWORD = "correct horse battery";
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final ShutdownSequence SHUTDOWN = ShutdownSequence.create();

    private static URI one;
    private static URI other;
    private static String admin;
    private static String alice;

    @BeforeAll
    static void start(TestServers servers, @TempDir Path data) throws Exception {
        Map<String, String> environment = new HashMap<>();
        environment.put("SHOP_PORT", "0");
        environment.put("SHOP_DATA", data.toString());
        environment.put("SHOP_PRODUCTS", "50");
        environment.put("SHOP_DEMO_PASSWORD", PASSWORD);
        environment.put("USER_DATABASE_URL", text(servers.database("write_test_user")));
        environment.put("CATALOG_DATABASE_URL", text(servers.database("write_test_catalog")));
        environment.put("REDIS_URL", servers.redisUrl().orElseThrow() + "/1");
        one = Shop.start(environment, SHUTDOWN);
        other = Shop.start(environment, SHUTDOWN);
        admin = token("admin");
        alice = token("alice");
    }

    @AfterAll
    static void stop() {
        SHUTDOWN.close();
    }

    int writes() {
        return 15;
    }

    @Test
    void writeIsSeenAtOnceOnItsInstanceAndSoonOnTheOther() throws Exception {
        List<Long> micros = new ArrayList<>();
        for (int i = 0; i < writes(); i++) {
            int id = 1 + i % 5;
            warm(id);
            String name = "Changed " + i;
            put(one, id, named(get(one, "/products/" + id), name));

            assertThat(name(get(one, "/products/" + id))).isEqualTo(name);
            long written = System.nanoTime();
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> name(get(other, "/products/" + id)).equals(name));
            micros.add((System.nanoTime() - written) / 1_000);
            assertThat(names(one)).contains(name);
        }
        micros.sort(null);
        measured(micros);
    }

    /** How long the other instance served the former value, in microseconds, in ascending order. */
    void measured(List<Long> micros) {}

    private static void warm(int id) throws Exception {
        for (int i = 0; i < 3; i++) {
            get(one, "/products/" + id);
            get(other, "/products/" + id);
            names(one);
        }
    }

    @Test
    void pageOfTheCategoryThatAProductLeavesOrJoinsIsMadeAnew() throws Exception {
        HttpResponse<String> present = get(one, "/products/40");
        String former = JSON.readTree(present.body()).path("category").asText();
        String next = otherThan(former);
        String target = "/products?limit=50&category=";
        for (int i = 0; i < 3; i++) {
            get(one, target + former);
            get(one, target + next);
        }
        ObjectNode moved = (ObjectNode) JSON.readTree(present.body());
        HttpResponse<String> changed = put(one, 40, present, moved.put("category", next));
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);

        assertThat(get(one, target + former).body()).doesNotContain("\"id\":40,");
        assertThat(get(one, target + next).body()).contains("\"id\":40,");
    }

    private static String otherThan(String category) throws Exception {
        for (JsonNode one :
                JSON.readTree(get(ProductWriteTest.one, "/categories").body()).path("items")) {
            if (!one.path("name").asText().equals(category)) {
                return one.path("name").asText();
            }
        }
        throw new IllegalStateException("There is one category alone");
    }

    @Test
    void writeNamesTheStateItMeansToChange() throws Exception {
        HttpResponse<String> present = get(one, "/products/30");
        String body = present.body();

        assertThat(send(put("/products/30", admin, body)).statusCode()).isEqualTo(428);
        assertThat(send(put("/products/30", admin, body).header("If-Match", "\"stale\""))
                        .statusCode())
                .isEqualTo(412);
        assertThat(send(put("/products/30", alice, body).header("If-Match", tag(present)))
                        .statusCode())
                .isEqualTo(403);
        HttpResponse<String> written = send(put("/products/30", admin, body).header("If-Match", tag(present)));
        assertThat(written.statusCode()).isEqualTo(200);
        assertThat(tag(written)).isNotEqualTo(tag(present));
        assertThat(tag(get(one, "/products/30"))).isEqualTo(tag(written));
        assertThat(send(put("/products/30", admin, body).header("If-Match", tag(present)))
                        .statusCode())
                .isEqualTo(412);
        assertThat(send(put("/products/9999", admin, body).header("If-Match", "*"))
                        .statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "name, ''",
        "name, null",
        "description, ' '",
        "category, nowhere",
        "price, null",
        "images, null",
        "images, [null]"
    })
    void malformedContentIsRefusedAndNamed(String member, String value) throws Exception {
        HttpResponse<String> present = get(one, "/products/31");
        ObjectNode body = (ObjectNode) JSON.readTree(present.body());
        body.set(member, value.equals("null") || value.startsWith("[") ? JSON.readTree(value) : text(value));
        HttpResponse<String> answer = put(one, 31, present, body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("The member " + member);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e2",
                "1E2",
                "+5",
                "-5",
                "-0",
                "\u0663",
                "\uff11\uff12",
                "\u0967.\u0968",
                "1.",
                ".5",
                "1.2.3",
                "1,50",
                "1_000",
                "007",
                "00",
                " 5",
                "5 ",
                "5\u00a0",
                "0x10",
                "5d",
                "NaN",
                "",
                "1.234",
                "12345678901"
            })
    void amountThatIsNotPlainAsciiDigitsIsRejectedAtItsMember(String amount) throws Exception {
        ObjectNode body = (ObjectNode) JSON.readTree(content("Amount " + amount));
        ((ObjectNode) body.path("price")).put("amount", amount);
        HttpResponse<String> created = post(one, "amount-" + UUID.randomUUID(), body.toString());
        HttpResponse<String> replaced = put(one, 33, get(one, "/products/33"), body);

        for (HttpResponse<String> response : List.of(created, replaced)) {
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(JSON.readTree(response.body()).at("/error/details").findValuesAsText("pointer"))
                    .containsExactly("/price/amount");
        }
    }

    @ParameterizedTest
    @CsvSource({"5, 5.00", "0, 0.00", "0.5, 0.50", "9999999999.99, 9999999999.99"})
    void amountOfDigitsWithAnOptionalFractionIsStoredWithTwoPlaces(String amount, String stored) throws Exception {
        ObjectNode body = (ObjectNode) JSON.readTree(content("Amount " + amount));
        ((ObjectNode) body.path("price")).put("amount", amount);
        HttpResponse<String> created = post(one, "amount-" + UUID.randomUUID(), body.toString());

        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(JSON.readTree(created.body()).at("/price/amount").asText()).isEqualTo(stored);
    }

    @Test
    void charactersAreCountedAsPeopleCountThem() throws Exception {
        String longest = "\ud83e\uded6".repeat(200);
        put(one, 32, named(get(one, "/products/32"), longest));
        HttpResponse<String> present = get(one, "/products/32");

        assertThat(name(present)).isEqualTo(longest);
        assertThat(put(one, 32, present, named(present, longest + "x")).statusCode())
                .isEqualTo(400);
    }

    @Test
    void allThatIsWrongIsToldAtOnce() throws Exception {
        HttpResponse<String> refused = post(one, "all-at-once", """
                {"name": 5, "description": "", "category": "nowhere", "colour": "red",
                 "price": {"amount": "1e3000", "currency": "eur", "tax": 1},
                 "images": [{"url": "/a.png", "alt": "A"}, {"url": ""}, 7]}
                """);

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(refused.body()).at("/error/details").findValuesAsText("pointer"))
                .containsExactlyInAnyOrder(
                        "/name",
                        "/description",
                        "/category",
                        "/colour",
                        "/price/amount",
                        "/price/currency",
                        "/price/tax",
                        "/images/1/url",
                        "/images/1/alt",
                        "/images/2");
    }

    @Test
    void overlongNameOfAMemberIsNotToldAgain() throws Exception {
        HttpResponse<String> present = get(one, "/products/33");
        ObjectNode body = named(present, "A name").put("x".repeat(201), 1);
        ((ObjectNode) body.get("price")).put("y".repeat(201), 1);
        HttpResponse<String> refused = put(one, 33, present, body);

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(refused.body()).at("/error/details").findValuesAsText("pointer"))
                .containsExactlyInAnyOrder("", "/price");
        assertThat(refused.body()).doesNotContain("xx", "yy").contains("The body has a member that is not known.");
    }

    @Test
    void productIsMadeOnceForAKeyAndItsAnswerIsRepeated() throws Exception {
        String body = content("A new kettle");
        get(one, "/products?limit=1");
        get(other, "/products?limit=1");

        HttpResponse<String> made = post(one, "kettle", body);
        HttpResponse<String> again = post(other, "kettle", body);
        HttpResponse<String> changed = post(other, "kettle", content("Another kettle"));
        String location = made.headers().firstValue("Location").orElseThrow();

        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(made.headers().firstValue("Idempotent-Replayed")).isEmpty();
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(made.body());
        assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
        assertThat(again.headers().firstValue("Location")).contains(location);
        assertThat(tag(again)).isEqualTo(tag(made));
        assertThat(changed.statusCode()).isEqualTo(422);
        assertThat(get(other, location).body()).isEqualTo(made.body());
        assertThat(tag(get(one, location))).isEqualTo(tag(made));
    }

    @Test
    void hundredRequestsAtOnceMakeOneProduct() throws Exception {
        int before = total();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            HttpRequest request = posted(i % 2 == 0 ? one : other, admin, "storm", content("A storm lamp"))
                    .build();
            answers.add(CLIENT.sendAsync(request, BodyHandlers.ofString()));
        }
        Set<String> bodies = new HashSet<>();
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            HttpResponse<String> response = answer.get();
            assertThat(response.statusCode()).as(response.body()).isIn(201, 409);
            if (response.statusCode() == 201) {
                bodies.add(response.body());
            } else {
                assertThat(response.headers().firstValue("Retry-After")).isPresent();
            }
        }

        assertThat(bodies).hasSize(1);
        assertThat(total()).isEqualTo(before + 1);
    }

    private static int total() throws Exception {
        return JSON.readTree(get(one, "/products?limit=1").body())
                .path("totalItems")
                .asInt();
    }

    @Test
    void productIsMadeByThoseWhoMayAndWithAKey() throws Exception {
        String body = content("A teapot");

        assertThat(send(posted(one, alice, "teapot", body)).statusCode()).isEqualTo(403);
        HttpResponse<String> keyless = send(HttpRequest.newBuilder(one.resolve("/products"))
                .header("Authorization", "Bearer " + admin)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
        assertThat(keyless.statusCode()).isEqualTo(400);
        assertThat(keyless.body()).contains("IDEMPOTENCY_KEY_MISSING");
    }

    private static String content(String name) {
        ObjectNode body = JSON.createObjectNode().put("name", name).put("description", "It holds a litre.");
        body.put("category", "books").putArray("images");
        body.putObject("price").put("amount", "19.90").put("currency", "EUR");
        return body.toString();
    }

    private static HttpResponse<String> post(URI shop, String key, String body) throws Exception {
        return send(posted(shop, admin, key, body));
    }

    private static HttpRequest.Builder posted(URI shop, String token, String key, String body) {
        return HttpRequest.newBuilder(shop.resolve("/products"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", '"' + key + '"')
                .POST(BodyPublishers.ofString(body));
    }

    private static JsonNode text(String value) {
        return JSON.getNodeFactory().textNode(value);
    }

    private static ObjectNode named(HttpResponse<String> present, String name) throws Exception {
        return ((ObjectNode) JSON.readTree(present.body())).put("name", name);
    }

    private static void put(URI shop, int id, ObjectNode body) throws Exception {
        assertThat(put(shop, id, get(shop, "/products/" + id), body).statusCode())
                .isEqualTo(200);
    }

    private static HttpResponse<String> put(URI shop, int id, HttpResponse<String> present, ObjectNode body)
            throws Exception {
        return send(HttpRequest.newBuilder(shop.resolve("/products/" + id))
                .header("Authorization", "Bearer " + admin)
                .header("Content-Type", "application/json")
                .header("If-Match", tag(present))
                .PUT(BodyPublishers.ofString(body.toString())));
    }

    private static HttpRequest.Builder put(String target, String token, String body) {
        return HttpRequest.newBuilder(one.resolve(target))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body));
    }

    private static String tag(HttpResponse<String> response) {
        return response.headers().firstValue("ETag").orElseThrow();
    }

    private static String name(HttpResponse<String> product) throws Exception {
        return JSON.readTree(product.body()).path("name").asText();
    }

    private static String names(URI shop) throws Exception {
        return get(shop, "/products?limit=5&fields=name").body();
    }

    private static HttpResponse<String> get(URI shop, String target) throws Exception {
        HttpResponse<String> response =
                send(HttpRequest.newBuilder(shop.resolve(target)).header("Authorization", "Bearer " + admin));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response;
    }

    private static String token(String user) throws Exception {
        ObjectNode credentials = JSON.createObjectNode().put("username", user).put("password", PASSWORD);
        HttpResponse<String> login = send(HttpRequest.newBuilder(one.resolve("/login"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(credentials.toString())));
        return JSON.readTree(login.body()).path("accessToken").asText();
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static String text(DatabaseUrl url) {
        return "postgresql://" + url.user().orElseThrow() + ":" + url.password().orElseThrow() + "@"
                + url.jdbcUrl().substring("jdbc:postgresql://".length());
    }
}
