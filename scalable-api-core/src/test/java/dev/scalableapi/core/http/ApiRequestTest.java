package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiRequestTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "G T", "GET\r\nX: y", "GET\0", "G\u00cbT", "GET/"})
    void methodThatIsNoTokenIsRefused(String method) {
        assertThatIllegalArgumentException().isThrownBy(() -> ApiRequest.builder(method, "/"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "*",
                "http://host/",
                "/a b",
                "/a\tb",
                "/a#b",
                "/a\r\nX: y",
                "/\0",
                "/\u007f",
                "/\u00fc",
                "/\u2028",
                "/\u010a"
            })
    void targetThatIsNotVisibleAsciiFromASlashIsRefused(String target) {
        assertThatIllegalArgumentException().isThrownBy(() -> ApiRequest.builder("GET", target));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "GET, /a?b, GET, /a?b",
                "null, null, _OTHER, /",
                "G T, *, _OTHER, /",
                "BREW, a, BREW, /",
                "GET, /a#b, GET, /",
                "GET, /\u00fc, GET, /"
            })
    void rejectedRequestKeepsWhatIsKnownOfIt(String method, String target, String keptMethod, String keptTarget) {
        ApiRequest request =
                ApiRequest.rejected(method, target, ApiException.rejected(400)).build();

        assertThat(request.method()).isEqualTo(keptMethod);
        assertThat(request.target()).isEqualTo(keptTarget);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a/b", "user@host", "a\\b", "a?b", "a#b", "a\r\n", "\u00fc", "a,b", "a\0"})
    void authorityThatIsNoHostAndPortIsRefused(String authority) {
        ApiRequest.Builder builder = ApiRequest.builder("GET", "/");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.authority(authority));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "host:8080", "[::1]:80", "127.0.0.1", "xn--bcher-kva.example"})
    void authorityOfHostAndPortIsTaken(String authority) {
        ApiRequest request = ApiRequest.builder("GET", "/").authority(authority).build();
        assertThat(request.authority()).isEqualTo(authority);
    }

    @Test
    void schemeAndProtocolAreChecked() {
        ApiRequest.Builder builder = ApiRequest.builder("GET", "/");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.scheme("javascript"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.scheme("HTTP"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.protocol("HTTP/1.1\r\n"));
    }

    @Test
    void copyHasAllPartsAndTheSameExchange() {
        ApiRequest request = ApiRequest.builder("POST", "/a?b=c")
                .scheme("https")
                .authority("host:443")
                .protocol("HTTP/2.0")
                .peer(InetSocketAddress.createUnresolved("client", 1))
                .clientCertificate(null)
                .header("A", "1")
                .body(Body.of("text"))
                .build();

        ApiRequest copy = request.withHeaders(Headers.of("B", "2")).withBody(Body.empty());

        assertThat(copy.method()).isEqualTo("POST");
        assertThat(copy.target()).isEqualTo("/a?b=c");
        assertThat(copy.scheme()).isEqualTo("https");
        assertThat(copy.authority()).isEqualTo("host:443");
        assertThat(copy.protocol()).isEqualTo("HTTP/2.0");
        assertThat(copy.peer()).isEqualTo(request.peer()).isPresent();
        assertThat(copy.clientCertificate()).isEmpty();
        assertThat(copy.header("b")).contains("2");
        assertThat(copy.header("a")).isEmpty();
        assertThat(copy.body()).isSameAs(Body.empty());
        assertThat(copy.exchange()).isSameAs(request.exchange());
        assertThat(request.header("a")).contains("1");
        assertThat(request.headers().size()).isEqualTo(1);
        assertThat(request.body().length()).isEqualTo(4);
    }

    @Test
    void defaultsAreThoseOfPlainHttp() {
        ApiRequest request = ApiRequest.builder("GET", "/").build();

        assertThat(request.scheme()).isEqualTo("http");
        assertThat(request.protocol()).isEqualTo("HTTP/1.1");
        assertThat(request.authority()).isEmpty();
        assertThat(request.peer()).isEmpty();
        assertThat(request.body()).isSameAs(Body.empty());
    }

    @Test
    void queryIsParsedOnceAndOnUse() {
        ApiRequest request = ApiRequest.builder("GET", "/a%2Fb?q=%41&x=1?2").build();

        assertThat(request.path()).isEqualTo("/a%2Fb");
        assertThat(request.query().first("q")).contains("A");
        assertThat(request.query().first("x")).contains("1?2");
        assertThat(request.query()).isSameAs(request.query());
        ApiRequest plain = ApiRequest.builder("GET", "/a").build();
        assertThat(plain.path()).isEqualTo("/a");
        assertThat(plain.query()).isSameAs(QueryParameters.empty());
    }

    @Test
    void malformedQueryIsRefusedOnUseOnly() {
        ApiRequest request = ApiRequest.builder("GET", "/a?q=%").build();
        assertThatExceptionOfType(ApiException.class).isThrownBy(request::query);
    }

    @Test
    void callerAndRouteComeFromTheExchange() {
        ApiRequest request = ApiRequest.builder("GET", "/").build();
        assertThat(request.caller()).isEmpty();
        assertThat(request.route()).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> request.pathParameter("id"));

        Caller caller = new Caller("id", Optional.empty(), Optional.empty(), Set.of(), Set.of(), Set.of());
        request.exchange().put(Caller.KEY, caller);
        request.exchange().put(RouteMatch.KEY, new RouteMatch("/{id}", Access.open(), Map.of("id", "7")));

        assertThat(request.caller()).contains(caller);
        assertThat(request.pathParameter("id")).isEqualTo("7");
        assertThatIllegalArgumentException().isThrownBy(() -> request.pathParameter("other"));
    }

    @Test
    void textShowsNoQuery() {
        assertThat(ApiRequest.builder("GET", "/a?token=secret").build()).hasToString("GET /a");
    }
}
