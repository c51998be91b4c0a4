package dev.scalableapi.redis;

import dev.scalableapi.testkit.Reaper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A {@link ChildCache} that runs. */
final class ChildProcess implements AutoCloseable {
    private final Process process;
    private final PrintWriter input;
    private final BufferedReader output;

    private ChildProcess(Process process) {
        this.process = process;
        input = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Reaper.watch(process.toHandle());
    }

    static ChildProcess started(TestRedis redis, String namespace, String database, Duration lease) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Xmx256m",
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1"));
        String log = System.getProperty("logback.configurationFile");
        if (log != null) {
            command.add("-Dlogback.configurationFile=" + log);
            command.add("-Dtest.log=" + System.getProperty("test.log"));
        }
        command.addAll(
                List.of(ChildCache.class.getName(), redis.url(), namespace, database, Long.toString(lease.toMillis())));
        try {
            return new ChildProcess(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitReady() {
        for (String line = next(); !line.equals("ready"); line = next()) {}
    }

    /** What so many threads of it get that read the key at once; fails if it dies before they have it. */
    CompletableFuture<String> read(String key, int threads) {
        input.println(key + " " + threads);
        return CompletableFuture.supplyAsync(this::next);
    }

    private String next() {
        try {
            String line = output.readLine();
            if (line == null) {
                throw new IllegalStateException("The process has ended");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
        process.onExit().join();
    }
}
