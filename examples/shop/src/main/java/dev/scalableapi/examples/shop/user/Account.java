package dev.scalableapi.examples.shop.user;

/**
 * An account with what checks its password: for the login alone. Immutable; its text form hides the hash.
 *
 * @param user who
 * @param passwordHash as the hasher made it
 */
public record Account(User user, String passwordHash) {
    /** {@return the user alone} */
    @Override
    public String toString() {
        return "Account[" + user + "]";
    }
}
