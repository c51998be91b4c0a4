package dev.scalableapi.core.page;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.Violation;
import java.util.Map;

/** The failure of a parameter of the query. */
final class Refusal {
    private Refusal() {}

    static ApiException of(String parameter, String message, String key, Map<String, Object> parameters) {
        return ApiException.of(
                400, "INVALID_PARAMETER", Violation.query(parameter, message).withKey(key, parameters));
    }
}
