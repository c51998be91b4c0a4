package dev.scalableapi.core.structured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StructuredFieldsTest {
    @Test
    void dictionaryIsReadWithItsParametersAndLists() {
        Map<String, Member> read = StructuredFields.parseDictionary("a=(1 \"two\");q=0.5, b;x=tok, a=?0");

        assertThat(read)
                .containsExactly(
                        Map.entry("a", Item.of(BareItem.of(false))),
                        Map.entry("b", new Item(BareItem.of(true), Map.of("x", new BareItem.Token("tok")))));
    }

    @Test
    void eachTypeIsWrittenInItsForm() {
        List<Item> items = List.of(
                Item.of(BareItem.of(-5)),
                Item.of(new BareItem.Decimal(new BigDecimal("2.50"))),
                Item.of(BareItem.of("a \"quoted\" \\")),
                Item.of(new BareItem.Token("*a/b:c")),
                Item.of(BareItem.Binary.of(new byte[] {1, 2, 3})),
                Item.of(new BareItem.Date(Instant.ofEpochSecond(1_659_578_233, 999))),
                Item.of(BareItem.of("f\u00fc\u00fc %")));

        assertThat(StructuredFields.serializeList(List.of(InnerList.of(items), Item.of(BareItem.of(true)))))
                .isEqualTo("(-5 2.5 \"a \\\"quoted\\\" \\\\\" *a/b:c :AQID: @1659578233 %\"f%c3%bc%c3%bc %25\"), ?1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"'a=1,  ' | 6", "a=1 b=2 | 4", "'a=(1 2 ' | 7", "a=\"x | 4", "A=1 | 0", "a=@1.5 | 3", "a=1;=2 | 4"
            })
    void whatIsMalformedIsRefusedWithItsPlace(String value, int offset) {
        assertThatThrownBy(() -> StructuredFields.parseDictionary(value))
                .isInstanceOfSatisfying(
                        StructuredFieldException.class,
                        e -> assertThat(e.offset()).isEqualTo(offset));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"a\u0000\"", "\u0000", "a\u0000", "%\"%c3\"", "%\"%C3%BC\"", "%\"\u00fc\"", ":\u00fc:", "1\t"})
    void noItemHoldsForeignCharacters(String value) {
        assertThatThrownBy(() -> StructuredFields.parseItem(value)).isInstanceOf(StructuredFieldException.class);
    }

    @Test
    void emptyFieldIsAnEmptyListOrDictionaryAndNoItem() {
        assertThat(StructuredFields.parseList("")).isEmpty();
        assertThat(StructuredFields.parseDictionary("  ")).isEmpty();
        assertThat(StructuredFields.serializeList(List.of())).isEmpty();
        assertThatThrownBy(() -> StructuredFields.parseItem(""))
                .isInstanceOf(StructuredFieldException.class)
                .hasMessage("A value is expected at offset 0");
    }

    @Test
    void valuesOutsideOfTheirTypeCanNotBeMade() {
        assertThatThrownBy(() -> BareItem.of(1_000_000_000_000_000L)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BareItem.Decimal(new BigDecimal("999999999999.9999")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BareItem.Decimal(new BigDecimal("1e1000000000")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new BareItem.Decimal(new BigDecimal("1e-1000000000")).value())
                .isEqualTo("0.0");
        assertThat(new BareItem.Decimal(new BigDecimal("0e-1000000000")).value())
                .isEqualTo("0.0");
        assertThatThrownBy(() -> new BareItem.Text("\u00fc")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BareItem.Display("\ud800")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BareItem.Date(Instant.MAX)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Item(BareItem.of(1), Map.of("Q", BareItem.of(1))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> StructuredFields.serializeDictionary(Map.of("a b", Item.of(BareItem.of(1)))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nobodyChangesAValueAfterwards() {
        byte[] octets = {1};
        BareItem.Binary binary = BareItem.Binary.of(octets);
        List<Item> items = new ArrayList<>(List.of(Item.of(binary)));
        InnerList list = InnerList.of(items);
        octets[0] = 2;
        binary.value()[0] = 3;
        items.clear();

        assertThat(binary).isEqualTo(BareItem.Binary.of(new byte[] {1})).hasToString("Binary[1 octets]");
        assertThat(list.items()).hasSize(1);
        assertThatThrownBy(() -> StructuredFields.parseList("1").clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aRefusalIsExpectedAndHasNoStackTrace() {
        assertThatThrownBy(() -> StructuredFields.parseItem("("))
                .satisfies(refusal -> assertThat(refusal.getStackTrace()).isEmpty());
    }
}
