package dev.scalableapi.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.testkit.TestSeed;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StoredResponseTest {
    private static final ApiResponse RESPONSE =
            ApiResponse.of(201).withHeader("A", "\u00e9").withBody(Body.of("hi"));

    @Test
    void formStaysAsItIsWithinAVersion() {
        assertThat(HexFormat.of().formatHex(StoredResponse.write(RESPONSE)))
                .isEqualTo("0100c9" + "00000001" + "0000000141" + "00000001e9" + "00000002" + "6869");
    }

    @Test
    void sizeIsThatOfTheBytes() {
        assertThat(StoredResponse.size(RESPONSE)).isEqualTo(StoredResponse.write(RESPONSE).length);
        assertThat(StoredResponse.size(ApiResponse.of(204)))
                .isEqualTo(StoredResponse.write(ApiResponse.of(204)).length);
    }

    @Test
    void cutOffOrLongerBytesAreRefused() {
        byte[] written = StoredResponse.write(RESPONSE);
        for (int length = 0; length <= written.length + 3; length++) {
            byte[] other = Arrays.copyOf(written, length);
            if (length != written.length) {
                assertThatIllegalStateException().isThrownBy(() -> StoredResponse.read(other));
            }
        }
    }

    @Test
    void anyBytesAreAResponseOrRefused() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        byte[] written = StoredResponse.write(RESPONSE);
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = written.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            try {
                assertThat(StoredResponse.read(damaged)).isNotNull();
            } catch (IllegalStateException refused) {
                assertThat(refused).as("seed %s", seed).hasNoCause();
            }
        }
    }
}
