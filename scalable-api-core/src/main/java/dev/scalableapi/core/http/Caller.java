package dev.scalableapi.core.http;

import java.security.Principal;
import java.util.Optional;
import java.util.Set;

/**
 * Who calls, as authentication established it. Immutable.
 *
 * @param id the subject, unique within the tenant; never blank
 * @param tenant whose data the caller belongs to, where there are several tenants
 * @param roles what the caller is, such as {@code admin}
 * @param scopes what the caller's credential may be used for, such as {@code users:read} (RFC 6749 section 3.3)
 */
public record Caller(String id, Optional<String> tenant, Set<String> roles, Set<String> scopes) implements Principal {
    /** Where authentication leaves the caller in the exchange. */
    public static final AttributeKey<Caller> KEY = AttributeKey.create("caller");

    /**
     * Copies the sets.
     *
     * @param id the subject
     * @param tenant whose data it is
     * @param roles what the caller is
     * @param scopes what the credential may be used for
     * @throws IllegalArgumentException if the id is blank
     */
    public Caller {
        if (id.isBlank()) {
            throw new IllegalArgumentException("A caller's id must not be blank");
        }
        roles = Set.copyOf(roles);
        scopes = Set.copyOf(scopes);
    }

    /** {@return the id} */
    @Override
    public String getName() {
        return id;
    }
}
