package dev.scalableapi.auth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the facts about a caller are in the claims. Of several sources of a single value, the first one that is present
 * is used; the values of several sources of a set are united.
 */
record ClaimLocations(
        ClaimSource audience,
        List<ClaimSource> subject,
        List<ClaimSource> tenant,
        List<ClaimSource> client,
        List<ClaimSource> session,
        List<ClaimSource> tokenId,
        List<ClaimSource> scopes,
        List<ClaimSource> roles,
        List<ClaimSource> permissions) {
    static final ClaimLocations RFC9068 = new ClaimLocations(
            ClaimSource.of("aud"),
            List.of(ClaimSource.of("sub")),
            List.of(ClaimSource.of(Claims.TENANT)),
            List.of(ClaimSource.of(Claims.CLIENT_ID)),
            List.of(ClaimSource.of(Claims.SESSION)),
            List.of(ClaimSource.of("jti")),
            List.of(ClaimSource.of(ClaimSource.Form.STRING, Claims.SCOPE)),
            List.of(ClaimSource.of(ClaimSource.Form.ARRAY, Claims.ROLES)),
            List.of(ClaimSource.of(ClaimSource.Form.ARRAY, Claims.PERMISSIONS)));

    ClaimLocations withAudience(ClaimSource source) {
        return new ClaimLocations(source, subject, tenant, client, session, tokenId, scopes, roles, permissions);
    }

    ClaimLocations withSubject(List<ClaimSource> sources) {
        return new ClaimLocations(audience, sources, tenant, client, session, tokenId, scopes, roles, permissions);
    }

    ClaimLocations withTenant(List<ClaimSource> sources) {
        return new ClaimLocations(audience, subject, sources, client, session, tokenId, scopes, roles, permissions);
    }

    ClaimLocations withClient(List<ClaimSource> sources) {
        return new ClaimLocations(audience, subject, tenant, sources, session, tokenId, scopes, roles, permissions);
    }

    ClaimLocations withSession(List<ClaimSource> sources) {
        return new ClaimLocations(audience, subject, tenant, client, sources, tokenId, scopes, roles, permissions);
    }

    ClaimLocations withTokenId(List<ClaimSource> sources) {
        return new ClaimLocations(audience, subject, tenant, client, session, sources, scopes, roles, permissions);
    }

    ClaimLocations withScopes(List<ClaimSource> sources) {
        return new ClaimLocations(audience, subject, tenant, client, session, tokenId, sources, roles, permissions);
    }

    ClaimLocations withRoles(List<ClaimSource> sources) {
        return new ClaimLocations(audience, subject, tenant, client, session, tokenId, scopes, sources, permissions);
    }

    ClaimLocations withPermissions(List<ClaimSource> sources) {
        return new ClaimLocations(audience, subject, tenant, client, session, tokenId, scopes, roles, sources);
    }

    static @Nullable String first(List<ClaimSource> sources, ObjectNode claims) throws RejectionException {
        for (ClaimSource source : sources) {
            String text = source.text(claims);
            if (text != null) {
                return text;
            }
        }
        return null;
    }

    static Set<String> words(List<ClaimSource> sources, ObjectNode claims) throws RejectionException {
        Set<String> all = new HashSet<>();
        for (ClaimSource source : sources) {
            List<String> words = source.words(claims);
            if (words != null) {
                all.addAll(words);
            }
        }
        return Set.copyOf(all);
    }

    static Set<String> texts(List<ClaimSource> sources, ObjectNode claims) throws RejectionException {
        Set<String> all = new HashSet<>();
        for (ClaimSource source : sources) {
            List<String> texts = source.texts(claims);
            if (texts != null) {
                all.addAll(texts);
            }
        }
        return Set.copyOf(all);
    }
}
