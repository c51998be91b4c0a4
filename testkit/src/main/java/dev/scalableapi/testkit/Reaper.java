package dev.scalableapi.testkit;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Ends the processes that outlive this JVM, even if the JVM is killed: a shell that knows their numbers and waits for the
 * end of its input. Thread-safe.
 */
public final class Reaper {
    /** Ignores the signals of a terminal, which reach it together with Maven and the JVM. */
    private static final String SCRIPT = """
            trap '' INT TERM HUP
            pids=
            while read -r action pid; do
              others=
              for p in $pids; do
                [ "$p" = "$pid" ] || others="$others $p"
              done
              pids=$others
              [ "$action" = forget ] || pids="$pids $pid"
            done
            [ -n "$pids" ] || exit 0
            kill -TERM $pids
            kill -CONT $pids
            for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
              kill -0 $pids || exit 0
              sleep 0.1
            done
            kill -KILL $pids
            """;

    private Reaper() {}

    /**
     * Ends a process with this JVM, by SIGTERM or, two seconds later, SIGKILL.
     *
     * @param process the process; it may end before
     */
    @SuppressWarnings("FutureReturnValueIgnored") // The only failure would be that the shell has gone.
    public static void watch(ProcessHandle process) {
        tell("watch " + process.pid());
        process.onExit().thenRun(() -> tell("forget " + process.pid()));
    }

    private static void tell(String line) {
        Shell.INPUT.print(line + "\n");
        Shell.INPUT.flush();
    }

    /** Starts with the first process. */
    private static final class Shell {
        static final PrintStream INPUT = start();

        private static PrintStream start() {
            try {
                Process shell = new ProcessBuilder("/bin/sh", "-c", SCRIPT)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                return new PrintStream(shell.getOutputStream(), true, StandardCharsets.US_ASCII);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
