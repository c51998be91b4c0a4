package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPrivateKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeyTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void generatedKeyIsForEs256() {
        SigningKey key = SigningKey.generate();
        assertThat(key.algorithm()).isEqualTo(SignatureAlgorithm.ES256);
        assertThat(key.kid()).hasSize(43).isNotEqualTo(SigningKey.generate().kid());
    }

    @Test
    void pemGivesTheSameKeyBack() {
        for (SigningKey key : List.of(Fixtures.EC, Fixtures.RSA)) {
            SigningKey copy = SigningKey.fromPem(key.toPem());
            assertThat(copy.kid()).isEqualTo(key.kid());
            assertThat(copy.toPem()).isEqualTo(key.toPem());
            assertThat(copy.verificationKey()).isEqualTo(key.verificationKey());
        }
    }

    @Test
    void publicKeyIsDerivedForManyKeys() {
        for (int i = 0; i < 50; i++) {
            KeyPair pair = Fixtures.ecKeyPair("secp256r1");
            SigningKey key = SigningKey.fromPem(Fixtures.pem(pair.getPrivate()));
            assertThat(key.verificationKey()).isEqualTo(VerificationKey.of(pair.getPublic()));
        }
    }

    @Test
    void publicKeyIsDerivedForTheSmallestAndTheLargestScalar() throws Exception {
        ECPrivateKey any = (ECPrivateKey) Fixtures.privateKey(Fixtures.EC);
        BigInteger last = any.getParams().getOrder().subtract(BigInteger.ONE);
        for (BigInteger scalar : List.of(BigInteger.ONE, BigInteger.TWO, last)) {
            SigningKey key = SigningKey.fromPem(Fixtures.pem(ecKey(any, scalar)));
            assertThat(key.algorithm()).isEqualTo(SignatureAlgorithm.ES256);
        }
    }

    private static PrivateKey ecKey(ECPrivateKey any, BigInteger scalar) throws Exception {
        return KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(scalar, any.getParams()));
    }

    @Test
    void scalarOutsideTheGroupIsRefused() {
        byte[] der = Fixtures.privateKey(Fixtures.EC).getEncoded();
        // The JDK's encoding ends with the scalar.
        byte[] zero = der.clone();
        java.util.Arrays.fill(zero, der.length - 32, der.length, (byte) 0);
        byte[] tooLarge = der.clone();
        java.util.Arrays.fill(tooLarge, der.length - 32, der.length, (byte) 0xff);
        for (byte[] bad : List.of(zero, tooLarge)) {
            assertThatIllegalArgumentException().isThrownBy(() -> SigningKey.fromPem(Fixtures.pem(bad)));
        }
    }

    @Test
    void pemWithThePublicPartInsideIsRead() {
        byte[] withPublicPart = opensslEncoding(Fixtures.EC);
        assertThat(SigningKey.fromPem(Fixtures.pem(withPublicPart)).kid()).isEqualTo(Fixtures.EC.kid());
    }

    /** PKCS #8 as openssl writes it: the inner ECPrivateKey (RFC 5915) holds the public key as [1] too. */
    private static byte[] opensslEncoding(SigningKey key) {
        byte[] scalar = java.util.Arrays.copyOfRange(
                Fixtures.privateKey(key).getEncoded(),
                Fixtures.privateKey(key).getEncoded().length - 32,
                Fixtures.privateKey(key).getEncoded().length);
        byte[] spki = Fixtures.publicKey(key).getEncoded();
        byte[] point = java.util.Arrays.copyOfRange(spki, spki.length - 65, spki.length);
        byte[] algorithm = java.util.Arrays.copyOfRange(spki, 2, 2 + 21);
        byte[] bits = der(0x03, new byte[] {0}, point);
        byte[] inner = der(0x30, new byte[] {2, 1, 1}, der(0x04, scalar), der(0xa1, bits));
        return der(0x30, new byte[] {2, 1, 0}, algorithm, der(0x04, inner));
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(tag);
        if (content.size() >= 0x80) {
            all.write(0x81);
        }
        all.write(content.size());
        all.writeBytes(content.toByteArray());
        return all.toByteArray();
    }

    static Stream<PrivateKey> weakKeys() throws Exception {
        KeyPairGenerator smallExponent = KeyPairGenerator.getInstance("RSA");
        smallExponent.initialize(new RSAKeyGenParameterSpec(2048, BigInteger.valueOf(3)));
        RSAPrivateCrtKey rsa = (RSAPrivateCrtKey) Fixtures.privateKey(Fixtures.RSA);
        RSAPrivateCrtKey other =
                (RSAPrivateCrtKey) smallExponent.generateKeyPair().getPrivate();
        KeyFactory factory = KeyFactory.getInstance("RSA");
        return Stream.of(
                Fixtures.keyPair("RSA", 1024).getPrivate(),
                Fixtures.keyPair("RSA", 2040).getPrivate(),
                KeyPairGenerator.getInstance("X25519").generateKeyPair().getPrivate(),
                Fixtures.keyPair("DSA", 2048).getPrivate(),
                KeyPairGenerator.getInstance("Ed448").generateKeyPair().getPrivate(),
                factory.generatePrivate(new RSAPrivateKeySpec(rsa.getModulus(), rsa.getPrivateExponent())),
                factory.generatePrivate(new RSAPrivateCrtKeySpec(
                        rsa.getModulus(),
                        rsa.getPublicExponent(),
                        other.getPrivateExponent(),
                        rsa.getPrimeP(),
                        rsa.getPrimeQ(),
                        other.getPrimeExponentP(),
                        other.getPrimeExponentQ(),
                        rsa.getCrtCoefficient())));
    }

    @ParameterizedTest
    @MethodSource("weakKeys")
    void otherWeakAndInconsistentKeysAreRefused(PrivateKey key) {
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKey.fromPem(Fixtures.pem(key)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-----BEGIN PRIVATE KEY----------END PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----END PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\n????\n-----END PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nc2VjcmV0",
                "c2VjcmV0\n-----END PRIVATE KEY-----",
                "-----BEGIN EC PRIVATE KEY-----\nc2VjcmV0\n-----END EC PRIVATE KEY-----"
            })
    void textThatIsNoKeyIsRefusedWithoutRepeatingIt(String pem) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKey.fromPem(pem))
                .withNoCause()
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("c2VjcmV0", "????"));
    }

    @Test
    void overlongTextIsRefused() {
        String padded = Fixtures.EC.toPem() + " ".repeat(16 * 1024);
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKey.fromPem(padded));
    }

    @Test
    void flippedBytesOfTheKeyNeverGiveAnInconsistentKey() {
        byte[] der = Fixtures.privateKey(Fixtures.EC).getEncoded();
        for (int i = 0; i < der.length * 8; i += 7) {
            byte[] flipped = der.clone();
            flipped[i / 8] ^= (byte) (1 << i % 8);
            try {
                SigningKey key = SigningKey.fromPem(Fixtures.pem(flipped));
                String token = Fixtures.issuer(key).issue(Fixtures.ALICE).value();
                assertThat(Fixtures.verifier(key).verify(token)).isInstanceOf(Verification.Verified.class);
            } catch (IllegalArgumentException refused) {
                assertThat(refused).hasNoCause();
            }
        }
    }

    @Test
    void writtenFileBelongsToItsOwnerAlone() throws Exception {
        assumeThat(FileSystems.getDefault().supportedFileAttributeViews()).contains("posix");
        Path file = directory.resolve("key.pem");
        Fixtures.EC.write(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(SigningKey.read(file).kid()).isEqualTo(Fixtures.EC.kid());
        assertThat(filesIn(directory)).containsExactly(file);
    }

    @Test
    void existingFileIsNeverReplaced() throws Exception {
        Path file = directory.resolve("key.pem");
        Files.writeString(file, "before");
        assertThatThrownBy(() -> Fixtures.EC.write(file))
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("before");
        assertThat(filesIn(directory)).containsExactly(file);
    }

    @Test
    void missingFileAndDirectoryAreReported() {
        Path file = directory.resolve("none").resolve("key.pem");
        assertThatThrownBy(() -> SigningKey.read(file)).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> Fixtures.EC.write(file)).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> SigningKey.readOrGenerate(file)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void fileThatIsNoKeyIsRefusedAndLeftAlone() throws Exception {
        Path file = directory.resolve("key.pem");
        Files.writeString(file, "x".repeat(100_000));
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKey.readOrGenerate(file));
        assertThat(file).hasSize(100_000);
    }

    @Test
    void allWhoStartAtOnceGetTheSameKey() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 8; round++) {
                Path file = directory.resolve("key" + round + ".pem");
                CyclicBarrier start = new CyclicBarrier(8);
                Callable<String> process = () -> {
                    start.await();
                    return SigningKey.readOrGenerate(file).kid();
                };
                List<Future<String>> kids = threads.invokeAll(java.util.Collections.nCopies(8, process));
                for (Future<String> kid : kids) {
                    assertThat(kid.get()).isEqualTo(SigningKey.read(file).kid());
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void textFormShowsIdAndAlgorithmOnly() {
        assertThat(Fixtures.EC).hasToString("SigningKey[" + Fixtures.EC.kid() + ", ES256]");
        assertThat(Fixtures.RSA.verificationKey()).hasToString("VerificationKey[" + Fixtures.RSA.kid() + ", RS256]");
    }

    @Test
    void pemIsInLinesOf64() {
        assertThat(Fixtures.RSA.toPem().lines())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(64));
        String body = Fixtures.EC.toPem().replaceAll("-----[A-Z ]+-----|\n", "");
        assertThat(Base64.getDecoder().decode(body))
                .isEqualTo(Fixtures.privateKey(Fixtures.EC).getEncoded());
    }

    @Test
    void publicSideVerifies() throws Exception {
        byte[] message = {1, 2, 3};
        assertThat(Fixtures.EC.verificationKey().signatureCheck().verifies(message, 3, Fixtures.EC.sign(message)))
                .isTrue();
    }

    private static List<Path> filesIn(Path directory) throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
