package dev.scalableapi.benchmarks;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTVerifier;
import com.auth0.jwt.algorithms.Algorithm;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.scalableapi.auth.AccessTokenVerifier;
import dev.scalableapi.auth.Verification;
import dev.scalableapi.auth.VerificationKey;
import dev.scalableapi.auth.VerificationKeySet;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.JwtParserBuilder;
import io.jsonwebtoken.Jwts;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Set;
import javax.crypto.SecretKey;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/**
 * Ours and the peers, each prepared once as its documentation advises, with the key, issuer and audience of the sample;
 * the type too, and what claims must be there, where a library can check it.
 */
@FunctionalInterface
interface TokenVerifier {
    /** The token's facts; throws, or answers with a rejection, if it is not accepted. */
    Object verify(String token) throws Exception;

    /** Fails unless it does what is measured: accepts the sample, and nothing that is tampered with. */
    default TokenVerifier tried(SampleToken sample) throws Exception {
        if (!accepts(sample.valid()) || accepts(sample.tampered()) || accepts(sample.expired())) {
            throw new IllegalStateException("It does not verify tokens");
        }
        return this;
    }

    private boolean accepts(String token) {
        try {
            return !(verify(token) instanceof Verification.Rejected);
        } catch (Exception rejection) {
            return false;
        }
    }

    static TokenVerifier ours(SampleToken sample, int cachedTokens) {
        VerificationKey key = sample.key() instanceof PublicKey publicKey
                ? VerificationKey.of(SampleToken.KID, sample.algorithm(), publicKey)
                : VerificationKey.fromJwk(nimbusKey(sample).toJSONString());
        AccessTokenVerifier verifier = AccessTokenVerifier.builder(
                        VerificationKeySet.of(key), SampleToken.ISSUER, SampleToken.AUDIENCE)
                .algorithms(sample.algorithm())
                .cachedTokens(cachedTokens)
                .build();
        return verifier::verify;
    }

    static TokenVerifier javaJwt(SampleToken sample) {
        JWTVerifier verifier = JWT.require(javaJwtAlgorithm(sample))
                .withIssuer(SampleToken.ISSUER)
                .withAudience(SampleToken.AUDIENCE)
                .build();
        return verifier::verify;
    }

    private static Algorithm javaJwtAlgorithm(SampleToken sample) {
        return switch (sample.algorithm()) {
            case HS256 -> Algorithm.HMAC256(sample.key().getEncoded());
            case RS256 -> Algorithm.RSA256((RSAPublicKey) sample.key(), null);
            case ES256 -> Algorithm.ECDSA256((ECPublicKey) sample.key(), null);
            default -> throw new IllegalArgumentException("java-jwt has no " + sample.algorithm());
        };
    }

    static TokenVerifier nimbus(SampleToken sample) {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
        processor.setJWSKeySelector(
                new JWSVerificationKeySelector<>(JWSAlgorithm.parse(sample.jwsName()), nimbusKeys(sample)));
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                SampleToken.AUDIENCE,
                new JWTClaimsSet.Builder().issuer(SampleToken.ISSUER).build(),
                Set.of("sub", "iat", "exp", "jti")));
        return token -> processor.process(token, null);
    }

    private static JWKSource<SecurityContext> nimbusKeys(SampleToken sample) {
        return new ImmutableJWKSet<>(new JWKSet(nimbusKey(sample)));
    }

    private static JWK nimbusKey(SampleToken sample) {
        JWSAlgorithm algorithm = JWSAlgorithm.parse(sample.jwsName());
        return switch (sample.algorithm()) {
            case HS256 ->
                new OctetSequenceKey.Builder((SecretKey) sample.key())
                        .keyID(SampleToken.KID)
                        .algorithm(algorithm)
                        .build();
            case RS256 ->
                new RSAKey.Builder((RSAPublicKey) sample.key())
                        .keyID(SampleToken.KID)
                        .algorithm(algorithm)
                        .build();
            case ES256 ->
                new ECKey.Builder(Curve.P_256, (ECPublicKey) sample.key())
                        .keyID(SampleToken.KID)
                        .algorithm(algorithm)
                        .build();
            default -> throw new IllegalArgumentException("Nimbus' processor has no " + sample.algorithm());
        };
    }

    static TokenVerifier jjwt(SampleToken sample) {
        JwtParserBuilder builder =
                Jwts.parser().requireIssuer(SampleToken.ISSUER).requireAudience(SampleToken.AUDIENCE);
        JwtParser parser = sample.key() instanceof SecretKey secret
                ? builder.verifyWith(secret).build()
                : builder.verifyWith(sample.publicKey()).build();
        return parser::parseSignedClaims;
    }

    static TokenVerifier jose4j(SampleToken sample) {
        JwtConsumer consumer = new JwtConsumerBuilder()
                .setVerificationKey(sample.key())
                .setJwsAlgorithmConstraints(ConstraintType.PERMIT, sample.jwsName())
                .setExpectedType(true, "at+jwt")
                .setExpectedIssuer(SampleToken.ISSUER)
                .setExpectedAudience(SampleToken.AUDIENCE)
                .setRequireSubject()
                .setRequireIssuedAt()
                .setRequireExpirationTime()
                .setRequireJwtId()
                .build();
        return consumer::processToClaims;
    }

    static TokenVerifier spring(SampleToken sample) {
        NimbusJwtDecoder decoder = sample.key() instanceof SecretKey secret
                ? NimbusJwtDecoder.withSecretKey(secret)
                        .macAlgorithm(MacAlgorithm.HS256)
                        .validateType(false)
                        .build()
                : NimbusJwtDecoder.withJwkSource(nimbusKeys(sample))
                        .jwsAlgorithm(springAlgorithm(sample))
                        .build();
        decoder.setJwtValidator(JwtValidators.createAtJwtValidator()
                .issuer(SampleToken.ISSUER)
                .audience(SampleToken.AUDIENCE)
                .clientId(SampleToken.CLIENT)
                .build());
        return decoder::decode;
    }

    private static org.springframework.security.oauth2.jose.jws.SignatureAlgorithm springAlgorithm(SampleToken sample) {
        return org.springframework.security.oauth2.jose.jws.SignatureAlgorithm.valueOf(sample.jwsName());
    }
}
