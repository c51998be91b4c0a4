package dev.scalableapi.testkit;

/** A server did not start. The message is one line, and says why. */
final class StartFailure extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private final boolean portTaken;

    private StartFailure(String message, boolean portTaken) {
        super(message);
        this.portTaken = portTaken;
    }

    static StartFailure of(String server, String reason) {
        String line = reason.replaceAll("\\s*[\\r\\n]+\\s*", " ");
        return new StartFailure(server + " did not start: " + line, saysThatThePortIsTaken(line));
    }

    /** {@return whether a line of a server's log means that another process listens on its port} */
    static boolean saysThatThePortIsTaken(String line) {
        // In the words of glibc and of musl.
        return line.contains("Address already in use") || line.contains("Address in use");
    }

    boolean portTaken() {
        return portTaken;
    }
}
