package dev.scalableapi.auth;

import com.auth0.jwt.JWT;
import com.auth0.jwt.exceptions.JWTCreationException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way in which a service proves its identity to an authorization server (OpenID Connect Core section 9). Immutable and
 * thread-safe; its text form contains the client's id only.
 */
public final class ClientAuthentication {
    private final String clientId;
    private final Proof proof;

    private ClientAuthentication(String clientId, Proof proof) {
        this.clientId = required(clientId, "clientId");
        this.proof = proof;
    }

    /**
     * {@return {@code client_secret_basic}: id and secret in the header field {@code Authorization}, each encoded as in a
     * form first (RFC 6749 section 2.3.1)}
     *
     * @param clientId of this service
     * @param clientSecret of this service
     * @throws IllegalArgumentException if either is empty or has an unpaired surrogate
     */
    public static ClientAuthentication clientSecretBasic(String clientId, String clientSecret) {
        String pair = FormBody.encoded(required(clientId, "clientId")) + ":"
                + FormBody.encoded(required(clientSecret, "clientSecret"));
        String field = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
        return new ClientAuthentication(
                clientId, (request, form, endpoint, clock) -> request.header("Authorization", field));
    }

    /**
     * {@return {@code client_secret_post}: id and secret as parameters of the body, for servers that do not support
     * {@link #clientSecretBasic}}
     *
     * @param clientId of this service
     * @param clientSecret of this service
     * @throws IllegalArgumentException if either is empty or has an unpaired surrogate
     */
    public static ClientAuthentication clientSecretPost(String clientId, String clientSecret) {
        String secret = required(clientSecret, "clientSecret");
        return new ClientAuthentication(
                clientId,
                (request, form, endpoint, clock) ->
                        form.add("client_id", clientId).add("client_secret", secret));
    }

    /**
     * {@return {@code private_key_jwt} with the URL of the endpoint as the audience}
     *
     * @param clientId of this service
     * @param key as for {@link #privateKeyJwt(String, SigningKey, String)}
     * @throws IllegalArgumentException if the id is empty or has an unpaired surrogate, or the key is a shared secret
     */
    public static ClientAuthentication privateKeyJwt(String clientId, SigningKey key) {
        return new ClientAuthentication(clientId, new Assertion(clientId, key, null));
    }

    /**
     * {@return {@code private_key_jwt}: an assertion that the client signs (RFC 7523 section 2.2)} Each request has a new
     * assertion, which is valid for one minute. Its header contains the algorithm and the id of the key.
     *
     * @param clientId of this service
     * @param key whose public side the authorization server knows
     * @param audience the claim {@code aud}; newer servers require their issuer identifier, older ones the URL of the
     *     token endpoint
     * @throws IllegalArgumentException if a text is empty or has an unpaired surrogate, or the key is a shared secret
     */
    public static ClientAuthentication privateKeyJwt(String clientId, SigningKey key, String audience) {
        return new ClientAuthentication(clientId, new Assertion(clientId, key, required(audience, "audience")));
    }

    /** Encoded as a question mark, an unpaired surrogate would make another secret. */
    static String required(String text, String name) {
        if (text.isEmpty() || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException(name + " must be a text of well-formed Unicode that is not empty");
        }
        return text;
    }

    /** Adds the proof to a request, as a header field or as parameters of its form. */
    void addTo(HttpRequest.Builder request, FormBody form, URI endpoint, Clock clock) {
        proof.addTo(request, form, endpoint, clock);
    }

    /** {@return the client's id} */
    @Override
    public String toString() {
        return "ClientAuthentication[" + clientId + "]";
    }

    private interface Proof {
        void addTo(HttpRequest.Builder request, FormBody form, URI endpoint, Clock clock);
    }

    private static final class Assertion implements Proof {
        private static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        private static final Duration LIFETIME = Duration.ofMinutes(1);
        private static final int ID_BYTES = 16;

        private final SecureRandom random = new SecureRandom();
        private final String clientId;
        private final SigningKey key;
        private final @Nullable String audience;

        private Assertion(String clientId, SigningKey key, @Nullable String audience) {
            if (key.algorithm().isSymmetric()) {
                throw new IllegalArgumentException("private_key_jwt requires a key pair, not a shared secret");
            }
            this.clientId = clientId;
            this.key = key;
            this.audience = audience;
        }

        @Override
        public void addTo(HttpRequest.Builder request, FormBody form, URI endpoint, Clock clock) {
            String recipient = audience == null ? endpoint.toString() : audience;
            form.add("client_id", clientId)
                    .add("client_assertion_type", TYPE)
                    .add("client_assertion", signed(recipient, clock));
        }

        private String signed(String recipient, Clock clock) {
            byte[] id = new byte[ID_BYTES];
            random.nextBytes(id);
            Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
            try {
                return JWT.create()
                        .withHeader(Map.of("typ", "JWT", "kid", key.kid()))
                        .withIssuer(clientId)
                        .withSubject(clientId)
                        .withAudience(recipient)
                        .withJWTId(Base64Url.encode(id))
                        .withIssuedAt(now)
                        .withExpiresAt(now.plus(LIFETIME))
                        .sign(new JcaAlgorithm(key));
            } catch (JWTCreationException e) {
                throw new IllegalStateException("A client assertion could not be signed", e);
            }
        }
    }
}
