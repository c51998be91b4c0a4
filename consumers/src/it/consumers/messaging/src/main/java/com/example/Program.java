package com.example;

import dev.scalableapi.messaging.jdbc.JdbcIdempotencyStore;

final class Program {
    private Program() {}

    public static void main(String[] args) {
        if (!JdbcIdempotencyStore.schema().contains("CREATE TABLE")) {
            throw new IllegalStateException("The schema did not come along");
        }
    }
}
