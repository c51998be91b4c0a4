package dev.scalableapi.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * A server in a process of its own. It is ready when a line of its output says so, and it ends with this JVM, even if the
 * JVM is killed. It runs in {@code target}, where it may leave files.
 */
public final class ServerProcess implements AutoCloseable {
    private static final int ATTEMPTS = 10;
    private static final long END_SECONDS = TestRun.PATIENCE.toSeconds();
    /** More than a server prints before it is ready. */
    private static final int KEPT_LINES = 200;

    private final Process process;
    private final String name;
    private final Predicate<String> ready;
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private final List<String> output = new ArrayList<>();

    private ServerProcess(Process process, String name, Predicate<String> ready) {
        this.process = process;
        this.name = name;
        this.ready = ready;
    }

    /**
     * Starts a server on a free port, and on another one if the port turns out to be taken.
     *
     * @param command the command line for a port
     * @param ready whether a line of the output means that the server accepts connections
     * @return the server, which is ready
     * @throws IllegalStateException with the server's own reason, in one line, if it does not start
     */
    public static Listening startOnFreePort(IntFunction<List<String>> command, Predicate<String> ready) {
        for (int attempt = 1; ; attempt++) {
            int port = Ports.free();
            try {
                return new Listening(port, start(command.apply(port), ready));
            } catch (StartFailure e) {
                if (!e.portTaken() || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /**
     * A server and its port.
     *
     * @param port where it listens
     * @param process the server
     */
    public record Listening(int port, ServerProcess process) {}

    /**
     * Starts a server and waits until it is ready.
     *
     * @param command the command line
     * @param ready whether a line of the output means that the server accepts connections
     * @return the server, which is ready
     * @throws IllegalStateException with the server's own reason, in one line, if it does not start
     */
    public static ServerProcess start(List<String> command, Predicate<String> ready) {
        return start(new ProcessBuilder(command), ready);
    }

    /** Like {@link #start(List, Predicate)}, with an environment. */
    public static ServerProcess start(ProcessBuilder builder, Predicate<String> ready) {
        String name = Path.of(builder.command().get(0)).getFileName().toString();
        ServerProcess server = new ServerProcess(run(builder, name), name, ready);
        server.readOutput();
        server.awaitReady();
        return server;
    }

    private static Process run(ProcessBuilder builder, String name) {
        try {
            Path directory = Files.createDirectories(Path.of("target"));
            Process process = builder.directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            Reaper.watch(process.toHandle());
            return process;
        } catch (IOException e) {
            throw StartFailure.of(name, String.valueOf(e.getMessage()));
        }
    }

    private void readOutput() {
        Thread reader = new Thread(
                () -> {
                    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                        lines.lines().forEach(this::read);
                    } catch (UncheckedIOException | IOException closed) {
                        // The process has ended.
                    }
                    started.completeExceptionally(new IllegalStateException("its output ended"));
                },
                "output of " + name + " " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    private void read(String line) {
        synchronized (output) {
            if (output.size() < KEPT_LINES && !line.isBlank()) {
                output.add(line.strip());
            }
        }
        if (ready.test(line)) {
            started.complete(null);
        }
    }

    private void awaitReady() {
        try {
            started.get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw failure("it ended with status " + statusOfEnded());
        } catch (TimeoutException e) {
            throw failure("it was not ready after " + TestRun.PATIENCE.toSeconds() + " s");
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw failure("the thread was interrupted");
        }
    }

    private String statusOfEnded() {
        return ended() ? Integer.toString(process.exitValue()) : "unknown";
    }

    private StartFailure failure(String what) {
        process.destroyForcibly();
        List<String> lines = output();
        // The last line of a server that fails is its reason, but one that says which port is taken comes before.
        String reason = lines.stream()
                .filter(StartFailure::saysThatThePortIsTaken)
                .findFirst()
                .orElse(lines.isEmpty() ? "no output" : lines.get(lines.size() - 1));
        return StartFailure.of(name, what + ": " + reason);
    }

    /** {@return the first lines of the output, without empty ones} */
    public List<String> output() {
        synchronized (output) {
            return List.copyOf(output);
        }
    }

    /** {@return the number of the process} */
    public long pid() {
        return process.pid();
    }

    /** {@return whether the process runs} */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Stops the process by SIGSTOP: its connections stay open, and it answers nothing until {@link #resume()}. */
    public void pause() {
        signal("-STOP");
    }

    /** Continues the process by SIGCONT. */
    public void resume() {
        signal("-CONT");
    }

    private void signal(String signal) {
        if (run("kill", signal, Long.toString(process.pid())) != 0) {
            throw new IllegalStateException("kill " + signal + " of " + name + " failed");
        }
    }

    /**
     * Runs a command to its end.
     *
     * @param command the command line
     * @return its exit status
     */
    public static int run(String... command) {
        try {
            Process run = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!run.waitFor(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                run.destroyForcibly();
                throw new IllegalStateException(command[0] + " did not end");
            }
            return run.exitValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Ends the process by SIGKILL, and waits for its end. */
    public void kill() {
        process.destroyForcibly();
        ended();
    }

    /** Ends the process by SIGTERM, by SIGKILL if that is not enough, and waits for its end. */
    @Override
    public void close() {
        if (process.isAlive()) {
            run("kill", "-CONT", Long.toString(process.pid()));
        }
        process.destroy();
        if (!ended()) {
            kill();
        }
    }

    private boolean ended() {
        try {
            return process.waitFor(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
