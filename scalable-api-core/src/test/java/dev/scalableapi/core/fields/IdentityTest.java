package dev.scalableapi.core.fields;

import static dev.scalableapi.core.fields.Masks.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonIdentityInfo;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.ObjectIdGenerators;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IdentityTest {
    @JsonIdentityInfo(generator = ObjectIdGenerators.PropertyGenerator.class, property = "id")
    static final class Person {
        public int id;
        public String name;
        public @Nullable Person friend;

        Person(int id, String name) {
            this.id = id;
            this.name = name;
        }
    }

    @Test
    void objectThatOthersReferToKeepsItsId() throws Exception {
        Person ada = new Person(1, "Ada");
        Person bob = new Person(2, "Bob");
        ada.friend = bob;
        assertThat(write("name,friend.name", List.of(ada, bob, ada), Person.class))
                .isEqualTo("[{\"id\":1,\"name\":\"Ada\",\"friend\":{\"id\":2,\"name\":\"Bob\"}},2,1]");
    }

    @JsonIdentityInfo(generator = ObjectIdGenerators.IntSequenceGenerator.class)
    static final class Numbered {
        public String name = "a";
        public int other = 2;
        public @Nullable Numbered self;
    }

    @Test
    void generatedIdIsWritten() throws Exception {
        Numbered numbered = new Numbered();
        numbered.self = numbered;
        assertThat(write("self", numbered)).isEqualTo("{\"@id\":1,\"self\":1}");
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.EXISTING_PROPERTY, property = "kind")
    @JsonSubTypes(@JsonSubTypes.Type(value = Card.class, name = "card"))
    abstract static class Payment {
        public String id = "p";

        public abstract String getKind();
    }

    static final class Card extends Payment {
        public String number = "1";

        @Override
        public String getKind() {
            return "card";
        }
    }

    @Test
    void typeIdThatIsAPropertyIsWritten() throws Exception {
        assertThat(write("id", List.of(new Card()), Payment.class)).isEqualTo("[{\"id\":\"p\",\"kind\":\"card\"}]");
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.WRAPPER_ARRAY)
    record Circle(int radius, String colour) {}

    record Drawing(
            int id,

            @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.EXTERNAL_PROPERTY, property = "type")
            Object shape) {}

    @Test
    void typeIdAroundOrBesideAValueIsWrittenWithIt() throws Exception {
        Circle circle = new Circle(1, "red");
        assertThat(write("radius", circle)).isEqualTo("[\"IdentityTest$Circle\",{\"radius\":1}]");
        assertThat(write("id", new Drawing(1, circle))).isEqualTo("{\"id\":1}");
        assertThat(write("shape.colour", new Drawing(1, circle)))
                .isEqualTo("{\"shape\":{\"colour\":\"red\"},\"type\":\"IdentityTest$Circle\"}");
    }
}
