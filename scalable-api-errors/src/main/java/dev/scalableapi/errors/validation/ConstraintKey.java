package dev.scalableapi.errors.validation;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.metadata.ConstraintDescriptor;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The key and the parameters of a violation, from its constraint. */
final class ConstraintKey {
    private static final int MAX_PARAMETERS = 8;
    private static final int MAX_KEY = 200;

    /** In characters; longer attributes, such as a regular expression, are left out. */
    private static final int MAX_TEXT = 100;

    /** Of the names of Java, those that a parameter can have. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,63}");

    /** What a number or a short text counts for in a list. */
    private static final int MIN_ELEMENT = 8;

    /** The attributes of every constraint (Jakarta Validation section 3.1.1), which say nothing of the value. */
    private static final Set<String> COMMON = Set.of("message", "groups", "payload", "validationAppliesTo");

    private ConstraintKey() {}

    /** The message's own key, unless it is the default one, which has the name of the constraint's package. */
    static String of(ConstraintViolation<?> violation, ConstraintDescriptor<?> constraint) {
        Class<? extends Annotation> type = constraint.getAnnotation().annotationType();
        String template = violation.getMessageTemplate();
        boolean isKey = template != null
                && template.startsWith("{")
                && template.indexOf('}') == template.length() - 1
                && template.length() <= MAX_KEY
                && template.chars().allMatch(c -> c > ' ' && c < 0x7f);
        String key = isKey ? template.substring(1, template.length() - 1) : "";
        return key.isEmpty() || key.equals(type.getName() + ".message") ? type.getSimpleName() : key;
    }

    /** The attributes that JSON can hold, sorted by name. */
    static Map<String, Object> parameters(ConstraintDescriptor<?> constraint) {
        Map<String, Object> parameters = new TreeMap<>();
        constraint.getAttributes().forEach((name, attribute) -> {
            Object value = COMMON.contains(name) || !NAME.matcher(name).matches() ? null : value(attribute);
            if (value != null && parameters.size() < MAX_PARAMETERS) {
                parameters.put(name, value);
            }
        });
        return parameters;
    }

    /** Null for what is too long, and for a class, an annotation or an array of these. */
    private static @Nullable Object value(Object attribute) {
        if (attribute instanceof Enum<?> constant) {
            return value(constant.name());
        }
        if (attribute instanceof String text) {
            return text.length() <= MAX_TEXT ? text : null;
        }
        if (attribute instanceof Number number) {
            return Double.isFinite(number.doubleValue()) ? number : null;
        }
        if (attribute instanceof Boolean) {
            return attribute;
        }
        return attribute instanceof Object[] array && array.length > 0 ? list(array) : null;
    }

    private static @Nullable List<Object> list(Object[] array) {
        List<Object> list = new ArrayList<>();
        int length = 0;
        for (Object element : array) {
            Object value = element instanceof Object[] ? null : value(element);
            length += Math.max(MIN_ELEMENT, String.valueOf(value).length());
            if (value == null || length > MAX_TEXT) {
                return null;
            }
            list.add(value);
        }
        return list;
    }
}
