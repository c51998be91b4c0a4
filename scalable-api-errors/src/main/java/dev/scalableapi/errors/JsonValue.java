package dev.scalableapi.errors;

import dev.scalableapi.core.http.Violation;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Deep copies of what JSON can hold, none of them to be changed. */
final class JsonValue {
    private static final int MAX_DEPTH = 32;

    private JsonValue() {}

    static Object copy(Object value) {
        return copy(value, 1);
    }

    private static Object copy(Object value, int depth) {
        if (value instanceof String || value instanceof Boolean || value instanceof Violation || isNumber(value)) {
            return value;
        }
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("An extension nests deeper than " + MAX_DEPTH + " levels");
        }
        if (value instanceof List<?> list) {
            List<Object> copy = new ArrayList<>(list.size());
            list.forEach(element -> copy.add(copy(element, depth + 1)));
            return Collections.unmodifiableList(copy);
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> copy = new LinkedHashMap<>();
            map.forEach((name, member) -> copy.put(checked(name), copy(member, depth + 1)));
            return Collections.unmodifiableMap(copy);
        }
        throw new IllegalArgumentException("An extension is not JSON");
    }

    private static String checked(Object name) {
        if (name instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("The name of a member is not text");
    }

    /** The immutable ones; JSON has none for what is infinite or not a number. */
    private static boolean isNumber(Object value) {
        if (value instanceof Double || value instanceof Float) {
            return Double.isFinite(((Number) value).doubleValue());
        }
        return value instanceof Integer
                || value instanceof Long
                || value instanceof BigInteger
                || value instanceof BigDecimal
                || value instanceof Short
                || value instanceof Byte;
    }
}
