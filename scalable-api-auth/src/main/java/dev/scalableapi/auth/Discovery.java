package dev.scalableapi.auth;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

/**
 * Finds an issuer's keys by its metadata, at the address of OpenID Connect Discovery 1.0 section 4, or if nothing is there,
 * at that of RFC 8414 section 3. The address that answered is asked first the next time. Thread-safe.
 */
final class Discovery implements KeyLocator {
    private static final String OPENID = "/.well-known/openid-configuration";
    private static final String OAUTH = "/.well-known/oauth-authorization-server";
    private static final String TENANT = "{tenantid}";
    private static final int MAX_SHOWN = 200;

    private final String issuer;
    private final boolean isPlain;
    private final boolean plainHttpPermitted;
    private final URI openId;
    private final URI oauth;
    private volatile boolean preferOauth;
    private volatile boolean isTemplate;

    /** Rejects a URI that cannot be an issuer's identifier (RFC 8414 section 2). */
    Discovery(URI issuer, boolean plainHttpPermitted) {
        Endpoint.checked(issuer, plainHttpPermitted);
        if (issuer.getRawQuery() != null) {
            throw new IllegalArgumentException("An issuer must not have a query");
        }
        this.issuer = issuer.toString();
        this.plainHttpPermitted = plainHttpPermitted;
        isPlain = issuer.getScheme().equalsIgnoreCase("http");
        String path = issuer.getRawPath();
        String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        String origin = issuer.getScheme() + "://" + issuer.getRawAuthority();
        openId = URI.create(origin + trimmed + OPENID);
        oauth = URI.create(origin + OAUTH + trimmed);
    }

    /** The issuer's identifier, unchanged. */
    String issuer() {
        return issuer;
    }

    /**
     * Whether the metadata read last are for all tenants of a provider: their issuer contains {@code {tenantid}} where the
     * configured one names no tenant, such as {@code common}. Their keys may be used only with the tenant of a token.
     */
    boolean isTemplate() {
        return isTemplate;
    }

    @Override
    public CompletableFuture<Location> locate(Endpoint endpoint, long startNanos) {
        boolean oauthFirst = preferOauth;
        return ask(endpoint, oauthFirst ? oauth : openId, startNanos).thenCompose(answer -> {
            if (!isAbsent(answer)) {
                return CompletableFuture.completedFuture(location(answer));
            }
            return ask(endpoint, oauthFirst ? openId : oauth, startNanos).thenApply(second -> {
                if (isAbsent(second)) {
                    throw new IllegalStateException("There are no metadata: the issuer answered with the statuses "
                            + answer.statusCode() + " and " + second.statusCode());
                }
                Location location = location(second);
                preferOauth = !oauthFirst;
                return location;
            });
        });
    }

    private static CompletableFuture<HttpResponse<byte[]>> ask(Endpoint endpoint, URI address, long startNanos) {
        Endpoint metadata = endpoint.at(address).since(startNanos);
        return metadata.send(metadata.request().build());
    }

    /** Also a redirect, which is not followed, for example to a page for logins. */
    private static boolean isAbsent(HttpResponse<byte[]> answer) {
        return answer.statusCode() >= 300 && answer.statusCode() < 500;
    }

    private Location location(HttpResponse<byte[]> answer) {
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(
                    "The address of the metadata answered with the status " + answer.statusCode());
        }
        IssuerMetadata metadata = IssuerMetadata.read(answer.body());
        boolean template = isTemplateOf(metadata.issuer());
        if (!template && !metadata.issuer().equals(issuer)) {
            throw new IllegalStateException("The metadata are of the issuer \"" + shown(metadata.issuer())
                    + "\", not of \"" + issuer + "\": discover the issuer by exactly this value");
        }
        isTemplate = template;
        return new Location(checkedKeys(metadata.jwksUri()), metadata.algorithms());
    }

    /** Whether the configured issuer results from the template, with one segment of a path for the tenant. */
    private boolean isTemplateOf(String template) {
        int at = template.indexOf(TENANT);
        if (at < 0) {
            return false;
        }
        String before = template.substring(0, at);
        String after = template.substring(at + TENANT.length());
        int tenant = issuer.length() - before.length() - after.length();
        return tenant > 0
                && before.endsWith("/")
                && before.length() > "https://".length()
                && issuer.startsWith(before)
                && issuer.endsWith(after)
                && issuer.indexOf('/', at) == (after.isEmpty() ? -1 : at + tenant);
    }

    /** An address that begins with {@code https}, unless the issuer's own does not. */
    URI checkedKeys(URI jwksUri) {
        if (!isPlain && !"https".equalsIgnoreCase(jwksUri.getScheme())) {
            throw new IllegalStateException(
                    "The issuer's metadata contain a jwks_uri that does not begin with https://");
        }
        try {
            return Endpoint.checked(jwksUri, plainHttpPermitted);
        } catch (IllegalArgumentException reason) {
            throw new IllegalStateException("The issuer's metadata contain a wrong jwks_uri: " + reason.getMessage());
        }
    }

    private static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), MAX_SHOWN); i++) {
            char c = text.charAt(i);
            shown.append(c < ' ' || c > '~' ? '?' : c);
        }
        return shown.toString();
    }
}
