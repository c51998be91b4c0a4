package dev.scalableapi.auth.refresh;

import dev.scalableapi.core.http.Caller;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * What a login has granted, and what each access token that comes of it may say. Immutable. Roles are left out on purpose:
 * look them up at each refresh, so that one that was taken away is gone with the next access token.
 *
 * @param subject who has logged in
 * @param tenant whose data the subject belongs to, where there are several tenants
 * @param clientId the application that the token was given to
 * @param scopes what it may be used for (RFC 6749 section 3.3)
 */
public record RefreshGrant(String subject, Optional<String> tenant, Optional<String> clientId, Set<String> scopes) {
    private static final int MAX_TEXT = 256;
    private static final int MAX_SCOPES = 4_096;

    /**
     * Checks the texts and copies the scopes.
     *
     * @param subject 1 to 256 characters
     * @param tenant 1 to 256 characters
     * @param clientId 1 to 256 characters
     * @param scopes printable ASCII without spaces, quotes and backslashes; at most 4,096 characters in all, with a space
     *     after each
     * @throws IllegalArgumentException if a text is blank, too long, not well-formed Unicode or has a control character,
     *     or the scopes are not as described
     */
    public RefreshGrant {
        requireText(subject);
        tenant.ifPresent(RefreshGrant::requireText);
        clientId.ifPresent(RefreshGrant::requireText);
        scopes = Set.copyOf(scopes);
        requireScopes(scopes);
    }

    /**
     * {@return the grant of a login}
     *
     * @param caller who has logged in: its id, tenant, client and scopes are taken, but not its roles and permissions,
     *     which may change while the login lasts
     * @throws IllegalArgumentException as the constructor does
     */
    public static RefreshGrant of(Caller caller) {
        return new RefreshGrant(caller.id(), caller.tenant(), caller.client(), caller.scopes());
    }

    private static void requireText(String text) {
        if (text.isBlank()
                || text.length() > MAX_TEXT
                || text.chars().anyMatch(Character::isISOControl)
                || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException(
                    "Subject, tenant and client id must be 1 to " + MAX_TEXT + " characters of well-formed text");
        }
    }

    private static void requireScopes(Set<String> scopes) {
        if (!scopes.stream().allMatch(RefreshGrant::isScope)
                || scopes.stream().mapToInt(scope -> scope.length() + 1).sum() > MAX_SCOPES) {
            throw new IllegalArgumentException("Scopes must be printable ASCII without spaces, quotes and backslashes,"
                    + " and at most " + MAX_SCOPES + " characters in all");
        }
    }

    private static boolean isScope(String scope) {
        return !scope.isEmpty() && scope.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '\\');
    }
}
