package dev.scalableapi.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A {@link CacheNode} in a process of its own, which ends with this one. */
final class RemoteNode implements AutoCloseable {
    private static final String READY = "opened";

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    RemoteNode(Library library, String url) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        command.addAll(List.of("-Xms256m", "-Xmx256m", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(CacheNode.class.getName(), library.name(), url));
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread listener = new Thread(this::listen, "listener");
        listener.setDaemon(true);
        listener.start();
        heard(READY, 60);
    }

    private void listen() {
        process.inputReader(StandardCharsets.UTF_8).lines().forEach(lines::add);
    }

    void tell(String order) {
        Writer writer = process.outputWriter(StandardCharsets.UTF_8);
        try {
            writer.write(order + "\n");
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The numbers of the next line that begins so; what is said before it is skipped. */
    long[] heard(String word, int seconds) {
        long[] numbers = heardWithin(word, seconds);
        if (numbers == null) {
            throw new IllegalStateException("Nothing was heard of: " + word);
        }
        return numbers;
    }

    long @Nullable [] heardWithin(String word, int seconds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        try {
            while (true) {
                String line = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (line == null) {
                    return null;
                }
                String[] words = line.split(" ");
                if (words[0].equals(word)) {
                    return Arrays.stream(words)
                            .skip(1)
                            .mapToLong(Long::parseLong)
                            .toArray();
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
