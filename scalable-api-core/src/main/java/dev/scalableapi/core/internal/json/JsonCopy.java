package dev.scalableapi.core.internal.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Deep and unmodifiable copies of what JSON can hold: texts, numbers, booleans, and lists and maps of these. For one copy. */
public final class JsonCopy {
    /** What a number, a boolean, a list or a map counts for, beside its content. */
    private static final int SMALL = 8;

    private final int maxDepth;
    private final Predicate<Object> isOther;
    private int room;

    private JsonCopy(int maxDepth, int maxSize, Predicate<Object> isOther) {
        this.maxDepth = maxDepth;
        this.isOther = isOther;
        room = maxSize;
    }

    /**
     * {@return a copy}
     *
     * @param value a text, number or boolean, or a list or map of these
     * @param maxDepth levels of lists and maps
     * @param maxSize in characters, about
     * @throws IllegalArgumentException if a value is of another type, not finite, or nests deeper, or all are longer
     */
    public static Object of(Object value, int maxDepth, int maxSize) {
        return of(value, maxDepth, maxSize, other -> false);
    }

    /**
     * {@return a copy}
     *
     * @param value a text, number or boolean, what is allowed beside these, or a list or map of all these
     * @param maxDepth levels of lists and maps
     * @param maxSize in characters, about
     * @param isOther allows immutable values of further types, which are copied as they are
     * @throws IllegalArgumentException if a value is of another type, not finite, or nests deeper, or all are longer
     */
    public static Object of(Object value, int maxDepth, int maxSize, Predicate<Object> isOther) {
        return new JsonCopy(maxDepth, maxSize, isOther).copy(value, 1);
    }

    private Object copy(Object value, int depth) {
        if (value instanceof List<?> list) {
            enter(depth);
            List<Object> copy = new ArrayList<>(list.size());
            list.forEach(element -> copy.add(copy(element, depth + 1)));
            return Collections.unmodifiableList(copy);
        }
        if (value instanceof Map<?, ?> map) {
            enter(depth);
            Map<String, Object> copy = new LinkedHashMap<>();
            map.forEach((name, member) -> copy.put(name(name), copy(member, depth + 1)));
            return Collections.unmodifiableMap(copy);
        }
        if (value instanceof String text) {
            take(text.length());
        } else if (value instanceof Boolean || isNumber(value) || isOther.test(value)) {
            take(SMALL);
        } else {
            throw new IllegalArgumentException("A value is not JSON");
        }
        return value;
    }

    private void enter(int depth) {
        if (depth > maxDepth) {
            throw new IllegalArgumentException("A value nests deeper than " + maxDepth + " levels");
        }
        take(SMALL);
    }

    private String name(Object name) {
        if (name instanceof String text) {
            take(text.length());
            return text;
        }
        throw new IllegalArgumentException("The name of a member is not text");
    }

    private void take(int size) {
        room -= size;
        if (room < 0) {
            throw new IllegalArgumentException("The values are too long");
        }
    }

    /** Immutable numbers; JSON has no infinity and no NaN. */
    private boolean isNumber(Object value) {
        if (value instanceof Double || value instanceof Float) {
            return Double.isFinite(((Number) value).doubleValue());
        }
        if (value instanceof BigInteger number) {
            take(number.bitLength() / 3);
            return true;
        }
        if (value instanceof BigDecimal number) {
            take(number.unscaledValue().bitLength() / 3);
            return true;
        }
        return value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte;
    }
}
