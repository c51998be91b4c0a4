package dev.scalableapi.examples.shop.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.http.Json;
import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriceTest {
    /** As for bodies and for the cache: no number is made of a string by itself. */
    private final JsonMapper json = Json.strictMapper().build();

    @ParameterizedTest
    @CsvSource({"12.5, 12.50", "0, 0.00", "9999999999.99, 9999999999.99", "1E+3, 1000.00"})
    void amountIsAPlainStringWithTwoPlaces(String given, String written) throws Exception {
        Price price = new Price(new BigDecimal(given), "EUR");

        assertThat(json.writeValueAsString(price)).isEqualTo("{\"amount\":\"" + written + "\",\"currency\":\"EUR\"}");
        assertThat(json.readValue(json.writeValueAsString(price), Price.class)).isEqualTo(price);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-0.01", "0.001", "10000000000", "1E+999999999", "1E-999999999", "0E-2147483647", "0E+2147483647"
            })
    void amountOutOfRangeIsRefused(String amount) {
        assertThatThrownBy(() -> new Price(new BigDecimal(amount), "EUR")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> json.readValue("{\"amount\":\"" + amount + "\",\"currency\":\"EUR\"}", Price.class))
                .isInstanceOf(JsonMappingException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e2", "+5", "\u0663", "1.", ".5", "-0", "007", " 5", "0x10"})
    void amountInJsonThatIsNotPlainAsciiDigitsIsRejected(String amount) {
        assertThatThrownBy(() -> json.readValue("{\"amount\":\"" + amount + "\",\"currency\":\"EUR\"}", Price.class))
                .isInstanceOf(JsonMappingException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"eur", "EURO", "E1R", ""})
    void currencyOfAnotherFormIsRefused(String currency) {
        assertThatThrownBy(() -> new Price(BigDecimal.ONE, currency)).isInstanceOf(IllegalArgumentException.class);
    }
}
