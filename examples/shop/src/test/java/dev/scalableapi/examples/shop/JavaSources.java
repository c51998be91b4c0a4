package dev.scalableapi.examples.shop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The sources of all modules, to look a class or one of its methods up by the name that a document gives it. */
record JavaSources(List<Path> main, List<Path> test) {
    static JavaSources under(Path root) {
        return new JavaSources(below(root, "src/main/java"), below(root, "src/test/java"));
    }

    private static List<Path> below(Path root, String kind) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> root.relativize(file).toString().contains(kind))
                    .filter(file -> !root.relativize(file).toString().contains("target/"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return whether main code has it} The name is a class's, bare or with its package, with {@code #method} or not. */
    boolean hasMain(String name) {
        return has(main, name);
    }

    /** {@return whether a test has it} The name is as for {@link #hasMain}. */
    boolean hasTest(String name) {
        return has(test, name);
    }

    private static boolean has(List<Path> files, String name) {
        String[] parts = name.split("#", 2);
        Path end = Path.of(parts[0].replace('.', '/') + ".java");
        return files.stream()
                .filter(file -> file.endsWith(end))
                .anyMatch(file -> parts.length == 1
                        || text(file).matches("(?s).*\\b" + java.util.regex.Pattern.quote(parts[1]) + "\\(.*"));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
