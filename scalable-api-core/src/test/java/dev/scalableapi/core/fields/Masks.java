package dev.scalableapi.core.fields;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.Json;
import java.io.IOException;
import org.assertj.core.api.Assertions;

/** Writes values with masks. */
final class Masks {
    static final JsonMapper MAPPER =
            Json.strictMapper().addModule(FieldMaskModule.create()).build();

    private Masks() {}

    static String write(String fields, Object value) throws IOException {
        return write(fields, value, value.getClass());
    }

    static String write(String fields, Object value, Class<?> type) throws IOException {
        return write(MAPPER, fields, value, type);
    }

    static String write(ObjectMapper mapper, String fields, Object value, Class<?> type) throws IOException {
        return writer(mapper, fields, type).writeValueAsString(value);
    }

    static ObjectWriter writer(ObjectMapper mapper, String fields, Class<?> type) {
        return FieldMaskModule.writer(mapper, FieldMask.parse(fields, FieldSchema.of(mapper, type)));
    }

    static void assertNoField(String name, String fields, Class<?> type) {
        FieldSchema schema = FieldSchema.of(MAPPER, type);
        Assertions.assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> FieldMask.parse(fields, schema))
                .withMessageContaining("There is no field " + name + ",");
    }
}
