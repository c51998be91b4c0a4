package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.RSAPublicKeySpec;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VerificationKeyTest {
    private static final PublicKey EC = Fixtures.publicKey(Fixtures.EC);
    private static final PublicKey RSA = Fixtures.publicKey(Fixtures.RSA);

    @Test
    void thumbprintIsThatOfRfc7638() throws Exception {
        String modulus = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECP"
                + "ebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMic"
                + "AtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPks"
                + "INHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        byte[] n = Base64Url.decode(modulus, 0, modulus.length());
        assertThat(VerificationKey.of(rsa(new BigInteger(1, n), BigInteger.valueOf(65537)))
                        .kid())
                .isEqualTo("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    private static PublicKey rsa(BigInteger modulus, BigInteger exponent) throws Exception {
        return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
    }

    static Stream<PublicKey> unsoundKeys() throws Exception {
        BigInteger modulus = ((RSAPublicKey) RSA).getModulus();
        ECPoint point = ((ECPublicKey) EC).getW();
        BigInteger prime = new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
        return Stream.of(
                Fixtures.keyPair("RSA", 1024).getPublic(),
                rsa(modulus.add(BigInteger.ONE), BigInteger.valueOf(65537)),
                new FakeRsa(modulus, BigInteger.ONE),
                new FakeRsa(modulus, BigInteger.valueOf(65536)),
                new FakeRsa(modulus, BigInteger.ONE.shiftLeft(64).add(BigInteger.ONE)),
                new FakeRsa(BigInteger.ONE.shiftLeft(20_000).add(BigInteger.ONE), BigInteger.valueOf(65537)),
                // Of the form of the flawed generator's: a power of 65537 modulo every prime.
                new FakeRsa(BigInteger.valueOf(65537).pow(130), BigInteger.valueOf(65537)),
                KeyPairGenerator.getInstance("X25519").generateKeyPair().getPublic(),
                new FakeEc(new ECPoint(point.getAffineX(), point.getAffineY().add(BigInteger.ONE))),
                new FakeEc(new ECPoint(point.getAffineX(), point.getAffineY().add(prime))),
                new FakeEc(new ECPoint(point.getAffineX().add(prime), point.getAffineY())),
                new FakeEc(new ECPoint(point.getAffineX().negate(), point.getAffineY())),
                new FakeEc(ECPoint.POINT_INFINITY),
                KeyPairGenerator.getInstance("Ed448").generateKeyPair().getPublic(),
                Fixtures.keyPair("DSA", 2048).getPublic());
    }

    @ParameterizedTest
    @MethodSource("unsoundKeys")
    void unsoundKeysAreRefused(PublicKey key) {
        assertThatIllegalArgumentException().isThrownBy(() -> VerificationKey.of(key));
        for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
            assertThatIllegalArgumentException().isThrownBy(() -> VerificationKey.of("a", algorithm, key));
        }
    }

    @Test
    void keyOfAnotherKindThanTheAlgorithmIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> VerificationKey.of("a", SignatureAlgorithm.RS256, EC));
        assertThatIllegalArgumentException().isThrownBy(() -> VerificationKey.of("a", SignatureAlgorithm.ES256, RSA));
    }

    @Test
    void idMustBeThereAndShort() {
        for (String kid : List.of("", " ", "x".repeat(257))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> VerificationKey.of(kid, SignatureAlgorithm.ES256, EC));
        }
        assertThat(VerificationKey.of("x".repeat(256), SignatureAlgorithm.ES256, EC)
                        .kid())
                .hasSize(256);
    }

    @Test
    void setFindsKeysByTheirExactId() {
        VerificationKey first = VerificationKey.of("a", SignatureAlgorithm.ES256, EC);
        VerificationKey second = VerificationKey.of("b", SignatureAlgorithm.RS256, RSA);
        VerificationKeySet keys = VerificationKeySet.of(first, second);
        assertThat(keys.find("a")).contains(first);
        assertThat(keys.find("A")).isEmpty();
        assertThat(keys.keys()).containsExactly(first, second);
        assertThat(keys).hasToString("VerificationKeySet[VerificationKey[a, ES256], VerificationKey[b, RS256]]");
    }

    @Test
    void setWithoutKeysOrWithTwoOfOneIdIsRefused() {
        VerificationKey first = VerificationKey.of("a", SignatureAlgorithm.ES256, EC);
        VerificationKey second = VerificationKey.of("a", SignatureAlgorithm.RS256, RSA);
        assertThatIllegalArgumentException().isThrownBy(VerificationKeySet::of);
        assertThatIllegalArgumentException().isThrownBy(() -> VerificationKeySet.of(first, second));
    }

    private static VerificationKey keyOf(String issuer) {
        String set = IssuerServer.jwks(Fixtures.EC);
        String jwk = set.substring(set.indexOf('[') + 1, set.lastIndexOf(']'));
        return VerificationKey.fromJwk(jwk.replaceFirst("}", ",\"issuer\":\"" + issuer + "\"}"));
    }

    @Test
    void keyOfAnotherIssuerIsRejected() throws Exception {
        VerificationKey key = keyOf("https://login.example/{tenantid}/v2.0");
        key.checkIssuer("https://login.example/t1/v2.0", "t1");
        key.checkIssuer("https://login.example/{tenantid}/v2.0", null);
        for (@Nullable String tenant : new @Nullable String[] {"t2", "", "{tenantid}", null}) {
            assertThatExceptionOfType(RejectionException.class)
                    .isThrownBy(() -> key.checkIssuer("https://login.example/t1/v2.0", tenant))
                    .satisfies(rejection ->
                            assertThat(rejection.rejected().reason()).isEqualTo(Verification.Reason.WRONG_ISSUER));
        }
        VerificationKey.of(EC).checkIssuer("https://any.example", null);
    }

    @Test
    void issuerOfAKeyIsPartOfItsIdentity() {
        assertThat(keyOf("https://a.example"))
                .isEqualTo(keyOf("https://a.example"))
                .isNotEqualTo(keyOf("https://b.example"))
                .isNotEqualTo(Fixtures.EC.verificationKey());
    }

    @Test
    void verifierRejectsAKeyThatIsPublishedForAnotherIssuer() {
        String token = Fixtures.token(Fixtures.EC, Fixtures.header(Fixtures.EC), Fixtures.claims(""));
        assertThat(verifier(keyOf(Fixtures.ISSUER)).verify(token)).isInstanceOf(Verification.Verified.class);
        assertThat(verifier(keyOf("https://other.example")).verify(token))
                .isEqualTo(new Verification.Rejected(Verification.Reason.WRONG_ISSUER));
        assertThat(verifier(keyOf("https://{tenantid}.example")).verify(token))
                .isEqualTo(new Verification.Rejected(Verification.Reason.WRONG_ISSUER));
    }

    private static AccessTokenVerifier verifier(VerificationKey key) {
        return AccessTokenVerifier.builder(VerificationKeySet.of(key), Fixtures.ISSUER, Fixtures.AUDIENCE)
                .clock(Fixtures.at(Fixtures.NOW))
                .build();
    }

    /** What a provider that checks nothing could bring. */
    @SuppressWarnings("serial")
    private record FakeRsa(BigInteger modulus, BigInteger exponent) implements RSAPublicKey {
        @Override
        public BigInteger getModulus() {
            return modulus;
        }

        @Override
        public BigInteger getPublicExponent() {
            return exponent;
        }

        @Override
        public String getAlgorithm() {
            return "RSA";
        }

        @Override
        public String getFormat() {
            return "none";
        }

        @Override
        public byte[] getEncoded() {
            return new byte[0];
        }
    }

    @SuppressWarnings("serial")
    private record FakeEc(ECPoint point) implements ECPublicKey {
        @Override
        public ECPoint getW() {
            return point;
        }

        @Override
        public ECParameterSpec getParams() {
            return ((ECPublicKey) EC).getParams();
        }

        @Override
        public String getAlgorithm() {
            return "EC";
        }

        @Override
        public String getFormat() {
            return "none";
        }

        @Override
        public byte[] getEncoded() {
            return new byte[0];
        }
    }
}
