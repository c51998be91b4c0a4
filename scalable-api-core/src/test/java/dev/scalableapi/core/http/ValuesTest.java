package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The small values: access, caller, route, response, key, filter. */
class ValuesTest {
    @Test
    void accessForScopesIsForAuthenticatedCallers() {
        assertThat(Access.scopes("a", "b").anonymous()).isFalse();
        assertThat(Access.open().anonymous()).isTrue();
        assertThat(Access.authenticated().anonymous()).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> Access.scopes(new String[0]));
    }

    @Test
    void callerAndRouteCopyWhatTheyAreGiven() {
        Set<String> set = new HashSet<>(Set.of("a"));
        Map<String, String> map = new HashMap<>(Map.of("a", "b"));
        Caller caller = new Caller("id", Optional.of("tenant"), Optional.empty(), set, Set.of(), set);
        RouteMatch route = new RouteMatch("/{a}", Access.open(), map);
        set.add("admin");
        map.put("c", "d");

        assertThat(caller.roles()).containsExactly("a");
        assertThat(caller.scopes()).containsExactly("a");
        assertThat(route.parameters()).containsOnlyKeys("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t"})
    void callerWithoutIdIsRefused(String id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Caller(id, Optional.empty(), Optional.empty(), Set.of(), Set.of(), Set.of()));
    }

    @Test
    void callerIsAPrincipalOfItsId() {
        assertThat(new Caller("id", Optional.empty(), Optional.empty(), Set.of(), Set.of(), Set.of()).getName())
                .isEqualTo("id");
    }

    @Test
    void routeShowsNoParameter() {
        assertThat(new RouteMatch("/{a}", Access.open(), Map.of("a", "secret\n")))
                .hasToString("RouteMatch[/{a}]");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 100, 199, 600, 1000})
    void statusThatIsNotFinalIsRefused(int status) {
        assertThatIllegalArgumentException().isThrownBy(() -> ApiResponse.of(status));
    }

    @Test
    @SuppressWarnings("NullAway")
    void responseWithoutPartsIsRefused() {
        assertThatNullPointerException().isThrownBy(() -> new ApiResponse(200, null, Body.empty()));
        assertThatNullPointerException().isThrownBy(() -> new ApiResponse(200, Headers.empty(), null));
    }

    @Test
    void responseIsCopiedWithAChange() {
        ApiResponse text = ApiResponse.text(201, "\u00fc");

        assertThat(text.header("content-type")).contains("text/plain;charset=utf-8");
        assertThat(text.body().length()).isEqualTo(2);
        ApiResponse added = text.withAddedHeader("Content-Type", "b");
        assertThat(added.headers().all("content-type")).hasSize(2);
        assertThat(added.withHeader("Content-Type", "c").headers().all("content-type"))
                .containsExactly("c");
        assertThat(text.headers().size()).isEqualTo(1);
    }

    @Test
    void keysOfTheSameNameAreDifferent() {
        Exchange exchange = Exchange.start();
        AttributeKey<String> one = AttributeKey.create("name");
        AttributeKey<String> other = AttributeKey.create("name");
        exchange.put(one, "value");

        assertThat(exchange.get(other)).isEmpty();
        assertThat(one).isNotEqualTo(other).hasToString("name");
    }

    @Test
    void filterKeepsItsWorkElsewhere() {
        ApiFilter filter =
                (request, next) -> next.handle(request).thenApply(response -> response.withHeader("Seen", "yes"));
        ApiFilter moved = filter.at(Stage.CORS);
        ApiHandler handler = request -> CompletableFuture.completedFuture(ApiResponse.of(200));

        assertThat(filter.stage()).isEqualTo(Stage.APPLICATION);
        assertThat(moved.stage()).isEqualTo(Stage.CORS);
        assertThat(moved.filter(ApiRequest.builder("GET", "/").build(), handler)
                        .toCompletableFuture()
                        .join()
                        .header("seen"))
                .contains("yes");
    }

    @Test
    void refusedSubscriptionDoesNothing() {
        NoSubscription.INSTANCE.request(1);
        NoSubscription.INSTANCE.cancel();
        assertThatThrownBy(() -> NoSubscription.valueOf("other")).isInstanceOf(IllegalArgumentException.class);
    }
}
