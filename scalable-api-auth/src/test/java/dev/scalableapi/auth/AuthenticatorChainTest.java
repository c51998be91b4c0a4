package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Caller;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Bearer tokens and API keys behind one filter. */
class AuthenticatorChainTest {
    private static final String TOKEN =
            Fixtures.issuer(Fixtures.EC).issue(Fixtures.ALICE).value();
    private static final String BAD_KEY = ApiKeyAuthenticator.generate("");

    private final String key = ApiKeyAuthenticator.generate("");
    private final StoredApiKey stored = new StoredApiKey(ApiKeyAuthenticator.hash(key), Caller.of("partner"));
    private final ApiKeyAuthenticator apiKeys = ApiKeyAuthenticator.builder(hash -> CompletableFuture.completedFuture(
                    Optional.of(stored).filter(each -> each.hash().equals(hash))))
            .build();
    private final BearerAuthenticator tokens = BearerAuthenticator.of(Fixtures.verifier(Fixtures.EC));
    private final ApiHandler handler = ApiHandler.direct(
            request -> ApiResponse.text(200, request.caller().orElseThrow().id()));
    private final ApiPipeline api = ApiPipeline.of(handler, AuthenticationFilter.of(apiKeys, tokens));

    @Test
    void eachKindOfCredentialIsAccepted() {
        for (int i = 0; i < 2; i++) {
            assertThat(body(send("X-API-Key", key))).isEqualTo("partner");
            assertThat(body(send("Authorization", "Bearer " + TOKEN))).isEqualTo("alice");
        }
    }

    @Test
    void missingCredentialIsChallengedForAllKinds() {
        ApiResponse response = send();

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.headers().all("WWW-Authenticate")).containsExactly("ApiKey header=\"X-API-Key\"", "Bearer");
    }

    @Test
    void firstCredentialDecidesWhetherOrNotTheOtherIsRemembered() {
        for (int i = 0; i < 2; i++) {
            assertThat(body(send("X-API-Key", key, "Authorization", "Bearer x")))
                    .isEqualTo("partner");
            ApiResponse rejected = send("X-API-Key", BAD_KEY, "Authorization", "Bearer " + TOKEN);
            assertThat(rejected.status()).isEqualTo(401);
            assertThat(rejected.headers().all("WWW-Authenticate")).containsExactly("ApiKey header=\"X-API-Key\"");
            assertThat(send("Authorization", "Bearer x").status()).isEqualTo(401);
        }
    }

    @Test
    void authenticatorOfTheApplicationNeedsOneMethodOnly() {
        Authenticator cookie = request -> CompletableFuture.completedFuture(
                request.header("Cookie").isPresent()
                        ? Authentication.Authenticated.of(Caller.of("session"))
                        : Authentication.Absent.of("Cookie"));
        ApiPipeline both = ApiPipeline.of(handler, AuthenticationFilter.of(cookie, tokens));

        assertThat(body(send(both, "Cookie", "id=1"))).isEqualTo("session");
        assertThat(body(send(both, "Authorization", "Bearer " + TOKEN))).isEqualTo("alice");
        assertThat(send(both).headers().all("WWW-Authenticate")).containsExactly("Cookie", "Bearer");
    }

    @Test
    void credentialThatCannotBeVerifiedIs503EvenIfAnotherKindCould() {
        Authenticator down =
                request -> CompletableFuture.completedFuture(new Authentication.Unavailable(Duration.ofSeconds(7)));
        ApiResponse response = send(
                ApiPipeline.of(handler, AuthenticationFilter.of(down, tokens)), "Authorization", "Bearer " + TOKEN);

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.header("Retry-After")).hasValue("7");
    }

    @Test
    void resultsThatWouldBreakHttpAreRejected() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Authentication.Absent(List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Authentication.Rejected(ApiException.of(401, "X", "No challenge.")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Authentication.Rejected(ApiException.of(503, "X", "Not a rejection.")));
    }

    private ApiResponse send(String... fields) {
        return send(api, fields);
    }

    private static ApiResponse send(ApiPipeline api, String... fields) {
        ApiRequest.Builder request = ApiRequest.builder("GET", "/");
        for (int i = 0; i < fields.length; i += 2) {
            request.header(fields[i], fields[i + 1]);
        }
        return api.handle(request.build()).toCompletableFuture().join();
    }

    private static String body(ApiResponse response) {
        return new String(response.body().bytes(1000).toCompletableFuture().join(), StandardCharsets.UTF_8);
    }
}
