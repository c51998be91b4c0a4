package dev.scalableapi.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scalableapi.testkit.Conformance;
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

/** Test vectors of Wycheproof, the JOSE cookbook and JSONTestSuite. A test that asks for absent ones is skipped. */
final class ConformanceVectors {
    private static final Set<String> PRIVATE = Set.of("d", "p", "q", "dp", "dq", "qi", "oth");

    private ConformanceVectors() {}

    static JsonNode json(String file) {
        return Conformance.json("jose/" + file);
    }

    /** Of a Wycheproof file. */
    static List<JsonNode> groups(String file) {
        return list(json(file).get("testGroups"));
    }

    static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    /** The files of a folder, by name. */
    static Map<String, byte[]> files(String folder, String suffix) {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(Conformance.path("jose/" + folder))) {
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

        void print() {
            System.out.printf(
                    "%s: %d decided, %d accepted, %d refused, %d deviations%n",
                    file, accepted + refused, accepted, refused, deviations);
        }
    }
}
