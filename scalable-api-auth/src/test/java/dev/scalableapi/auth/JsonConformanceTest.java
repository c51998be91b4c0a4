package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.auth.ConformanceVectors.Tally;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The files of JSONTestSuite in tokens whose signature is right: as header, as payload, and as a claim's value. */
@SuppressWarnings("NullAway.Init")
class JsonConformanceTest {
    /** Valid JSON that is refused all the same: a number of more than 32 digits is no claim's. */
    private static final Set<String> REFUSED_ON_PURPOSE = Set.of("y_number_double_close_to_zero.json");

    private static Map<String, byte[]> files;

    private final AccessTokenVerifier verifier = Fixtures.verifier(Fixtures.EC);
    private final byte[] header = bytes(Fixtures.header(Fixtures.EC));

    @BeforeAll
    static void find() {
        files = ConformanceVectors.files("JSONTestSuite", ".json");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isDuplicate(String name) {
        return name.startsWith("y_object_duplicated_key");
    }

    private boolean accepts(byte[] header, byte[] payload) {
        return verifier.verify(Fixtures.token(Fixtures.EC, header, payload)) instanceof Verification.Verified;
    }

    /** None is a header or a payload with all that these must have. */
    @Test
    void nothingOfTheSuiteIsAHeaderOrAPayload() {
        Tally tally = new Tally("JSONTestSuite as header and payload");
        List<String> accepted = new ArrayList<>();
        files.forEach((name, json) -> {
            boolean accepts = accepts(json, bytes(Fixtures.claims(""))) || accepts(header, json);
            tally.decided(accepts);
            if (accepts) {
                accepted.add(name);
            }
        });
        tally.print();
        assertThat(accepted).isEmpty();
    }

    /** In an otherwise complete payload, so that nothing but the JSON decides. */
    @Test
    void jsonAsTheValueOfAClaimIsDecidedAsTheSuiteSays() {
        Tally tally = new Tally("JSONTestSuite as a claim");
        List<String> wrong = new ArrayList<>();
        files.forEach((name, json) -> {
            boolean accepts = accepts(header, withClaim(json));
            boolean refusedOnPurpose = isDuplicate(name) || REFUSED_ON_PURPOSE.contains(name);
            tally.decided(accepts);
            if (refusedOnPurpose) {
                tally.deviates();
            }
            if (!name.startsWith("i_") && accepts != (name.startsWith("y_") && !refusedOnPurpose)) {
                wrong.add(name);
            }
        });
        tally.print();
        assertThat(wrong).isEmpty();
    }

    private static byte[] withClaim(byte[] json) {
        byte[] before = bytes(Fixtures.claims(",\"x\":").replaceAll("}$", ""));
        byte[] payload = Arrays.copyOf(before, before.length + json.length + 1);
        System.arraycopy(json, 0, payload, before.length, json.length);
        payload[payload.length - 1] = '}';
        return payload;
    }

    /** The reader of headers and keys, which is another than that of claims. */
    @Test
    void objectsAreReadAsTheSuiteSays() {
        Tally tally = new Tally("JSONTestSuite as an object");
        List<String> wrong = new ArrayList<>();
        StrictJson reader = new StrictJson(64 * 1024, 16, StrictJson.ANY_NUMBER);
        files.forEach((name, json) -> {
            boolean accepts = isObject(reader, json);
            tally.decided(accepts);
            if (isDuplicate(name)) {
                tally.deviates();
            }
            boolean expected = name.startsWith("y_object") && !isDuplicate(name);
            if (accepts != expected && (name.startsWith("n_") || name.startsWith("y_object"))) {
                wrong.add(name);
            }
        });
        tally.print();
        assertThat(wrong).isEmpty();
    }

    private static boolean isObject(StrictJson reader, byte[] json) {
        try {
            reader.object(json);
            return true;
        } catch (RejectionException malformed) {
            return false;
        }
    }
}
