package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.testkit.TestSeed;
import java.math.BigDecimal;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainNumberTest {
    private static final Pattern INTEGER = Pattern.compile("0|[1-9][0-9]*");
    private static final Pattern SIGNED_INTEGER = Pattern.compile("0|-?[1-9][0-9]*");
    private static final Pattern DECIMAL = Pattern.compile("(0|[1-9][0-9]*)(\\.[0-9]+)?");
    private static final Pattern SIGNED_DECIMAL = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?");
    private static final String CHARACTERS = "0123456789019.-+eE _,\u0660\u0663\u06f5\u096b\uff15\u2212\u00b2";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                ".",
                "+",
                "+5",
                "--5",
                "1e2",
                "1E2",
                "1.",
                ".5",
                "-.5",
                "1.2.3",
                "1,5",
                "1_000",
                " 5",
                "5 ",
                "\t5",
                "5\n",
                "5\0",
                "\u0663",
                "1\u0663",
                "1.\u0663",
                "\uff15",
                "\u096b",
                "\u2212" + "5",
                "\u00b2",
                "0x1f",
                "5d",
                "5L",
                "NaN",
                "Infinity",
                "007",
                "00",
                "-007",
                "00.5",
                "1.5-"
            })
    void otherNotationIsRejected(String text) {
        assertThat(PlainNumber.parseDecimal(text)).isEmpty();
        assertThat(PlainNumber.parseSignedDecimal(text)).isEmpty();
        assertThat(PlainNumber.parseInteger(text)).isEmpty();
        assertThat(PlainNumber.parseSignedInteger(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "7", "10", "1234567890", "9223372036854775807"})
    void wholeNumberIsReadAsIntegerAndAsDecimal(String text) {
        assertThat(PlainNumber.parseInteger(text)).hasValue(Long.parseLong(text));
        assertThat(PlainNumber.parseSignedInteger(text)).hasValue(Long.parseLong(text));
        assertThat(PlainNumber.parseDecimal(text)).contains(new BigDecimal(text));
        assertThat(PlainNumber.parseSignedDecimal(text)).contains(new BigDecimal(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.5", "0.0", "13.95", "10.00", "9999999999.99"})
    void fractionIsReadWithItsPlaces(String text) {
        assertThat(PlainNumber.parseDecimal(text)).contains(new BigDecimal(text));
        assertThat(PlainNumber.parseSignedDecimal("-" + text)).contains(new BigDecimal("-" + text));
        assertThat(PlainNumber.parseInteger(text)).isEmpty();
        assertThat(PlainNumber.parseSignedInteger(text)).isEmpty();
    }

    @Test
    void onlySignedNumbersHaveAMinusSign() {
        assertThat(PlainNumber.parseSignedInteger("-5")).hasValue(-5);
        assertThat(PlainNumber.parseSignedInteger("-9223372036854775808")).hasValue(Long.MIN_VALUE);
        assertThat(PlainNumber.parseSignedDecimal("-5")).contains(new BigDecimal("-5"));
        assertThat(PlainNumber.parseInteger("-5")).isEmpty();
        assertThat(PlainNumber.parseDecimal("-5")).isEmpty();
        assertThat(PlainNumber.parseDecimal("-0")).isEmpty();
        assertThat(PlainNumber.parseSignedInteger("-0")).isEmpty();
    }

    @Test
    void integerBeyondALongAndDecimalBeyondFiftyCharactersAreRejected() {
        assertThat(PlainNumber.parseInteger("9223372036854775808")).isEmpty();
        assertThat(PlainNumber.parseSignedInteger("-9223372036854775809")).isEmpty();
        assertThat(PlainNumber.parseInteger("1".repeat(1_000_000))).isEmpty();
        assertThat(PlainNumber.parseDecimal("1".repeat(50))).isPresent();
        assertThat(PlainNumber.parseDecimal("1".repeat(51))).isEmpty();
        assertThat(PlainNumber.parseDecimal("0." + "1".repeat(49))).isEmpty();
    }

    @Test
    void acceptedTextsAreThoseOfTheGrammar() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(7); length > 0; length--) {
                text.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
            }
            assertAsTheGrammar(text.toString(), seed);
        }
    }

    private static void assertAsTheGrammar(String text, long seed) {
        assertThat(PlainNumber.parseInteger(text).isPresent())
                .as("%s, seed %s", text, seed)
                .isEqualTo(INTEGER.matcher(text).matches());
        assertThat(PlainNumber.parseSignedInteger(text).isPresent())
                .as("%s, seed %s", text, seed)
                .isEqualTo(SIGNED_INTEGER.matcher(text).matches());
        assertThat(PlainNumber.parseDecimal(text).isPresent())
                .as("%s, seed %s", text, seed)
                .isEqualTo(DECIMAL.matcher(text).matches());
        assertThat(PlainNumber.parseSignedDecimal(text).isPresent())
                .as("%s, seed %s", text, seed)
                .isEqualTo(SIGNED_DECIMAL.matcher(text).matches());
    }
}
