package dev.scalableapi.core.fields;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.http.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldColumnsTest {
    private static final JsonMapper MAPPER = Json.strictMapper().build();
    private static final FieldSchema PRODUCT = FieldSchema.of(MAPPER, Product.class);

    record Price(String amount, String currency) {}

    record Image(String url, String alt) {}

    record Product(int id, String name, Price price, List<Image> images, int version, String link) {}

    private static final FieldColumns COLUMNS = FieldColumns.builder(PRODUCT)
            .always("p.version", "p.id")
            .field("id", "p.id")
            .field("name", "p.name")
            .field("price.amount", "p.price")
            .field("price.currency", "p.currency")
            .field("images", "p.images")
            .field("version", "p.version")
            .field("link")
            .build();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id|",
                "link|",
                "name|p.name",
                "images.url,name|p.name,p.images",
                "price|p.price,p.currency",
                "price.currency|p.currency",
                "price(currency,amount),id|p.price,p.currency",
                "*|p.name,p.price,p.currency,p.images",
            })
    void columnsOfWhatIsWantedFollowThoseThatAreAlwaysNeeded(String fields, String columns) {
        List<String> selected = COLUMNS.selectedBy(FieldMask.parse(fields, PRODUCT));
        assertThat(selected).startsWith("p.version", "p.id");
        assertThat(String.join(",", selected.subList(2, selected.size()))).isEqualTo(columns == null ? "" : columns);
    }

    @Test
    void fieldThatIsWantedInPartNeedsAllItsColumns() {
        FieldColumns columns = all("id", "name", "images", "version", "link")
                .field("price", "price", "currency")
                .build();
        assertThat(columns.selectedBy(FieldMask.parse("price.amount", PRODUCT))).containsExactly("price", "currency");
    }

    @Test
    void maskOfAnotherClassIsRefused() {
        FieldMask other = FieldMask.parse("amount", FieldSchema.of(MAPPER, Price.class));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> COLUMNS.selectedBy(other))
                .withMessageContaining("Product")
                .withMessageContaining("Price");
    }

    @Test
    void nothingKnownNeedsOnlyWhatIsAlwaysNeeded() {
        assertThat(COLUMNS.selectedBy(FieldMask.parse("colour", PRODUCT.lenient())))
                .containsExactly("p.version", "p.id");
    }

    @Test
    void fieldWithoutColumnsIsNamed() {
        FieldColumns.Builder builder = all("id", "name", "images", "version", "link");
        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageEndingWith(": price");
        builder.field("price.amount", "p.price");
        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageEndingWith(": price.currency");
        builder.field("price.currency");
        assertThat(builder.build().selectedBy(FieldMask.all())).contains("p.price");
    }

    record Dublin(int id, @JsonProperty("dc.title") String title) {}

    @Test
    void fieldWithADotInItsNameHasColumns() {
        FieldSchema schema = FieldSchema.of(MAPPER, Dublin.class);
        FieldColumns columns = FieldColumns.builder(schema)
                .field("id", "id")
                .field("dc.title", "title")
                .build();
        assertThat(columns.selectedBy(FieldMask.all())).containsExactly("id", "title");
        assertThat(columns.selectedBy(FieldMask.parse("id", schema))).containsExactly("id");
    }

    record Loose(Map<String, String> attributes) {}

    static final class Extended {
        public int id = 1;

        @JsonAnyGetter
        public Map<String, Object> more() {
            return Map.of();
        }
    }

    @Test
    void freeFormFieldNeedsColumnsItself() {
        FieldColumns.Builder builder =
                FieldColumns.builder(FieldSchema.of(MAPPER, Loose.class)).field("attributes.colour", "colour");
        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageEndingWith(": attributes");
        assertThat(FieldColumns.builder(FieldSchema.of(MAPPER, Extended.class))
                        .field("id", "id")
                        .field("more.colour", "colour")
                        .build())
                .hasToString("FieldColumns{id=[id], more.colour=[colour]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.b.c", "1a", "a b", "a;", "a--", "\"a\"", "*", "p.", "\u00e4"})
    void columnMustBeAPlainIdentifier(String column) {
        FieldColumns.Builder builder = FieldColumns.builder(PRODUCT);
        assertThatIllegalArgumentException().isThrownBy(() -> builder.field("id", column));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.always(column));
    }

    @ParameterizedTest
    @ValueSource(strings = {"colour", "price.tax", "id.x", "price.", "", "price(amount)", "name"})
    void fieldMustBeThereAndNew(String field) {
        FieldColumns.Builder builder = FieldColumns.builder(PRODUCT).field("name", "name");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.field(field, "x"))
                .withMessageEndingWith(": " + field);
    }

    private static FieldColumns.Builder all(String... fields) {
        FieldColumns.Builder builder = FieldColumns.builder(PRODUCT);
        List.of(fields).forEach(field -> builder.field(field, field));
        return builder;
    }
}
