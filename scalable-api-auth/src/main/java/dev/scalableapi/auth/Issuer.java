package dev.scalableapi.auth;

import dev.scalableapi.core.internal.WarningPacer;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.slf4j.LoggerFactory;

/**
 * An issuer whose keys are found by its metadata (OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3), so that an
 * application has to know only its identifier. The metadata are read at {@code /.well-known/openid-configuration}, appended
 * to the identifier, or if nothing is there, at {@code /.well-known/oauth-authorization-server}, inserted before its path.
 *
 * <ul>
 *   <li>The metadata must contain exactly this identifier as {@code issuer}: a trailing slash matters.
 *   <li>{@code jwks_uri} must begin with {@code https}; {@code http} is accepted only if the identifier begins with it, too.
 *   <li>If the metadata list algorithms ({@code id_token_signing_alg_values_supported}), at least one of them must use public
 *       keys and be supported; keys without {@code alg} are used with the listed ones of their type.
 *   <li>The metadata are read before each fetch of the keys. Limits, timeout, interval, background fetches and outages are
 *       those of {@link RemoteJwkSet}; the timeout is for metadata and keys together.
 * </ul>
 *
 * <p>Thread-safe. Returns at once and begins with no keys; the first tokens wait for them. Close it to end its thread.
 */
public final class Issuer implements VerificationKeySource, AutoCloseable {
    private final Discovery discovery;
    private final RemoteJwkSet keys;
    private final WarningPacer warnings = WarningPacer.create();

    private Issuer(Discovery discovery, RemoteJwkSet keys) {
        this.discovery = discovery;
        this.keys = keys;
    }

    /**
     * {@return an issuer, with the settings that {@link RemoteJwkSet} has by default}
     *
     * @param identifier exactly as the issuer writes it in the claim {@code iss}; {@code https}, or on this machine
     *     {@code http}
     * @throws IllegalArgumentException if it is not an absolute URI without query and fragment, or begins with
     *     {@code http} and is on another machine
     */
    public static Issuer discover(URI identifier) {
        return discover(identifier, UnaryOperator.identity());
    }

    /**
     * {@return an issuer}
     *
     * @param identifier as above
     * @param settings applied to a builder with the default settings, for example
     *     {@code keys -> keys.interval(Duration.ofSeconds(10))}
     * @throws IllegalArgumentException as above, or if the settings are rejected; {@code http} to other machines has to be
     *     permitted by {@link RemoteJwkSet.Builder#permitPlainHttp()}
     */
    public static Issuer discover(URI identifier, UnaryOperator<RemoteJwkSet.Builder> settings) {
        RemoteJwkSet.Builder builder = settings.apply(RemoteJwkSet.builder(identifier));
        Discovery discovery = new Discovery(identifier, builder.isPlainHttpPermitted());
        return new Issuer(discovery, builder.locator(discovery).build());
    }

    /**
     * The same keys, also if the metadata are for all tenants of Microsoft Entra ID. Only for verifiers that expand
     * {@code {tenantid}} with an allowed tenant of the token, and check {@code iss} and
     * {@link VerificationKey#checkIssuer(String, String)} with it. Other sources are returned unchanged.
     */
    static VerificationKeySource forAllTenants(VerificationKeySource source) {
        return source instanceof Issuer issuer ? issuer.keys : source;
    }

    /** {@return the identifier, unchanged: the claim {@code iss} of the issuer's tokens} */
    public String identifier() {
        return discovery.issuer();
    }

    /** {@return the keys that were fetched last; none before the first fetch, and once they are too old} */
    @Override
    public VerificationKeySet current() {
        return discovery.isTemplate() ? RemoteJwkSet.NO_KEYS : keys.current();
    }

    @Override
    public CompletionStage<VerificationKeySet> refreshed() {
        return keys.refreshed().thenApply(now -> {
            if (discovery.isTemplate() && warnings.isDue()) {
                LoggerFactory.getLogger(Issuer.class)
                        .warn(
                                "The metadata of {} are for all tenants: use the profile of Entra ID, or one tenant",
                                identifier());
            }
            return current();
        });
    }

    /** {@return whether the last fetch failed or there are no keys, so that keys may be missing} */
    @Override
    public boolean isStale() {
        return keys.isStale() || discovery.isTemplate();
    }

    /** {@return how long ago the keys were fetched, successfully; empty before the first time} */
    public Optional<Duration> age() {
        return keys.age();
    }

    /** Ends the fetching; the keys stay until they are too old. */
    @Override
    public void close() {
        keys.close();
    }

    /** {@return the identifier} */
    @Override
    public String toString() {
        return "Issuer[" + identifier() + "]";
    }
}
