package com.example;

import dev.scalableapi.core.http.ApiResponse;

final class Program {
    private Program() {}

    public static void main(String[] args) {
        if (ApiResponse.of(204).status() != 204) {
            throw new IllegalStateException("Core did not come along");
        }
    }
}
