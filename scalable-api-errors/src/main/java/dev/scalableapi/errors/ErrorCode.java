package dev.scalableapi.errors;

import dev.scalableapi.core.http.ApiException;
import java.net.URI;
import java.util.Optional;

/**
 * A kind of failure that clients can distinguish. An application declares its own as an enum:
 *
 * <pre>{@code
 * enum ShopError implements ErrorCode {
 *     USERNAME_TAKEN(409, "This username is taken.");
 *     ...
 * }
 * throw ShopError.USERNAME_TAKEN.exception();
 * }</pre>
 *
 * <p>Implementations are immutable.
 */
public interface ErrorCode {
    /** {@return the stable code: upper case, digits and underscores} */
    String name();

    /** {@return the status of the response, 400 to 599} */
    int status();

    /** {@return a sentence for people, safe to show} */
    String message();

    /**
     * {@return the title in problem details that have a type of their own} By default it is made from the code:
     * {@code RATE_LIMITED} is "Rate limited".
     */
    default String title() {
        return ErrorTitle.of(name());
    }

    /** {@return the page that explains the code, if it is not the one of all codes} */
    default Optional<URI> documentation() {
        return Optional.empty();
    }

    /** {@return the failure, to be thrown, perhaps with more in it} */
    default ApiException exception() {
        return ApiException.of(status(), name(), message());
    }
}
