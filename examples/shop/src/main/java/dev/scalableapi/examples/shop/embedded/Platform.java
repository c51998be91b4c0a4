package dev.scalableapi.examples.shop.embedded;

import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What this machine runs, in the names of the artefacts.
 *
 * @param system {@code linux}, {@code darwin} or {@code windows}
 * @param arm64 or else amd64
 * @param musl whether the C library is Alpine's
 */
record Platform(String system, boolean arm64, boolean musl) {
    private static final String REDIS = "redis-server-7.0.15-";

    static Platform current() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String system = name.startsWith("windows") ? "windows" : name.startsWith("mac") ? "darwin" : "linux";
        return new Platform(
                system, System.getProperty("os.arch").equals("aarch64"), Files.exists(Path.of("/etc/alpine-release")));
    }

    /** {@return the archive of PostgreSQL's programs, if the class path has one for this platform} */
    Optional<URL> postgres() {
        return resource(
                "postgres-" + system + (arm64 ? "-arm_64" : "-x86_64") + (musl ? "-alpine_linux" : "") + ".txz");
    }

    /** {@return the Redis server's program, if the class path has one for this platform} */
    Optional<URL> redis() {
        return resource(REDIS + system + (arm64 ? "-arm64" : "-amd64"));
    }

    private static Optional<URL> resource(String name) {
        return Optional.ofNullable(Platform.class.getResource("/" + name));
    }
}
