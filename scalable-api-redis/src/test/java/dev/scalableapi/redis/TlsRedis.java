package dev.scalableapi.redis;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.lettuce.core.SslOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/**
 * A redis-server of the system, for the one that comes with the build knows no TLS. It lets in an ACL user with all rights on
 * the keys {@code app:*} and the channel {@code app:w}, and nobody else.
 */
final class TlsRedis implements AutoCloseable {
    private static final Path BINARY = Path.of("/usr/bin/redis-server");
    private static final String STORE_PASSWORD = "changeit";

    private final int port;
    private final Path keyStore;
    private final RedisProcess process;

    private TlsRedis(int port, Path keyStore, RedisProcess process) {
        this.port = port;
        this.keyStore = keyStore;
        this.process = process;
    }

    static TlsRedis started(Path directory) throws IOException, GeneralSecurityException {
        assumeThat(BINARY).as("a redis-server of the system").isExecutable();
        Path keyStore = directory.resolve("redis.p12");
        assumeThat(generate(keyStore)).as("keytool").isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore)) {
            keys.load(in, STORE_PASSWORD.toCharArray());
        }
        Key key = keys.getKey("redis", STORE_PASSWORD.toCharArray());
        int port = RedisProcess.freePort();
        Path certificate =
                pem(directory, "CERTIFICATE", keys.getCertificate("redis").getEncoded());
        Path privateKey = pem(directory, "PRIVATE KEY", key.getEncoded());
        return new TlsRedis(port, keyStore, RedisProcess.start(BINARY, port, arguments(port, certificate, privateKey)));
    }

    private static int generate(Path keyStore) {
        return RedisProcess.exitOf(
                Path.of(System.getProperty("java.home"), "bin", "keytool"),
                "-genkeypair -alias redis -keyalg EC -dname CN=localhost -ext SAN=dns:localhost -storetype PKCS12"
                        .concat(" -storepass " + STORE_PASSWORD + " -keystore " + keyStore)
                        .split(" "));
    }

    private static Path pem(Path directory, String what, byte[] encoded) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return Files.writeString(
                directory.resolve(what + ".pem"),
                "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }

    private static List<String> arguments(int port, Path certificate, Path privateKey) {
        return List.of(
                "--port",
                "0",
                "--tls-port",
                Integer.toString(port),
                "--tls-cert-file",
                certificate.toString(),
                "--tls-key-file",
                privateKey.toString(),
                "--tls-ca-cert-file",
                certificate.toString(),
                "--tls-auth-clients",
                "no",
                "--save",
                "",
                "--user",
                "default",
                "off",
                "--user",
                "app",
                "on",
                ">p@ss",
                "~app:*",
                "&app:w",
                "+@all");
    }

    String url() {
        return "rediss://app:p%40ss@localhost:" + port;
    }

    /** Trusts its certificate. */
    SslOptions trust() {
        return SslOptions.builder()
                .jdkSslProvider()
                .keyStoreType("PKCS12")
                .truststore(keyStore.toFile(), STORE_PASSWORD)
                .build();
    }

    @Override
    public void close() {
        process.close();
    }
}
