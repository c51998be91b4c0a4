package dev.scalableapi.examples.shop.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The folder that holds the embedded servers: their programs, their data, their logs. One process at a time has it, by
 * a lock that the operating system gives back however the process ends; so what still runs a program out of a folder
 * that is held was left behind by a process that was killed. Readable by its owner alone. Thread-safe.
 */
public final class DataFolder implements AutoCloseable {
    private final Path root;
    private final FileChannel lock;

    private DataFolder(Path root, FileChannel lock) {
        this.root = root;
        this.lock = lock;
    }

    /**
     * Takes the folder, making it if needed.
     *
     * @param path where
     * @return the folder, to be closed by the caller
     * @throws IllegalStateException if another process has it
     * @throws IllegalArgumentException if the path has characters that a shell would take as its own, as PostgreSQL
     *     starts by a shell
     * @throws UncheckedIOException if it can't be made or written
     */
    public static DataFolder open(Path path) {
        try {
            Files.createDirectories(requirePlain(path.toAbsolutePath().normalize()), ownerOnly("rwx------"));
            Path root = requirePlain(path.toRealPath());
            FileChannel channel =
                    FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!locked(channel)) {
                channel.close();
                throw new IllegalStateException("Another shop has the data folder " + root
                        + ": stop it, or set SHOP_DATA to a folder of its own for each");
            }
            return new DataFolder(root, channel);
        } catch (IOException e) {
            throw new UncheckedIOException("The data folder " + path + " can't be used: set SHOP_DATA", e);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException byThisProcess) {
            return false;
        }
    }

    private static Path requirePlain(Path path) {
        boolean windows = path.getFileSystem().getSeparator().equals("\\");
        boolean plain =
                path.toString().chars().noneMatch(c -> c < ' ' || "\"$`'".indexOf(c) >= 0 || (c == '\\' && !windows));
        if (!plain) {
            throw new IllegalArgumentException(
                    "SHOP_DATA must be a path without quotes, dollar signs, backticks, backslashes and line breaks");
        }
        return path;
    }

    /** {@return attributes for a new file or folder, none where the system has no such permissions} */
    static FileAttribute<?>[] ownerOnly(String permissions) {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /** {@return the path, symbolic links resolved} */
    public Path path() {
        return root;
    }

    /** {@return a folder inside, made if needed, for its owner alone} */
    Path folder(String name) throws IOException {
        return Files.createDirectories(root.resolve(name), ownerOnly("rwx------"));
    }

    /** Gives the folder back to other processes. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
