package dev.scalableapi.core.internal.json;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.http.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadableTypesTest {
    private static final JsonMapper MAPPER = Json.strictMapper().build();
    private static final JsonMapper PLAIN = JsonMapper.builder().build();

    /** Has no constructor that Jackson could use. */
    static final class Bad {
        Bad(int one, int two) {
            assert one < two;
        }
    }

    interface Abstract {}

    record Member(Bad bad) {}

    record Element(List<Bad> bad) {}

    @SuppressWarnings("ArrayRecordComponent")
    record Array(Bad[] bad) {}

    record Entry(Map<String, Bad> bad) {}

    record Name(Map<Bad, String> bad) {}

    record Referent(Optional<Bad> bad) {}

    record Deep(List<Optional<Map<String, Member>>> bad) {}

    record Box<T>(T bad) {}

    record Generic(Box<Bad> bad) {}

    record OfAbstract(Abstract bad) {}

    static class Node {
        public @Nullable List<Node> children;
        public @Nullable Bad bad;
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Member.class,
                Element.class,
                Array.class,
                Entry.class,
                Name.class,
                Referent.class,
                Deep.class,
                Generic.class,
                OfAbstract.class,
                DelegatingToBad.class,
                Node.class
            })
    void memberThatCannotBeReadIsNamed(Class<?> type) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> require(MAPPER, type))
                .withMessageContaining("cannot read")
                .withMessageContaining(type.getSimpleName());
    }

    @ParameterizedTest
    @ValueSource(classes = {Bad.class, Abstract.class, Bad[].class})
    void typeThatCannotBeReadIsNamed(Class<?> type) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> require(MAPPER, type))
                .withMessageContaining("cannot read");
    }

    record Timed(@Nullable Instant at, Optional<Instant> until, OptionalInt count) {}

    record Days(Map<LocalDate, Instant> byDay) {}

    @Test
    void javaTimeAndOptionalsNeedAModule() {
        assertThatCode(() -> require(MAPPER, Timed.class)).doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> require(PLAIN, Timed.class))
                .withMessageContaining("its member /at is a java.time.Instant");
        assertThatCode(() -> require(MAPPER, Days.class)).doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> require(PLAIN, Days.class))
                .withMessageContaining("java.time.LocalDate");
    }

    static final class Own extends JsonDeserializer<Bad> {
        @Override
        public Bad deserialize(JsonParser parser, DeserializationContext context) {
            return new Bad(1, 2);
        }
    }

    record Custom(
            @JsonDeserialize(using = Own.class) Bad one,
            @JsonDeserialize(contentUsing = Own.class) List<Bad> all) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes(@JsonSubTypes.Type(Circle.class))
    interface Shape {}

    record Circle(int radius) implements Shape {}

    record Shapes(Shape one, List<Shape> list, Map<String, Shape> map, Optional<Shape> maybe) {}

    record ByMember(
            @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) List<Abstract> list) {}

    static final class Creator {
        private Creator() {}

        @JsonCreator
        static Creator of(String text) {
            return new Creator();
        }
    }

    static final class Delegating {
        private final Map<String, String> members;

        private Delegating(Map<String, String> members) {
            this.members = members;
        }

        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static Delegating of(Map<String, String> members) {
            return new Delegating(members);
        }

        public Map<String, Bad> getBad() {
            return new HashMap<>(members.size());
        }
    }

    static final class DelegatingToBad {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static DelegatingToBad of(List<Bad> bad) {
            return new DelegatingToBad();
        }
    }

    static class Setters {
        private @Nullable String name;

        public @Nullable String getName() {
            return name;
        }

        public void setName(String name) {
            this.name = name;
        }
    }

    record Usual(
            String name,
            int count,
            BigDecimal price,
            @Nullable Boolean sure,
            List<String> tags,
            Set<UUID> ids,
            Collection<int[]> numbers,
            Map<String, Object> any,
            JsonNode tree,
            Creator creator,
            Setters setters,
            @Nullable Usual next) {}

    @ParameterizedTest
    @ValueSource(
            classes = {
                Custom.class,
                Delegating.class,
                Shape.class,
                Shapes.class,
                ByMember.class,
                Usual.class,
                Object.class,
                JsonNode.class,
                Map.class,
                List.class,
                String.class,
                int.class,
                Box.class
            })
    void whatCanBeReadIsAllowed(Class<?> type) {
        assertThatCode(() -> require(MAPPER, type)).doesNotThrowAnyException();
    }

    private static void require(JsonMapper mapper, Class<?> type) {
        ReadableTypes.require(mapper, mapper.constructType(type));
    }
}
