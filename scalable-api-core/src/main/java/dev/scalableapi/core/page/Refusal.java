package dev.scalableapi.core.page;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.Violation;

/** What is said of a query's parameter that can't be taken. */
final class Refusal {
    private Refusal() {}

    static ApiException of(String parameter, String message) {
        return ApiException.of(400, "INVALID_PARAMETER", message).withViolation(Violation.query(parameter, message));
    }
}
