package dev.scalableapi.core.http;

import java.security.Principal;
import java.util.Optional;
import java.util.Set;

/**
 * Who calls, as authentication established it. Immutable. Scopes, roles and permissions are three things: a scope is what
 * the user let the application do, a role what the user is, a permission what the user may do.
 *
 * @param id the subject, unique within the tenant; never blank
 * @param tenant whose data the caller belongs to, where there are several tenants
 * @param client the application that calls for the subject, if that is known
 * @param roles what the caller is, such as {@code admin}
 * @param permissions what the caller may do, such as {@code refund}
 * @param scopes what the caller's credential may be used for, such as {@code users:read} (RFC 6749 section 3.3)
 */
public record Caller(
        String id,
        Optional<String> tenant,
        Optional<String> client,
        Set<String> roles,
        Set<String> permissions,
        Set<String> scopes)
        implements Principal {
    /** Where authentication leaves the caller in the exchange. */
    public static final AttributeKey<Caller> KEY = AttributeKey.create("caller");

    /**
     * Copies the sets.
     *
     * @param id the subject
     * @param tenant whose data it is
     * @param client the application
     * @param roles what the caller is
     * @param permissions what the caller may do
     * @param scopes what the credential may be used for
     * @throws IllegalArgumentException if an id is blank
     */
    public Caller {
        if (id.isBlank()
                || tenant.filter(String::isBlank).isPresent()
                || client.filter(String::isBlank).isPresent()) {
            throw new IllegalArgumentException("The ids of a caller must not be blank");
        }
        roles = Set.copyOf(roles);
        permissions = Set.copyOf(permissions);
        scopes = Set.copyOf(scopes);
    }

    /**
     * {@return a caller with nothing but an id}
     *
     * @param id the subject
     * @throws IllegalArgumentException if the id is blank
     */
    public static Caller of(String id) {
        return new Caller(id, Optional.empty(), Optional.empty(), Set.of(), Set.of(), Set.of());
    }

    /**
     * {@return this caller in a tenant}
     *
     * @param tenant whose data it is
     * @throws IllegalArgumentException if the tenant is blank
     */
    public Caller withTenant(String tenant) {
        return new Caller(id, Optional.of(tenant), client, roles, permissions, scopes);
    }

    /**
     * {@return this caller, through an application}
     *
     * @param client the application's id
     * @throws IllegalArgumentException if the id is blank
     */
    public Caller withClient(String client) {
        return new Caller(id, tenant, Optional.of(client), roles, permissions, scopes);
    }

    /**
     * {@return this caller with these roles and no others}
     *
     * @param roles what the caller is
     */
    public Caller withRoles(Set<String> roles) {
        return new Caller(id, tenant, client, roles, permissions, scopes);
    }

    /**
     * {@return this caller with these permissions and no others}
     *
     * @param permissions what the caller may do
     */
    public Caller withPermissions(Set<String> permissions) {
        return new Caller(id, tenant, client, roles, permissions, scopes);
    }

    /**
     * {@return this caller with these scopes and no others}
     *
     * @param scopes what the credential may be used for
     */
    public Caller withScopes(Set<String> scopes) {
        return new Caller(id, tenant, client, roles, permissions, scopes);
    }

    /** {@return the id} */
    @Override
    public String getName() {
        return id;
    }
}
