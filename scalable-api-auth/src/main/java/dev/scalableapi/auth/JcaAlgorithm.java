package dev.scalableapi.auth;

import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.SignatureGenerationException;
import com.auth0.jwt.interfaces.DecodedJWT;
import java.security.GeneralSecurityException;

/** Signs for java-jwt with any of our keys: it has no PSS and no EdDSA of its own. */
final class JcaAlgorithm extends Algorithm {
    private final SigningKey key;

    JcaAlgorithm(SigningKey key) {
        super(key.algorithm().jwsName(), key.algorithm().jwsName());
        this.key = key;
    }

    @Override
    public byte[] sign(byte[] content) throws SignatureGenerationException {
        try {
            return key.sign(content);
        } catch (GeneralSecurityException e) {
            throw new SignatureGenerationException(this, e);
        }
    }

    /** {@link AccessTokenVerifier} does that. */
    @Override
    public void verify(DecodedJWT token) {
        throw new UnsupportedOperationException("This only signs");
    }
}
