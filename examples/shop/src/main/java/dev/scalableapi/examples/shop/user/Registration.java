package dev.scalableapi.examples.shop.user;

/** What comes of a registration. */
public sealed interface Registration {
    /**
     * There is a new account.
     *
     * @param user its owner
     */
    record Created(User user) implements Registration {}

    /** An account has this name already, perhaps in another spelling. */
    record NameTaken() implements Registration {}
}
