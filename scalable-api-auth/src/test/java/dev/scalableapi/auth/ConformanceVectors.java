package dev.scalableapi.auth;

import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Test vectors that others wrote (Wycheproof, the JOSE cookbook, JSONTestSuite). They are no part of this project: where
 * they are not at hand, who asks for them is skipped.
 */
final class ConformanceVectors {
    private static final Set<String> PRIVATE = Set.of("d", "p", "q", "dp", "dq", "qi", "oth");

    private final JsonMapper mapper = new JsonMapper();
    private final Path jose;

    private ConformanceVectors(Path jose) {
        this.jose = jose;
    }

    static ConformanceVectors find() {
        String given = System.getProperty("scalableapi.conformance");
        if (given != null) {
            return at(Path.of(given));
        }
        Path up = Path.of("").toAbsolutePath();
        while (up.getParent() != null && !Files.isDirectory(beside(up))) {
            up = up.getParent();
        }
        return at(beside(up));
    }

    private static Path beside(Path folder) {
        return folder.resolve("shared").resolve("conformance");
    }

    private static ConformanceVectors at(Path folder) {
        Path jose = folder.resolve("jose");
        if (Files.isDirectory(jose)) {
            return new ConformanceVectors(jose);
        }
        String absent = "Skipped: the conformance vectors are not here; set scalableapi.conformance to their folder";
        System.out.println(absent);
        return abort(absent);
    }

    JsonNode json(String file) {
        try {
            return mapper.readTree(jose.resolve(file).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of a Wycheproof file. */
    List<JsonNode> groups(String file) {
        return list(json(file).get("testGroups"));
    }

    static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    /** The files of a folder, by name. */
    Map<String, byte[]> files(String folder, String suffix) {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(jose.resolve(folder))) {
            for (Path file : all.filter(any -> any.toString().endsWith(suffix)).toList()) {
                files.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    /** The public sides of a JWK or of a JWK set, as a set: a private member would be reason enough to refuse it. */
    static VerificationKeySet keys(JsonNode jwkOrSet) {
        JsonNode copy = jwkOrSet.deepCopy();
        if (!copy.has("keys")) {
            ((ObjectNode) copy).remove(PRIVATE);
            return VerificationKeySet.of(VerificationKey.fromJwk(copy.toString()));
        }
        copy.get("keys").forEach(key -> ((ObjectNode) key).remove(PRIVATE));
        return VerificationKeySet.fromJwks(copy.toString());
    }

    /** Counts what was decided about the cases of a file, and says so in one line. */
    static final class Tally {
        private final String file;
        private int accepted;
        private int refused;
        private int deviations;

        Tally(String file) {
            this.file = file;
        }

        void decided(boolean accepts) {
            if (accepts) {
                accepted++;
            } else {
                refused++;
            }
        }

        /** The decision is not that of the vector, for a reason that the test gives. */
        void deviates() {
            deviations++;
        }

        int decided() {
            return accepted + refused;
        }

        int accepted() {
            return accepted;
        }

        int deviations() {
            return deviations;
        }

        void print() {
            System.out.printf(
                    "%s: %d decided, %d accepted, %d refused, %d deviations%n",
                    file, decided(), accepted, refused, deviations);
        }
    }
}
