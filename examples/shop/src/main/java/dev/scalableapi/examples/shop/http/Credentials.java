package dev.scalableapi.examples.shop.http;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.core.http.Violation;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Name and password as a client sends them, neither of them empty; the text form shows neither.
 *
 * @param username any text
 * @param password any text
 */
record Credentials(String username, String password) {
    static ApiHandler from(Json json, Answer answer) {
        return ApiHandler.jsonAsync(json, Sent.class, (request, sent) -> answer.to(request, sent.checked()));
    }

    static String required(String member, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            throw invalid(member, "must not be empty.", "member.empty", Map.of());
        }
        return value;
    }

    static ApiException invalid(String member, String requirement, String key, Map<String, Object> parameters) {
        Violation violation = Violation.body("/" + member, "The member " + member + " " + requirement);
        return ApiException.of(400, "INVALID_PARAMETER", violation.withKey(key, parameters));
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
