package dev.scalableapi.examples.shop.http;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.core.http.Violation;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Name and password as a client sends them, neither of them empty; the text form shows neither.
 *
 * @param username any text
 * @param password any text
 */
record Credentials(String username, String password) {
    /** The body may have come on another thread: the request's context is made current again. */
    static ApiHandler from(Json json, Answer answer) {
        return request -> json.read(request, Sent.class)
                .thenCompose(sent -> request.exchange()
                        .context()
                        .wrapSupplier(() -> answer.to(request, sent.checked()))
                        .get());
    }

    static String required(String member, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            throw invalid(member, "must not be empty.");
        }
        return value;
    }

    static ApiException invalid(String member, String requirement) {
        String message = "The member " + member + " " + requirement;
        return ApiException.of(400, "INVALID_PARAMETER", message).withViolation(Violation.body("/" + member, message));
    }

    @Override
    public String toString() {
        return "Credentials";
    }

    private record Sent(@Nullable String username, @Nullable String password) {
        private Credentials checked() {
            return new Credentials(required("username", username), required("password", password));
        }

        @Override
        public String toString() {
            return "Sent";
        }
    }

    /** Answers a request that brought credentials. */
    interface Answer {
        CompletionStage<ApiResponse> to(ApiRequest request, Credentials credentials);
    }
}
