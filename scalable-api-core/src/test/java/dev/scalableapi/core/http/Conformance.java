package dev.scalableapi.core.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Test vectors that others wrote, kept outside of this repository. */
public final class Conformance {
    private Conformance() {}

    /** The cases of a file; without the folder the test is skipped, and says so. */
    public static JsonNode cases(String file) throws IOException {
        Path found = folder().resolve(file);
        boolean present = Files.isRegularFile(found);
        if (!present) {
            System.out.println("Skipped: no conformance data " + file);
        }
        Assumptions.assumeTrue(present, "no conformance data " + file);
        return new JsonMapper().readTree(found.toFile());
    }

    /** The folder that the property names, or {@code shared/conformance} beside this folder or one above it. */
    private static Path folder() {
        String property = System.getProperty("scalableapi.conformance", "");
        if (!property.isEmpty()) {
            return Path.of(property);
        }
        Path here = Path.of("").toAbsolutePath();
        for (Path at = here; at != null; at = at.getParent()) {
            Path beside = at.resolveSibling("shared").resolve("conformance");
            if (Files.isDirectory(beside)) {
                return beside;
            }
        }
        return here.resolve("absent");
    }
}
