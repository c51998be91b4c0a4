package dev.scalableapi.testkit;

import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Test vectors of others, which are not part of this repository: the folder that the system property
 * {@code scalableapi.conformance} names, or {@code shared/conformance} beside this repository. A test that asks for absent
 * data is skipped and prints so.
 */
public final class Conformance {
    private static final String PROPERTY = "scalableapi.conformance";
    private static final Path DEFAULT = Path.of("shared", "conformance");
    private static final JsonMapper MAPPER = new JsonMapper();

    private Conformance() {}

    /**
     * {@return the content of a JSON file}
     *
     * @param file the path below the folder
     */
    public static JsonNode json(String file) {
        try {
            return MAPPER.readTree(path(file).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@return a file or a folder, which exists}
     *
     * @param name the path below the folder
     */
    public static Path path(String name) {
        Path path = folder().resolve(name);
        if (Files.exists(path)) {
            return path;
        }
        String absent = "Skipped: no conformance data " + name + " (-D" + PROPERTY + "=… names another folder)";
        System.out.println(absent);
        return abort(absent);
    }

    private static Path folder() {
        String given = System.getProperty(PROPERTY, "");
        Path here = Path.of("").toAbsolutePath();
        // A relative path may be meant from the root of the repository, where Maven was started.
        for (Path at = here; at != null; at = at.getParent()) {
            Path folder = given.isEmpty() ? at.resolve(DEFAULT) : at.resolve(given);
            if (Files.isDirectory(folder)) {
                return folder;
            }
        }
        if (given.isEmpty()) {
            return here.resolve(DEFAULT);
        }
        throw new IllegalStateException("The property " + PROPERTY + " names no folder: " + given);
    }
}
