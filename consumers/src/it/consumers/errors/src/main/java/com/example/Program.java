package com.example;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Headers;
import dev.scalableapi.errors.ErrorReader;
import dev.scalableapi.errors.ErrorRenderer;
import dev.scalableapi.errors.ExceptionMapper;
import java.io.IOException;

/** Every part of errors but the one for Bean Validation, whose library is not here. */
final class Program {
    private Program() {}

    public static void main(String[] args) {
        ExceptionMapper exceptions = ExceptionMapper.builder()
                .map(IOException.class, failure -> ApiException.of(503, "UNAVAILABLE", "Try again later."))
                .build();
        ApiResponse response = ErrorRenderer.builder()
                .exceptions(exceptions)
                .build()
                .response(new IOException(), Headers.empty(), "0");
        byte[] body = response.body().bytes(1000).toCompletableFuture().join();
        int status = ErrorReader.create()
                .read(response.status(), response.header("Content-Type"), body)
                .problem()
                .status();
        if (status != 503) {
            throw new IllegalStateException("Told of " + status);
        }
    }
}
