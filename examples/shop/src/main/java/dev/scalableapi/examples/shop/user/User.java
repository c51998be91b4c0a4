package dev.scalableapi.examples.shop.user;

import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.time.Instant;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * An account as others may see it. Immutable.
 *
 * @param id from 1, unique
 * @param username the prepared form of the name (RFC 8265); for an account from before names were prepared, as it was typed
 * @param roles at least one
 * @param createdAt when it was registered
 */
public record User(
        long id,
        String username,
        Set<Role> roles,
        @JsonSerialize(using = ToStringSerializer.class) Instant createdAt) {
    /** Copies the set; its order is always the same. */
    public User {
        roles = Collections.unmodifiableSet(new TreeSet<>(roles));
    }
}
