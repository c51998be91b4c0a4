package dev.scalableapi.examples.shop.http;

import dev.scalableapi.errors.ErrorCode;

/** The shop's own codes, beside those of the library. */
enum ShopError implements ErrorCode {
    INVALID_CREDENTIALS(401, "Username or password is wrong."),
    TOKEN_REUSED(401, "This refresh token was used before. Log in again."),
    USERNAME_TAKEN(409, "This username is taken.");

    private final int status;
    private final String message;

    ShopError(int status, String message) {
        this.status = status;
        this.message = message;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public String message() {
        return message;
    }
}
