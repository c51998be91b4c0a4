package dev.scalableapi.benchmarks.spring;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ResponseStatus;

/** There is no such product. */
@ResponseStatus(HttpStatus.NOT_FOUND)
final class UnknownProductException extends RuntimeException {
    private static final long serialVersionUID = 1;
}
