package dev.scalableapi.core.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.scalableapi.core.fields.FieldMask;
import dev.scalableapi.core.fields.FieldMaskModule;
import dev.scalableapi.core.fields.FieldSchema;
import dev.scalableapi.core.http.Json;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionalModuleTest {
    private static final JsonMapper MAPPER =
            Json.strictMapper().addModule(FieldMaskModule.create()).build();

    record Tea(String name, String origin) {}

    record Box(Optional<Tea> tea, Optional<Instant> at, OptionalInt count, OptionalLong id, OptionalDouble price) {}

    private static final Box FULL = new Box(
            Optional.of(new Tea("Assam", "India")),
            Optional.of(Instant.EPOCH),
            OptionalInt.of(1),
            OptionalLong.of(2),
            OptionalDouble.of(0.5));

    private static final Box EMPTY = new Box(
            Optional.empty(), Optional.empty(), OptionalInt.empty(), OptionalLong.empty(), OptionalDouble.empty());

    @Test
    void optionalIsWrittenAsWhatItHoldsOrAsNullAndReadBack() throws Exception {
        String full = "{\"tea\":{\"name\":\"Assam\",\"origin\":\"India\"},\"at\":\"1970-01-01T00:00:00Z\",\"count\":1,"
                + "\"id\":2,\"price\":0.5}";
        String empty = "{\"tea\":null,\"at\":null,\"count\":null,\"id\":null,\"price\":null}";
        assertThat(MAPPER.writeValueAsString(FULL)).isEqualTo(full);
        assertThat(MAPPER.readValue(full, Box.class)).isEqualTo(FULL);
        assertThat(MAPPER.writeValueAsString(EMPTY)).isEqualTo(empty);
        assertThat(MAPPER.readValue(empty, Box.class)).isEqualTo(EMPTY);
    }

    @Test
    void missingMemberIsAnEmptyOptional() throws Exception {
        assertThat(MAPPER.readValue("{}", Box.class)).isEqualTo(EMPTY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"count\":\"1\"}",
                "{\"count\":1.5}",
                "{\"count\":2147483648}",
                "{\"id\":true}",
                "{\"price\":\"NaN\"}",
                "{\"at\":0}",
                "{\"tea\":\"x\"}",
                "{\"tea\":[]}"
            })
    void contentOfAnotherTypeIsRejected(String json) {
        assertThatExceptionOfType(JsonProcessingException.class).isThrownBy(() -> MAPPER.readValue(json, Box.class));
    }

    @Test
    void optionalsNestInListsAndInEachOther() throws Exception {
        TypeReference<List<Optional<Optional<Integer>>>> type = new TypeReference<>() {};
        List<Optional<Optional<Integer>>> value = List.of(Optional.of(Optional.of(1)), Optional.empty());
        assertThat(MAPPER.writeValueAsString(value)).isEqualTo("[1,null]");
        assertThat(MAPPER.readValue("[1,null]", type)).isEqualTo(value);
        assertThat(MAPPER.writeValueAsString(Optional.of(Instant.EPOCH))).isEqualTo("\"1970-01-01T00:00:00Z\"");
    }

    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Sparse(
            Optional<String> name,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) OptionalInt count) {}

    @Test
    void emptyOptionalCanBeLeftOut() throws Exception {
        assertThat(MAPPER.writeValueAsString(new Sparse(Optional.empty(), OptionalInt.empty())))
                .isEqualTo("{}");
        assertThat(MAPPER.writeValueAsString(new Sparse(Optional.of("a"), OptionalInt.of(0))))
                .isEqualTo("{\"name\":\"a\",\"count\":0}");
    }

    record Unwrapping(@JsonUnwrapped Optional<Tea> tea) {}

    @Test
    void contentCanBeUnwrapped() throws Exception {
        assertThat(MAPPER.writeValueAsString(new Unwrapping(FULL.tea())))
                .isEqualTo("{\"name\":\"Assam\",\"origin\":\"India\"}");
        assertThat(MAPPER.writeValueAsString(new Unwrapping(Optional.empty()))).isEqualTo("{}");
    }

    @Test
    void maskReachesIntoAnOptional() throws Exception {
        FieldSchema schema = FieldSchema.of(MAPPER, Box.class);
        FieldMask mask = FieldMask.parse("tea.name,count", schema);
        assertThat(FieldMaskModule.writer(MAPPER, mask).writeValueAsString(FULL))
                .isEqualTo("{\"tea\":{\"name\":\"Assam\"},\"count\":1}");
    }

    @Test
    void moduleThatIsAddedLaterReplacesThisOne() throws Exception {
        JsonMapper own = Json.strictMapper()
                .addModule(new Jdk8Module().configureReadAbsentAsNull(true))
                .build();
        assertThat(own.readValue("{}", Box.class).tea()).isNull();
        assertThat(own.readValue(own.writeValueAsString(FULL), Box.class)).isEqualTo(FULL);
    }
}
