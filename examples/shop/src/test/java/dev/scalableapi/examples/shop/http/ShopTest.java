package dev.scalableapi.examples.shop.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.auth.login.PasswordHasher;
import dev.scalableapi.core.http.ContentCoding;
import dev.scalableapi.core.http.Link;
import dev.scalableapi.errors.ErrorCatalog;
import dev.scalableapi.examples.shop.Shop;
import dev.scalableapi.examples.shop.TestServers;
import dev.scalableapi.examples.shop.database.DatabaseUrl;
import dev.scalableapi.examples.shop.setup.ShutdownSequence;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shop as a client sees it, on a real PostgreSQL and a real Redis. */
@ExtendWith(TestServers.Extension.class)
class ShopTest {
    private static final String PASSWORD = "correct horse battery";
    private static final int PRODUCTS = 250;
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final ShutdownSequence SHUTDOWN = ShutdownSequence.create();

    private static URI shop;
    private static String alice;
    private static String admin;

    @BeforeAll
    static void start(TestServers servers, @TempDir Path data) throws Exception {
        Map<String, String> environment = new HashMap<>();
        environment.put("SHOP_PORT", "0");
        environment.put("SHOP_DATA", data.toString());
        environment.put("SHOP_PRODUCTS", Integer.toString(PRODUCTS));
        environment.put("SHOP_DEMO_PASSWORD", PASSWORD);
        environment.put("SHOP_CORS_ORIGINS", "https://pages.example");
        environment.put("USER_DATABASE_URL", text(servers.database("shop_test_user")));
        environment.put("CATALOG_DATABASE_URL", text(servers.database("shop_test_catalog")));
        environment.put("REDIS_URL", servers.redisUrl().orElseThrow());
        shop = Shop.start(environment, SHUTDOWN);
        alice = token("alice");
        admin = token("admin");
    }

    @AfterAll
    static void stop() {
        SHUTDOWN.close();
    }

    @Test
    void registeredUserLogsInAndSeesItself() throws Exception {
        HttpResponse<String> registered = post("/register", credentials("bertha", PASSWORD));
        HttpResponse<String> again = post("/register", credentials("Bertha", PASSWORD));
        HttpResponse<String> profile = get("/profile", token("bertha"));

        assertThat(registered.statusCode()).isEqualTo(201);
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(code(again)).isEqualTo("USERNAME_TAKEN");
        assertThat(json(profile).path("username").asText()).isEqualTo("bertha");
        assertThat(profile.body()).isEqualTo(registered.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\\u0000"})
    void usernameThatCannotBeKeptIsRefused(String username) throws Exception {
        HttpResponse<String> refused =
                post("/register", "{\"username\":\"" + username + "\",\"password\":\"" + PASSWORD + "\"}");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json(refused).at("/error/details/0/pointer").asText()).isEqualTo("/username");
    }

    @Test
    void equivalentSpellingsOfANameAreOneAccount() throws Exception {
        HttpResponse<String> registered = post("/register", credentials("Jos\u00e9x", PASSWORD));
        assertThat(registered.statusCode()).isEqualTo(201);

        for (String spelling : List.of("JOSE\u0301x", "\uff4aos\u00e9x")) {
            HttpResponse<String> again = post("/register", credentials(spelling, PASSWORD));
            assertThat(again.statusCode()).as(spelling).isEqualTo(409);
            assertThat(code(again)).isEqualTo("USERNAME_TAKEN");
            assertThat(json(get("/profile", token(spelling))).path("userId"))
                    .isEqualTo(json(registered).path("userId"));
        }
        assertThat(json(registered).path("username").asText()).isEqualTo("jos\u00e9x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice\u200b",
                "ali\u202ece",
                "\u2066alice\u2069",
                "al\u00adice",
                "alice\ufeff",
                "alice\u200d",
                "alice\udb40\udd00",
                "al\u0456ce",
                "p\u0430ypal",
                "alice\u3000",
                "alice\u00a0",
                "alice\ud83d\ude00",
                "alice\u0378",
                "\u200b"
            })
    void nameWithInvisibleCharactersOrOfMixedScriptsIsRejected(String username) throws Exception {
        HttpResponse<String> refused = post("/register", credentials(username, PASSWORD));

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json(refused).at("/error/details/0/pointer").asText()).isEqualTo("/username");
    }

    @Test
    void nameThatCannotBeRegisteredIsAnsweredAtLoginLikeAnUnknownOne() throws Exception {
        HttpResponse<String> unknown = post("/login", credentials("nobody-at-all", "not this one"));
        HttpResponse<String> impossible = post("/login", credentials("alice\u200b", PASSWORD));

        assertThat(impossible.statusCode()).isEqualTo(401);
        assertThat(withoutTraceId(impossible)).isEqualTo(withoutTraceId(unknown));
    }

    @Test
    void samePasswordTypedInAnotherUnicodeFormLogsIn() throws Exception {
        HttpResponse<String> registered = post("/register", credentials("norma", "na\u00efve caf\u00e9 \u00c5"));
        assertThat(registered.statusCode()).isEqualTo(201);

        for (String spelling : List.of("na\u00efve caf\u00e9 \u00c5", "nai\u0308ve\u00a0cafe\u0301\u3000A\u030a")) {
            assertThat(post("/login", credentials("norma", spelling)).statusCode())
                    .isEqualTo(200);
        }
        assertThat(post("/login", credentials("norma", "NA\u00cfVE CAF\u00c9 \u00c5"))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void accountFromBeforeNamesAndPasswordsWerePreparedLogsIn(TestServers servers) throws Exception {
        String name = "smile\ud83d\ude00";
        String password = "old\u00a0caf\u00e9 \u200bword";
        DatabaseUrl url = servers.database("shop_test_user");
        try (Connection connection = DriverManager.getConnection(
                        url.jdbcUrl(), url.user().orElseThrow(), url.password().orElseThrow());
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO account (username, password_hash, roles) VALUES (?, ?, '{customer}')")) {
            insert.setString(1, name);
            insert.setString(2, PasswordHasher.pbkdf2().hash(password));
            insert.executeUpdate();
        }

        assertThat(post("/login", credentials(name, password)).statusCode()).isEqualTo(200);
        assertThat(post("/login", credentials("smile", password)).statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret\u200bword", "secret\u0007word", "e\u0301e\u0301e\u0301e\u0301", "secret\u0378word"})
    void passwordThatIsNotAnOpaqueStringOrTooShortIsRejected(String password) throws Exception {
        HttpResponse<String> refused = post("/register", credentials("opaque", password));

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json(refused).at("/error/details/0/pointer").asText()).isEqualTo("/password");
        assertThat(refused.body()).doesNotContain("secret");
    }

    @Test
    void pageOfErrorsHasASectionForEachCode() throws Exception {
        HttpResponse<String> page = get("/docs/errors", "");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(header(page, "Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(header(page, "Cache-Control")).isEqualTo("public, max-age=3600");
        ErrorCatalog codes = ErrorCatalog.library().with(ErrorCatalog.of(ShopError.values()));
        assertThat(codes.codes())
                .allSatisfy(code -> assertThat(page.body()).contains("<section id=\"" + code.name() + "\">"));
        assertThat(get("/docs/errors", "", "If-None-Match", header(page, "ETag"))
                        .statusCode())
                .isEqualTo(304);
    }

    @Test
    void loginTellsNothingOfWhoExists() throws Exception {
        HttpResponse<String> wrongPassword = post("/login", credentials("alice", "not this one"));
        HttpResponse<String> nobody = post("/login", credentials("nobody", "not this one"));

        assertThat(wrongPassword.statusCode()).isEqualTo(401);
        assertThat(code(wrongPassword)).isEqualTo("INVALID_CREDENTIALS");
        assertThat(nobody.statusCode()).isEqualTo(401);
        assertThat(withoutTraceId(nobody)).isEqualTo(withoutTraceId(wrongPassword));
    }

    @Test
    void guessesSentAtOnceAreThrottledAfterTen() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> guesses = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            String body = credentials(i % 2 == 0 ? "mallory" : "MALLORY", "guess " + i);
            guesses.add(CLIENT.sendAsync(posted("/login", body).build(), BodyHandlers.ofString()));
        }
        List<HttpResponse<String>> refused = new ArrayList<>();
        for (CompletableFuture<HttpResponse<String>> guess : guesses) {
            HttpResponse<String> answer = guess.get();
            if (answer.statusCode() == 429) {
                refused.add(answer);
            } else {
                assertThat(answer.statusCode()).isEqualTo(401);
            }
        }

        // Ten pass, and one more every six seconds, should it take that long to send them.
        assertThat(refused).hasSizeBetween(1, 20).allSatisfy(answer -> {
            assertThat(code(answer)).isEqualTo("RATE_LIMITED");
            assertThat(Long.parseLong(header(answer, "Retry-After"))).isBetween(1L, 7L);
        });
    }

    @Test
    void usersAreForThoseWithTheScope() throws Exception {
        HttpResponse<String> refused = get("/users", alice);
        HttpResponse<String> page = get("/users?limit=1", admin);

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(header(refused, "WWW-Authenticate"))
                .isEqualTo("Bearer error=\"insufficient_scope\", scope=\"users:read\"");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(json(page).path("items").get(0).path("username").asText()).isEqualTo("alice");
        assertThat(header(page, "Link")).contains("rel=\"next\"");
    }

    @Test
    void pageHoldsTheFieldsThatWereAskedFor() throws Exception {
        HttpResponse<String> page = get("/products?page=2&limit=3&fields=id,price(amount)", alice);

        assertThat(page.statusCode()).isEqualTo(200);
        JsonNode body = json(page);
        assertThat(body.path("currentPage").asInt()).isEqualTo(2);
        assertThat(body.path("totalItems").asInt()).isEqualTo(PRODUCTS);
        assertThat(body.path("totalPages").asInt()).isEqualTo((PRODUCTS + 2) / 3);
        assertThat(body.path("items").get(0).fieldNames()).toIterable().containsExactly("id", "price");
        assertThat(body.path("items").get(0).path("id").asInt()).isEqualTo(4);
        assertThat(body.path("items").get(0).path("price").fieldNames())
                .toIterable()
                .containsExactly("amount");
    }

    @ParameterizedTest
    @ValueSource(strings = {"page=2", "cursor="})
    void linksRepeatOnlyTheParametersThatTheRouteKnows(String start) throws Exception {
        String query = "&limit=1&category=books&sort=-price&fields=id&x=" + "a".repeat(7_000);
        HttpResponse<String> page = get("/products?" + start + query, alice);

        assertThat(page.statusCode()).isEqualTo(200);
        List<Link> links = Link.parse(header(page, "Link"));
        assertThat(links).extracting(Link::relation).contains("first", "next");
        assertThat(links)
                .allSatisfy(link -> assertThat(link.target())
                        .contains("limit=1", "category=books", "sort=-price", "fields=id")
                        .doesNotContain("x="));
        HttpResponse<String> next = get(
                links.stream()
                        .filter(link -> link.relation().equals("next"))
                        .findFirst()
                        .orElseThrow()
                        .target(),
                alice);
        assertThat(json(next).path("items")).hasSize(1).isNotEqualTo(json(page).path("items"));
    }

    @Test
    void linksOfMoreThanTwoKilobytesAreOmitted() throws Exception {
        HttpResponse<String> page = get("/products?page=2&limit=1&fields=" + "id,".repeat(180) + "id", alice);

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Link")).isEmpty();
    }

    @Test
    void limitBeyondTheMaximumIsTheMaximum() throws Exception {
        assertThat(json(get("/products?limit=100000", alice)).path("items")).hasSize(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "2147483648", "1e3", "%D9%A3", "", "%2B1", "+1"})
    void malformedPageIsRefusedByName(String page) throws Exception {
        HttpResponse<String> response = get("/products?page=" + page, alice);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(parameter(response)).isEqualTo("page");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fields=id,colour  | fields | colour",
                "fields=id,price(a | fields | offset",
                "fields=           | fields | ''",
                "limit=0           | limit  | ''",
                "sort=-colour      | sort   | id, name, price",
                "sort=price,-price | sort   | at most once",
                "sort=             | sort   | ''",
                "cursor=AAAA       | cursor | Start again",
                "cursor=&page=1    | page   | exclude"
            })
    void malformedQueryIsRefusedByName(String query, String parameter, String words) throws Exception {
        HttpResponse<String> response = get("/products?" + query, alice);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(parameter(response)).isEqualTo(parameter);
        assertThat(json(response).path("error").path("message").asText()).contains(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&sort=-price,name", "&sort=price,-name&category=books", "&sort=-name&fields=id"})
    void cursorsLeadThroughTheWholeListAndBack(String query) throws Exception {
        List<JsonNode> forwards = new ArrayList<>();
        List<JsonNode> slices = new ArrayList<>();
        JsonNode slice = json(get("/products?cursor=&limit=7" + query, alice));
        for (String next = next(slice); !next.isEmpty(); next = next(slice)) {
            slices.add(slice.path("items"));
            slice = json(get("/products?cursor=" + next + "&limit=7" + query, alice));
        }
        slices.add(slice.path("items"));
        slices.forEach(items -> items.forEach(forwards::add));

        assertThat(slice.path("hasMore").asBoolean()).isFalse();
        assertThat(forwards).isEqualTo(allByNumber(query)).hasSizeGreaterThan(7);
        for (int i = slices.size() - 2; i >= 0; i--) {
            slice = json(
                    get("/products?cursor=" + slice.path("previousCursor").textValue() + "&limit=7" + query, alice));
            assertThat(slice.path("items")).isEqualTo(slices.get(i));
        }
        assertThat(slice.path("previousCursor").isNull()).isTrue();
    }

    private static String next(JsonNode slice) {
        return slice.path("nextCursor").asText("").replace("null", "");
    }

    private static List<JsonNode> allByNumber(String query) throws Exception {
        List<JsonNode> items = new ArrayList<>();
        for (int page = 1; page <= (PRODUCTS + 99) / 100; page++) {
            json(get("/products?limit=100&page=" + page + query, alice))
                    .path("items")
                    .forEach(items::add);
        }
        return items;
    }

    @Test
    void cursorIsGoodForItsListAndItsCallerAlone() throws Exception {
        HttpResponse<String> start = get("/products?cursor=&sort=price&limit=5", alice);
        String cursor = next(json(start));
        String same = "/products?sort=price&limit=5&cursor=" + cursor;

        assertThat(header(start, "Link")).contains("rel=\"next\"").doesNotContain("rel=\"prev\"");
        assertThat(header(start, "Cache-Status")).isEqualTo("shop;fwd=bypass");
        assertThat(get(same, alice).statusCode()).isEqualTo(200);
        assertThat(get(same + "&fields=id", alice).statusCode()).isEqualTo(200);
        for (HttpResponse<String> other : List.of(
                get(same, admin),
                get(same + "&category=books", alice),
                get("/products?sort=-price&cursor=" + cursor, alice),
                get("/products?cursor=" + cursor, alice),
                get(same + "A", alice))) {
            assertThat(other.statusCode()).isEqualTo(400);
            assertThat(code(other)).isEqualTo("INVALID_CURSOR");
        }
    }

    @Test
    void pageOfANamedOriginMayReadAnswersAndErrors() throws Exception {
        RawResponse preflight = RawResponse.of(
                shop,
                "OPTIONS /products/1 HTTP/1.1",
                "Origin: https://pages.example",
                "Access-Control-Request-Method: PUT",
                "Access-Control-Request-Headers: authorization, if-match");
        RawResponse refused = RawResponse.of(shop, "GET /products HTTP/1.1", "Origin: https://pages.example");
        RawResponse stranger = RawResponse.of(shop, "GET /products HTTP/1.1", "Origin: https://other.example");

        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.head())
                .contains("Access-Control-Allow-Origin: https://pages.example")
                .contains("PUT")
                .contains("If-Match");
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.head()).contains("Access-Control-Allow-Origin: https://pages.example");
        assertThat(stranger.head()).doesNotContain("Access-Control-Allow").contains("Origin");
    }

    @Test
    void productComesThroughTheCache() throws Exception {
        HttpResponse<String> first = get("/products/17", alice);
        HttpResponse<String> second = get("/products/17", alice);

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(header(first, "Cache-Control")).isEqualTo("private, no-cache");
        assertThat(header(first, "Cache-Status")).startsWith("shop;fwd=miss;ttl=");
        assertThat(header(second, "Cache-Status")).startsWith("shop;hit;ttl=");
        await().untilAsserted(() -> assertThat(header(get("/products/17", alice), "Cache-Status"))
                .startsWith("shop;hit;ttl=")
                .endsWith("detail=near"));
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(json(first).path("price").path("amount").isTextual()).isTrue();
    }

    @Test
    void productThatTheClientHasIsNotSentAgain() throws Exception {
        HttpResponse<String> product = get("/products/18", alice);
        String tag = header(product, "ETag");
        HttpResponse<String> again = get("/products/18", alice, "If-None-Match", tag);

        assertThat(tag).startsWith("\"").endsWith("\"");
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(header(again, "ETag")).isEqualTo(tag);
        assertThat(header(again, "Cache-Control")).isEqualTo("private, no-cache");
    }

    @Test
    void compressedProductIsRevalidatedByItsOwnTag() throws Exception {
        HttpResponse<String> page = get("/products?limit=50", alice, "Accept-Encoding", "gzip");
        HttpResponse<String> categories = get("/categories", alice, "Accept-Encoding", "br;q=0, identity");

        assertThat(header(page, "Content-Encoding")).isEqualTo("gzip");
        assertThat(header(page, "Vary")).contains("Accept-Encoding");
        assertThat(categories.headers().firstValue("Content-Encoding")).isEmpty();
    }

    @Test
    void loginMayBeCodedAndItsAnswerIsNeitherCompressedNorStored() throws Exception {
        byte[] coded = ContentCoding.gzip()
                .encode(ByteBuffer.wrap(credentials("alice", PASSWORD).getBytes(StandardCharsets.UTF_8)));
        HttpResponse<String> login = send(codedLogin(coded).header("Accept-Encoding", "gzip, br, zstd"));

        assertThat(login.statusCode()).isEqualTo(200);
        assertThat(login.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(header(login, "Cache-Control")).isEqualTo("no-store, no-transform");
    }

    @Test
    void aSmallBodyThatBecomesALargeOneIsRefused() throws Exception {
        byte[] zeros = ContentCoding.gzip().encode(ByteBuffer.allocate(64 << 20));

        assertThat(send(codedLogin(zeros)).statusCode()).isEqualTo(413);
        assertThat(code(send(codedLogin(new byte[9])))).isEqualTo("MALFORMED_BODY");
    }

    private static HttpRequest.Builder codedLogin(byte[] body) {
        return posted("/login", "").header("Content-Encoding", "gzip").POST(BodyPublishers.ofByteArray(body));
    }

    @Test
    void categoriesMayBeKeptForAMinute() throws Exception {
        HttpResponse<String> categories = get("/categories", alice);

        assertThat(json(categories).path("items")).hasSize(12);
        assertThat(header(categories, "Cache-Control")).isEqualTo("private, max-age=60");
        assertThat(categories.headers().firstValue("Expires")).isPresent();
        assertThat(categories.body()).contains("\"books\"");
        HttpResponse<String> again = get("/categories", alice);
        assertThat(header(again, "Cache-Status")).startsWith("responses;hit;ttl=");
        assertThat(again.body()).isEqualTo(categories.body());
        assertThat(header(get("/categories", admin), "Cache-Status")).startsWith("responses;fwd=");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /products/100000,   404, RESOURCE_NOT_FOUND",
        "GET,    /products/x,        404, RESOURCE_NOT_FOUND",
        "GET,    /nowhere,           404, RESOURCE_NOT_FOUND",
        "DELETE, /products,          405, METHOD_NOT_ALLOWED",
        "GET,    /products?page=%zz, 400, INVALID_QUERY"
    })
    void whatIsNotThereIsSaidInTheEnvelope(String method, String target, int status, String code) throws Exception {
        RawResponse response =
                RawResponse.of(shop, method + " " + target + " HTTP/1.1", "Authorization: Bearer " + alice);

        assertThat(response.status()).isEqualTo(status);
        JsonNode error = JSON.readTree(response.body()).path("error");
        assertThat(error.path("code").asText()).isEqualTo(code);
        assertThat(error.path("traceId").asText()).matches("[0-9a-f]{32}");
        assertThat(error.path("documentation").asText()).isEqualTo("/docs/errors#" + code);
        assertThat(response.head()).containsIgnoringCase("X-Content-Type-Options: nosniff");
        assertThat(response.head().contains("Allow: GET")).isEqualTo(status == 405);
    }

    @Test
    void unknownPathIsNotFoundWithoutAToken() throws Exception {
        assertThat(get("/nowhere", "").statusCode()).isEqualTo(404);
        assertThat(get("/products", "").statusCode()).isEqualTo(401);
        assertThat(header(get("/products", ""), "WWW-Authenticate")).isEqualTo("Bearer");
    }

    @ParameterizedTest
    @CsvSource({"Basic YTpi, 401", "Bearer, 400", "Bearer a.b.c, 401"})
    void credentialsThatAreNoneAreRefused(String authorization, int status) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(shop.resolve("/profile"))
                .header("Authorization", authorization)
                .build();

        assertThat(CLIENT.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer a.b.c", "Bearer", "Basic YTpi", "Bearer \u00e9"})
    void openPathsDoNotLookAtCredentials(String authorization) throws Exception {
        String login = credentials("alice", PASSWORD);
        String refreshToken = refreshToken(post("/login", login));
        String exchange =
                JSON.createObjectNode().put("refreshToken", refreshToken).toString();

        assertThat(rawStatus("POST /login", login, authorization)).isEqualTo(200);
        assertThat(rawStatus("POST /token/refresh", exchange, authorization)).isEqualTo(200);
        for (String path :
                List.of("/health/live", "/health/ready", "/metrics", "/.well-known/jwks.json", "/docs/errors")) {
            assertThat(rawStatus("GET " + path, "", authorization)).as(path).isEqualTo(200);
        }
        assertThat(rawStatus("GET /profile", "", authorization)).isIn(400, 401);
    }

    private static int rawStatus(String call, String body, String authorization) throws IOException {
        return RawResponse.of(
                        shop,
                        call + " HTTP/1.1",
                        "Authorization: " + authorization,
                        "Content-Type: application/json",
                        "Content-Length: " + body.length() + "\r\n\r\n" + body)
                .status();
    }

    @Test
    void bodyThatIsNotWhatWasAskedForIsRefused() throws Exception {
        HttpResponse<String> noJson = post("/login", "{\"username\":");
        HttpResponse<String> noType =
                send(HttpRequest.newBuilder(shop.resolve("/login")).POST(BodyPublishers.ofString("username=alice")));
        RawResponse tooLong = RawResponse.of(
                shop, "POST /login HTTP/1.1", "Content-Type: application/json", "Content-Length: 1048577");

        assertThat(noJson.statusCode()).isEqualTo(400);
        assertThat(code(noJson)).isEqualTo("INVALID_JSON");
        assertThat(noType.statusCode()).isEqualTo(415);
        assertThat(tooLong.status()).isEqualTo(413);
    }

    @Test
    void tooLongHeadsAreRefusedInTheEnvelope() throws Exception {
        HttpResponse<String> uri = get("/products?" + "a".repeat(9_000), alice);
        HttpResponse<String> headers = get("/products", alice, "X-Long", "a".repeat(17_000));

        assertThat(uri.statusCode()).isEqualTo(414);
        assertThat(code(uri)).isEqualTo("URI_TOO_LONG");
        assertThat(headers.statusCode()).isEqualTo(431);
        assertThat(code(headers)).isEqualTo("HEADERS_TOO_LARGE");
    }

    @Test
    void refreshTokenGivesANewPairAndItsReuseEndsTheLogin() throws Exception {
        HttpResponse<String> login = post("/login", credentials("alice", PASSWORD));
        HttpResponse<String> second = refresh(refreshToken(login));
        HttpResponse<String> sameAgain = refresh(refreshToken(login));
        HttpResponse<String> third = refresh(refreshToken(second));
        HttpResponse<String> stolen = refresh(refreshToken(login));
        HttpResponse<String> rightful = refresh(refreshToken(third));

        assertThat(json(login).path("tokenType").asText()).isEqualTo("Bearer");
        assertThat(header(login, "Cache-Control")).isEqualTo("no-store, no-transform");
        assertThat(get("/profile", json(second).path("accessToken").asText()).statusCode())
                .isEqualTo(200);
        assertThat(refreshToken(sameAgain)).isEqualTo(refreshToken(second));
        assertThat(third.statusCode()).isEqualTo(200);
        assertThat(stolen.statusCode()).isEqualTo(401);
        assertThat(code(stolen)).isEqualTo("TOKEN_REUSED");
        assertThat(rightful.statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "'{}',400",
        "'{\"refreshToken\":\"\"}',400",
        "'{\"refreshToken\":\"x\"}',401",
        "'{\"refreshToken\":[]}',400"
    })
    void whatIsNoRefreshTokenIsRefused(String body, int status) throws Exception {
        HttpResponse<String> refused = post("/token/refresh", body);

        assertThat(refused.statusCode()).isEqualTo(status);
        assertThat(code(refused)).isNotEmpty();
    }

    @Test
    void logoutEndsTheLoginWithBothItsTokens() throws Exception {
        HttpResponse<String> login = post("/login", credentials("alice", PASSWORD));
        String token = json(login).path("accessToken").asText();
        assertThat(get("/profile", token).statusCode()).isEqualTo(200);

        HttpResponse<String> logout = send(posted("/logout", "").header("Authorization", "Bearer " + token));
        HttpResponse<String> after = get("/profile", token);

        assertThat(logout.statusCode()).isEqualTo(204);
        assertThat(after.statusCode()).isEqualTo(401);
        assertThat(header(after, "WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
        assertThat(refresh(refreshToken(login)).statusCode()).isEqualTo(401);
        assertThat(get("/profile", alice).statusCode()).isEqualTo(200);
        assertThat(post("/logout", "").statusCode()).isEqualTo(401);
    }

    @Test
    void verificationsAreCountedByOutcome() throws Exception {
        get("/profile", alice);
        get("/profile", alice);
        get("/profile", alice + "x");
        String metrics = get("/metrics", "").body();

        assertThat(metrics).contains("scalableapi_auth_verifications_total{cached=\"true\"");
        assertThat(metrics).contains("reason=\"malformed\"").contains("scalableapi_auth_revocations_stale");
        assertThat(metrics).doesNotContain(alice);
    }

    private static HttpResponse<String> refresh(String token) throws Exception {
        return post(
                "/token/refresh",
                JSON.createObjectNode().put("refreshToken", token).toString());
    }

    private static String refreshToken(HttpResponse<String> answer) throws IOException {
        return json(answer).path("refreshToken").asText();
    }

    @Test
    void probesAndMetricsWantNoToken() throws Exception {
        assertThat(get("/health/live", "").statusCode()).isEqualTo(200);
        assertThat(json(get("/health/ready", "")).path("status").asText()).isEqualTo("UP");
        assertThat(get("/metrics", "").body()).contains("http_server_request_duration_seconds_bucket");
        assertThat(json(get("/.well-known/jwks.json", "")).path("keys")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nowhere", "/profile", "/products?page=0"})
    void documentationOfAnErrorCanBeReadWithoutAToken(String target) throws Exception {
        String link = json(get(target, target.contains("page") ? alice : ""))
                .at("/error/documentation")
                .asText();
        HttpResponse<String> page = get(link, "");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(header(page, "Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(page.body()).contains("id=\"" + link.substring(link.indexOf('#') + 1) + "\"", "USERNAME_TAKEN");
    }

    @Test
    void problemDetailsComeToThoseWhoAskForThem() throws Exception {
        HttpResponse<String> problem = get("/products/100000", alice, "Accept", "application/problem+json");

        assertThat(header(problem, "Content-Type")).isEqualTo("application/problem+json");
        assertThat(json(problem).path("status").asInt()).isEqualTo(404);
        assertThat(json(problem).path("code").asText()).isEqualTo("RESOURCE_NOT_FOUND");
    }

    private static String token(String username) throws Exception {
        HttpResponse<String> login = post("/login", credentials(username, PASSWORD));
        assertThat(login.statusCode()).isEqualTo(200);
        return json(login).path("accessToken").asText();
    }

    private static String credentials(String username, String password) {
        return JSON.createObjectNode()
                .put("username", username)
                .put("password", password)
                .toString();
    }

    private static HttpResponse<String> post(String target, String body) throws Exception {
        return send(posted(target, body));
    }

    private static HttpRequest.Builder posted(String target, String body) {
        return HttpRequest.newBuilder(shop.resolve(target))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> get(String target, String token, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(shop.resolve(target));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body());
    }

    private static String code(HttpResponse<String> response) throws IOException {
        return json(response).path("error").path("code").asText();
    }

    private static String parameter(HttpResponse<String> response) throws IOException {
        return json(response)
                .path("error")
                .path("details")
                .path(0)
                .path("parameter")
                .asText();
    }

    private static String withoutTraceId(HttpResponse<String> response) {
        return response.body().replaceAll("\"traceId\":\"[0-9a-f]+\"", "");
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElseThrow();
    }

    private static String text(DatabaseUrl url) {
        return "postgresql://" + url.user().orElseThrow() + ":" + url.password().orElseThrow() + "@"
                + url.jdbcUrl().substring("jdbc:postgresql://".length());
    }
}
