package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberKeysTest {
    private static final List<TypeReference<? extends Map<? extends Number, String>>> MAPS = List.of(
            new TypeReference<Map<Byte, String>>() {},
            new TypeReference<Map<Short, String>>() {},
            new TypeReference<Map<Integer, String>>() {},
            new TypeReference<Map<Long, String>>() {},
            new TypeReference<Map<BigInteger, String>>() {},
            new TypeReference<Map<BigDecimal, String>>() {},
            new TypeReference<Map<Float, String>>() {},
            new TypeReference<Map<Double, String>>() {});

    private final JsonMapper mapper = Json.strictMapper().build();

    @ParameterizedTest
    @ValueSource(strings = {"+5", "\u0663", "\uff15", "05", "-0", "1e2", " 5", "5 ", "0x10", "1.", ".5", "NaN", ""})
    void keyThatIsNotAPlainNumberIsRejected(String key) {
        for (TypeReference<? extends Map<? extends Number, String>> map : MAPS) {
            assertThatThrownBy(() -> mapper.readValue("{\"" + key + "\":\"x\"}", map))
                    .as("%s for %s", key, map.getType())
                    .isInstanceOf(MismatchedInputException.class);
        }
    }

    @Test
    void plainNumberIsReadAsTheTypeOfTheKey() throws Exception {
        for (TypeReference<? extends Map<? extends Number, String>> map : MAPS) {
            assertThat(mapper.readValue("{\"-5\":\"x\",\"7\":\"y\"}", map).keySet())
                    .as("%s", map.getType())
                    .extracting(Number::intValue)
                    .containsExactlyInAnyOrder(-5, 7);
        }
        assertThat(mapper.readValue("{\"1.50\":\"x\"}", new TypeReference<Map<BigDecimal, String>>() {}))
                .containsOnlyKeys(new BigDecimal("1.50"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "2147483648", "-2147483649", "99999999999999999999"})
    void keyThatTheTypeCannotHoldIsRejected(String key) {
        assertThatThrownBy(
                        () -> mapper.readValue("{\"" + key + "\":\"x\"}", new TypeReference<Map<Integer, String>>() {}))
                .isInstanceOf(MismatchedInputException.class);
    }

    @Test
    void keyBeyondTheRangeOfAFloatIsRejected() {
        assertThatThrownBy(() -> mapper.readValue(
                        "{\"" + "9".repeat(50) + "\":\"x\"}", new TypeReference<Map<Float, String>>() {}))
                .isInstanceOf(MismatchedInputException.class);
    }
}
