package dev.scalableapi.examples.shop;

import dev.scalableapi.examples.shop.database.DatabaseUrl;
import dev.scalableapi.examples.shop.embedded.DataFolder;
import dev.scalableapi.examples.shop.embedded.EmbeddedPostgres;
import dev.scalableapi.examples.shop.embedded.EmbeddedRedis;
import dev.scalableapi.examples.shop.setup.ShutdownSequence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One PostgreSQL and one Redis for all tests of the JVM: a test class asks for them by a parameter of this type. */
public final class TestServers implements AutoCloseable {
    private final Path path;
    private final ShutdownSequence shutdown = ShutdownSequence.create();
    private final EmbeddedPostgres postgres;
    private final Optional<String> redisUrl;

    private TestServers() throws IOException {
        path = Files.createTempDirectory("shop test ").toRealPath();
        DataFolder folder = shutdown.closing("folder", DataFolder.open(path));
        postgres = shutdown.closing("postgres", EmbeddedPostgres.in(folder));
        EmbeddedRedis redis = shutdown.closing("redis", EmbeddedRedis.in(folder));
        postgres.start();
        redisUrl = redis.start();
    }

    /** A database that nobody else has, in as far as the name is nobody else's. */
    public DatabaseUrl database(String name) {
        return postgres.database(name);
    }

    public Optional<String> redisUrl() {
        return redisUrl;
    }

    /** What runs a program of a data folder. */
    public static List<ProcessHandle> processesOf(Path data) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .command()
                        .filter(command -> Path.of(command).startsWith(data))
                        .isPresent())
                .toList();
    }

    @Override
    public void close() throws IOException {
        shutdown.close();
        try (var files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Starts the servers once, and stops them when all tests have run. */
    public static final class Extension implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == TestServers.class;
        }

        @Override
        public TestServers resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(TestServers.class))
                    .computeIfAbsent(TestServers.class, type -> started(), TestServers.class);
        }

        private static TestServers started() {
            try {
                return new TestServers();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
