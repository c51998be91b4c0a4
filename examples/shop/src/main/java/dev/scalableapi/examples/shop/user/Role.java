package dev.scalableapi.examples.shop.user;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What an account is. The scopes of its tokens follow from its roles, here and nowhere else. */
public enum Role {
    /** Who buys: sees the catalog and what is the caller's own, which asks for no scope. */
    CUSTOMER,

    /** Who runs the shop. */
    ADMIN;

    private Set<String> scopes() {
        return switch (this) {
            case CUSTOMER -> Set.of();
            case ADMIN -> Set.of("users:read", "catalog:write");
        };
    }

    /**
     * {@return the scopes that these roles give together, sorted}
     *
     * @param roles any
     */
    public static SortedSet<String> scopesOf(Collection<Role> roles) {
        SortedSet<String> scopes = new TreeSet<>();
        roles.forEach(role -> scopes.addAll(role.scopes()));
        return scopes;
    }

    /**
     * {@return the role with this label}
     *
     * @param label in lower case
     * @throws IllegalArgumentException if there is none
     */
    @JsonCreator
    public static Role of(String label) {
        return Stream.of(values())
                .filter(role -> role.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no such role"));
    }

    /** {@return the name in lower case, as in JSON, tokens and the database} */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
