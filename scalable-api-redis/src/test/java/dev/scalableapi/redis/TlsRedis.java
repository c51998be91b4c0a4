package dev.scalableapi.redis;

import static org.assertj.core.api.Assumptions.assumeThat;

import dev.scalableapi.testkit.RedisServer;
import dev.scalableapi.testkit.ServerProcess;
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
    private final ServerProcess process;

    private TlsRedis(int port, Path keyStore, ServerProcess process) {
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
        Path certificate =
                pem(directory, "CERTIFICATE", keys.getCertificate("redis").getEncoded());
        Path privateKey = pem(directory, "PRIVATE KEY", key.getEncoded());
        ServerProcess.Listening listening =
                ServerProcess.startOnFreePort(port -> command(port, certificate, privateKey), RedisServer::isReady);
        return new TlsRedis(listening.port(), keyStore, listening.process());
    }

    private static int generate(Path keyStore) {
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        String arguments = "-genkeypair -alias redis -keyalg EC -dname CN=localhost -ext SAN=dns:localhost"
                + " -storetype PKCS12 -storepass " + STORE_PASSWORD + " -keystore " + keyStore;
        return ServerProcess.run((keytool + " " + arguments).split(" ", -1));
    }

    private static Path pem(Path directory, String what, byte[] encoded) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return Files.writeString(
                directory.resolve(what + ".pem"),
                "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }

    private static List<String> command(int port, Path certificate, Path privateKey) {
        return List.of(
                BINARY.toString(),
                "--port",
                "0",
                "--bind",
                "127.0.0.1",
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
