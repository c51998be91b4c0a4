package dev.scalableapi.examples.shop.embedded;

import dev.scalableapi.examples.shop.database.DatabaseException;
import dev.scalableapi.examples.shop.database.DatabaseUrl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL out of a Maven artefact: on a free port of the loopback address, with its data below the data
 * folder, kept from start to start. Every database has a role of its own, whose password is new at each start.
 *
 * <p>The server is not a child of this process: a Ctrl-C in the terminal leaves it alone until the shop has drained and
 * closes it. It outlives a shop that is killed; the next start on the same folder stops it first.
 *
 * <p>Thread-safe. {@link #close()} waits for a {@link #start()} that runs, so that an exit during a start leaves nothing
 * behind.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
    private static final String SUPERUSER = "postgres";

    private final DataFolder data;
    private Optional<Running> running = Optional.empty();
    private boolean closed;

    private record Running(Programs programs, List<String> prefix, Path folder, int port, String password) {}

    private EmbeddedPostgres(DataFolder data) {
        this.data = data;
    }

    /**
     * {@return a server that is yet to be started; until then it takes nothing}
     *
     * @param data where its programs and its data are kept
     */
    public static EmbeddedPostgres in(DataFolder data) {
        return new EmbeddedPostgres(data);
    }

    /**
     * Starts the server: the first time in a second or two, later in a fraction of one.
     *
     * @throws IllegalStateException if it does not start, if there is no PostgreSQL for this platform, or if it was
     *     started or closed before
     */
    public synchronized void start() {
        if (closed || running.isPresent()) {
            throw new IllegalStateException("An embedded PostgreSQL starts once");
        }
        long begin = System.nanoTime();
        try {
            running = Optional.of(launch());
        } catch (IOException e) {
            throw new UncheckedIOException("The embedded PostgreSQL did not start", e);
        }
        LOG.atInfo()
                .addKeyValue("ms", Duration.ofNanos(System.nanoTime() - begin).toMillis())
                .log("PostgreSQL is up");
    }

    private Running launch() throws IOException {
        URL archive = Platform.current().postgres().orElseThrow(() -> failure("has no program for this platform"));
        Programs programs = Programs.unpack(data, "postgres", archive, PostgresArchive::unpack);
        Path folder = data.folder("postgres");
        List<String> prefix = prefix(folder);
        stopLeftovers(programs, prefix, folder);
        initialise(programs, prefix, folder);
        Files.deleteIfExists(folder.resolve("server.log"));
        for (int attempt = 0; attempt < EmbeddedServer.ATTEMPTS; attempt++) {
            int port = EmbeddedServer.freePort();
            if (Programs.run(startCommand(programs, prefix, folder, port), folder.resolve("commands.log")) == 0) {
                return new Running(programs, prefix, folder, port, Files.readString(folder.resolve("secret")));
            }
            stopLeftovers(programs, prefix, folder);
        }
        throw failure("did not start: " + EmbeddedServer.reason(folder.resolve("server.log")) + " (server.log in "
                + folder + ")");
    }

    /** The superuser may write any file of the user that runs the server: so the loopback address asks for a password. */
    private static void initialise(Programs programs, List<String> prefix, Path folder) throws IOException {
        if (Files.isDirectory(folder.resolve("data"))) {
            return;
        }
        // Renamed only once complete, so that a first start that was killed is simply done again.
        Path incomplete = folder.resolve("incomplete");
        Programs.delete(incomplete);
        Path secret = folder.resolve("secret");
        Files.deleteIfExists(secret);
        Files.createFile(secret, DataFolder.ownerOnly("rw-------"));
        Files.writeString(secret, EmbeddedServer.newSecret());
        List<String> command = command(programs, prefix, "initdb");
        command.addAll(List.of("--pgdata=" + incomplete, "--username=" + SUPERUSER, "--pwfile=" + secret));
        command.addAll(List.of("--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions"));
        // The same order and case rules on every system, whatever locales it has.
        command.addAll(List.of("--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"));
        if (Programs.run(command, folder.resolve("commands.log")) != 0) {
            throw failure("could not make its data folder: see commands.log in " + folder);
        }
        Files.move(incomplete, folder.resolve("data"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static List<String> startCommand(Programs programs, List<String> prefix, Path folder, int port) {
        List<String> command = command(programs, prefix, "pg_ctl");
        command.addAll(List.of("-D", folder.resolve("data").toString(), "-w", "-t", "60", "-s"));
        command.addAll(List.of("-l", folder.resolve("server.log").toString()));
        command.add("-o");
        command.add("-p " + port + " -c listen_addresses=" + EmbeddedServer.LOOPBACK
                + " -c unix_socket_directories= -c timezone=UTC -c log_timezone=UTC -c jit=off");
        command.add("start");
        return command;
    }

    /** A server that an earlier shop left behind is asked to end as it should, before it is made to. */
    private static void stopLeftovers(Programs programs, List<String> prefix, Path folder) throws IOException {
        Path pidFile = folder.resolve("data/postmaster.pid");
        if (Files.exists(pidFile)) {
            Optional<ProcessHandle> owner = pidIn(pidFile).flatMap(ProcessHandle::of);
            if (owner.filter(programs::isOurs).isPresent()) {
                LOG.atWarn()
                        .addKeyValue("pid", owner.get().pid())
                        .log("Stopping the PostgreSQL that an earlier shop left running");
                Programs.run(stopCommand(programs, prefix, folder), folder.resolve("commands.log"));
            } else if (owner.isPresent()) {
                // The number belongs to another program by now, and PostgreSQL would refuse to start because of it.
                Files.delete(pidFile);
            }
        }
        programs.stopLeftovers();
    }

    private static Optional<Long> pidIn(Path pidFile) throws IOException {
        try (var lines = Files.lines(pidFile)) {
            return lines.findFirst().map(String::strip).map(Long::parseLong);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static List<String> stopCommand(Programs programs, List<String> prefix, Path folder) {
        List<String> command = command(programs, prefix, "pg_ctl");
        command.addAll(List.of("-D", folder.resolve("data").toString(), "-m", "fast", "-w", "-t", "20", "-s", "stop"));
        return command;
    }

    private static List<String> command(Programs programs, List<String> prefix, String program) {
        List<String> command = new ArrayList<>(prefix);
        command.add(programs.file("bin/" + program).toString());
        return command;
    }

    /** PostgreSQL refuses to run as root; in a user namespace of its own it is nobody there, and owns its files still. */
    private static List<String> prefix(Path folder) throws IOException {
        boolean root = Platform.current().system().equals("linux")
                && Files.getAttribute(folder, "unix:uid").equals(0);
        if (!root) {
            return List.of();
        }
        if (Programs.run(List.of("unshare", "-U", "true"), folder.resolve("commands.log")) != 0) {
            throw failure(
                    "does not run as root, and there are no user namespaces here: run the shop as another user, or"
                            + " set USER_DATABASE_URL and CATALOG_DATABASE_URL");
        }
        return List.of("unshare", "-U");
    }

    private static IllegalStateException failure(String what) {
        return new IllegalStateException("The embedded PostgreSQL " + what);
    }

    /**
     * {@return a database, made if it is not there, and how its own role signs in; earlier answers for the same name are
     * no longer good}
     *
     * @param name lower-case letters and underscores; the role's name as well
     * @throws IllegalArgumentException if the name has other characters
     * @throws IllegalStateException if the server does not run
     * @throws DatabaseException if the server refuses
     */
    public synchronized DatabaseUrl database(String name) {
        if (name.isEmpty() || !name.chars().allMatch(c -> c == '_' || (c >= 'a' && c <= 'z'))) {
            throw new IllegalArgumentException("A database's name has lower-case letters and underscores");
        }
        Running server = running.orElseThrow(() -> failure("is not running"));
        String password = EmbeddedServer.newSecret();
        try (Connection connection =
                        DriverManager.getConnection(url(server.port(), "postgres"), SUPERUSER, server.password());
                Statement statement = connection.createStatement()) {
            boolean known = exists(statement, "SELECT 1 FROM pg_roles WHERE rolname = '" + name + "'");
            statement.execute((known ? "ALTER" : "CREATE") + " ROLE " + name + " LOGIN PASSWORD '" + password + "'");
            if (!exists(statement, "SELECT 1 FROM pg_database WHERE datname = '" + name + "'")) {
                statement.execute("CREATE DATABASE " + name + " OWNER " + name);
                statement.execute("REVOKE ALL ON DATABASE " + name + " FROM PUBLIC");
            }
        } catch (SQLException e) {
            throw new DatabaseException("The embedded PostgreSQL refused to make a database", e);
        }
        return new DatabaseUrl(url(server.port(), name), Optional.of(name), Optional.of(password));
    }

    private static boolean exists(Statement statement, String query) throws SQLException {
        try (var rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    private static String url(int port, String database) {
        return "jdbc:postgresql://" + EmbeddedServer.LOOPBACK + ":" + port + "/" + database;
    }

    /** Stops the server: connections are cut, what was committed stays. A server that does not run is left as it is. */
    @Override
    public synchronized void close() {
        closed = true;
        running.ifPresent(EmbeddedPostgres::stop);
        running = Optional.empty();
    }

    private static void stop(Running server) {
        try {
            Programs.run(
                    stopCommand(server.programs(), server.prefix(), server.folder()),
                    server.folder().resolve("commands.log"));
        } catch (IOException e) {
            LOG.warn("PostgreSQL could not be asked to stop", e);
        }
        server.programs().processes().forEach(server.programs()::stop);
    }
}
