package dev.scalableapi.core.internal.json;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.util.StdConverter;
import dev.scalableapi.core.fields.FieldMaskModule;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.core.page.Page;
import dev.scalableapi.core.page.Slice;
import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WritableTypesTest {
    private static final JsonMapper MAPPER =
            Json.strictMapper().addModule(FieldMaskModule.create()).build();
    private static final JsonMapper PLAIN = JsonMapper.builder().build();

    /** Has no property: Jackson cannot write it. */
    static final class Bad {}

    record Member(Bad bad) {}

    record Element(List<Bad> bad) {}

    @SuppressWarnings("ArrayRecordComponent")
    record Array(Bad[][] bad) {}

    record Entry(Map<String, Bad> bad) {}

    record Referent(Optional<Bad> bad) {}

    record Reference(AtomicReference<Bad> bad) {}

    record Iterated(Iterator<Bad> bad) {}

    record Deep(List<Map<String, Optional<Member>>> bad) {}

    record Box<T>(T bad) {}

    record Generic(Box<Bad> bad) {}

    record ByValue(@JsonValue Bad bad) {}

    record Valued(ByValue bad) {}

    static final class ToBad extends StdConverter<String, Bad> {
        @Override
        public Bad convert(String text) {
            return new Bad();
        }
    }

    record Converted(@JsonSerialize(converter = ToBad.class) String bad) {}

    record Inner(Bad bad) {}

    record Unwrapping(@JsonUnwrapped Inner inner) {}

    static class Node {
        public @Nullable List<Node> children;
        public @Nullable Bad bad;
    }

    record Patterned(@JsonFormat(pattern = "yyyy") LocalDate bad) {}

    @ParameterizedTest
    @ValueSource(
            classes = {
                Member.class,
                Element.class,
                Array.class,
                Entry.class,
                Referent.class,
                Reference.class,
                Iterated.class,
                Deep.class,
                Generic.class,
                Converted.class,
                Unwrapping.class,
                Node.class,
                Valued.class
            })
    void memberThatCannotBeWrittenIsNamed(Class<?> type) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> require(MAPPER, type))
                .withMessageContaining(type.getSimpleName())
                .withMessageContaining("bad");
    }

    @ParameterizedTest
    @ValueSource(classes = {Bad.class, Bad[].class, ByValue.class})
    void typeThatCannotBeWrittenIsNamed(Class<?> type) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> require(MAPPER, type))
                .withMessageContaining(
                        "cannot write " + MAPPER.constructType(type).toCanonical());
    }

    record Timed(@Nullable Instant at, Optional<Instant> until) {}

    @Test
    void javaTimeAndOptionalsNeedAModule() {
        assertThatCode(() -> require(MAPPER, Timed.class)).doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> require(PLAIN, Timed.class))
                .withMessageContaining("its member /at is a java.time.Instant");
        assertThatIllegalArgumentException().isThrownBy(() -> require(PLAIN, Optional.class));
    }

    @Test
    void reasonOfTheMapperIsRepeated() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> require(MAPPER, Patterned.class))
                .withMessageContaining("@JsonFormat of a java.time.LocalDate would be ignored");
    }

    static final class Own extends JsonSerializer<Bad> {
        @Override
        public void serialize(Bad value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            generator.writeNull();
        }
    }

    record Custom(
            @JsonSerialize(using = Own.class) Bad one,
            @JsonSerialize(contentUsing = Own.class) List<Bad> all,
            @JsonIgnore Bad ignored) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    abstract static class Shape {}

    interface Marker {}

    record Open(
            Object any,
            Serializable some,
            Marker marker,
            Shape shape,
            List<?> list,
            Map<String, ?> map,
            JsonNode tree,
            @Nullable Open next) {}

    @ParameterizedTest
    @ValueSource(
            classes = {
                Custom.class,
                Open.class,
                Object.class,
                Page.class,
                Slice.class,
                Box.class,
                String.class,
                int[].class,
                UUID.class,
                EnumMap.class,
                Instant.class
            })
    void whatTheValueDecidesAndWhatHasASerializerIsAllowed(Class<?> type) {
        assertThatCode(() -> require(MAPPER, type)).doesNotThrowAnyException();
    }

    @Test
    void ownSerializerOfOneMemberDoesNotCoverAnother() {
        record Mixed(@JsonSerialize(using = Own.class) Bad one, Bad two) {}
        assertThatIllegalArgumentException()
                .isThrownBy(() -> require(MAPPER, Mixed.class))
                .withMessageContaining("/two");
    }

    @Test
    void mapperThatWritesEmptyObjectsMayDoSo() {
        JsonMapper lenient = Json.strictMapper()
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .build();
        assertThatCode(() -> require(lenient, Deep.class)).doesNotThrowAnyException();
    }

    private static void require(JsonMapper mapper, Class<?> type) {
        WritableTypes.require(mapper, mapper.constructType(type));
    }
}
