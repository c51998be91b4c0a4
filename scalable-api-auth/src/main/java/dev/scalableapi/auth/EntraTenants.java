package dev.scalableapi.auth;

import dev.scalableapi.auth.Verification.Reason;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The tenants of Microsoft Entra ID whose tokens are accepted. All tenants share keys and the form of the issuer's URL, so
 * an issuer is right only together with the claim {@code tid}. Immutable and thread-safe.
 */
final class EntraTenants {
    static final String CLAIM = "tid";
    static final ClaimSource SOURCE = ClaimSource.of(CLAIM);

    private static final String PLACEHOLDER = "{tenantid}";

    private final Predicate<String> accepted;
    /** The id, if only one tenant is accepted. */
    private final @Nullable String only;

    private EntraTenants(Predicate<String> accepted, @Nullable String only) {
        this.accepted = accepted;
        this.only = only;
    }

    static EntraTenants of(Set<String> ids) {
        for (String id : ids) {
            if (id.isBlank() || id.contains(".") || id.contains("/") || id.contains("{")) {
                throw new IllegalArgumentException("A tenant is named by its id, a GUID, not by a domain: " + id);
            }
        }
        return new EntraTenants(ids::contains, ids.size() == 1 ? ids.iterator().next() : null);
    }

    static EntraTenants matching(Predicate<String> accepted) {
        return new EntraTenants(accepted, null);
    }

    static boolean isTemplate(String issuer) {
        return issuer.contains(PLACEHOLDER);
    }

    /** The issuer with the placeholder in place of the names that stand for all tenants in addresses of metadata. */
    static String template(String issuer) {
        return issuer.replace("/common/", "/" + PLACEHOLDER + "/").replace("/organizations/", "/" + PLACEHOLDER + "/");
    }

    /** Whether tokens of all these tenants can match this issuer. */
    boolean fits(String issuer) {
        return isTemplate(issuer) || (only != null && issuer.contains(only));
    }

    /** What precedes the first tenant in a template, and what follows the last. */
    static String[] split(String template) {
        return new String[] {
            template.substring(0, template.indexOf(PLACEHOLDER)),
            template.substring(template.lastIndexOf(PLACEHOLDER) + PLACEHOLDER.length())
        };
    }

    /** The issuer of this tenant's tokens. */
    static String issuer(String template, String tenant) {
        return template.replace(PLACEHOLDER, tenant);
    }

    void check(String tenant) throws RejectionException {
        boolean accepts;
        try {
            accepts = accepted.test(tenant);
        } catch (RuntimeException e) {
            throw new RejectionException(Reason.WRONG_ISSUER, CLAIM);
        }
        if (!accepts) {
            throw new RejectionException(Reason.WRONG_ISSUER, CLAIM);
        }
    }
}
