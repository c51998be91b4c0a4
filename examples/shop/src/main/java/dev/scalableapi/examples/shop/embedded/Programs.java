package dev.scalableapi.examples.shop.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's programs, unpacked into a folder of their own below the data folder; so a process that runs one of them is
 * known to be ours by the path of its executable. Immutable and thread-safe, as long as nothing else unpacks the same.
 */
final class Programs {
    private static final Logger LOG = LoggerFactory.getLogger(Programs.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(5);

    private final Path family;
    private final Path folder;

    private Programs(Path family, Path folder) {
        this.family = family;
        this.folder = folder;
    }

    /** Turns an artefact's resource into files. */
    @FunctionalInterface
    interface Unpacker {
        void unpack(InputStream archive, Path folder) throws IOException;
    }

    /**
     * Unpacks a resource once; another version of it gets a folder of its own, and the old one is removed.
     *
     * @param name of the server, whatever its version
     */
    static Programs unpack(DataFolder data, String name, URL resource, Unpacker unpacker) throws IOException {
        Path family = data.folder("bin").resolve(name);
        URLConnection connection = resource.openConnection();
        Path folder = family.resolve(fingerprint(connection));
        Programs programs = new Programs(family, folder);
        if (!Files.isDirectory(folder)) {
            programs.stopLeftovers();
            delete(family);
            // Renamed only once complete, so that a start that was killed leaves nothing half done in use.
            Path incomplete = data.folder("bin/" + name + "/incomplete");
            try (InputStream archive = connection.getInputStream()) {
                unpacker.unpack(archive, incomplete);
            }
            Files.move(incomplete, folder, StandardCopyOption.ATOMIC_MOVE);
        }
        return programs;
    }

    /** The checksum is in the archive's index: nothing is read for it. */
    private static String fingerprint(URLConnection connection) throws IOException {
        long number = connection instanceof JarURLConnection jar
                ? jar.getJarEntry().getCrc()
                : connection.getContentLengthLong();
        return Long.toHexString(number);
    }

    static void delete(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (Stream<Path> paths = Files.walk(tree)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** {@return the processes that run one of these programs, in any version} */
    List<ProcessHandle> processes() {
        return ProcessHandle.allProcesses().filter(this::isOurs).toList();
    }

    boolean isOurs(ProcessHandle process) {
        return process.info()
                .command()
                .filter(path -> Path.of(path).startsWith(family))
                .isPresent();
    }

    /** Ends what a shop that was killed left behind. */
    void stopLeftovers() {
        List<ProcessHandle> leftovers = processes();
        if (!leftovers.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue(
                            "pids", leftovers.stream().map(ProcessHandle::pid).toList())
                    .log("Stopping what was left running in {}", family);
            leftovers.forEach(this::stop);
        }
    }

    /** Asks a process to end, and ends it if it does not in a few seconds. */
    void stop(ProcessHandle process) {
        process.destroy();
        if (!awaitEnd(process)) {
            process.destroyForcibly();
            awaitEnd(process);
        }
    }

    /** A process that has ended may keep its number for long, where nobody reaps it, but not its executable. */
    private boolean awaitEnd(ProcessHandle process) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (isOurs(process) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(POLL.toNanos());
        }
        return !isOurs(process);
    }

    /** Runs a command to its end; its output goes to a log file. */
    static int run(List<String> command, Path log) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        process.getOutputStream().close();
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("Interrupted while a command ran", e));
        }
    }
}
