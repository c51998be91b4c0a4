package dev.scalableapi.core.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.BiConsumer;

/**
 * The fields of a message (RFC 9110 section 5): ordered, multi-valued, names compared without regard to case.
 * Immutable; each {@code with} method returns a changed copy.
 *
 * <p>A name that is not a token, or a value with CR, LF, NUL, another control character, or a character that is more than
 * one octet, is refused with {@link IllegalArgumentException}, never stripped: what reaches a server has been checked
 * here. A server that writes U+010A as one octet would write a line feed.
 */
public final class Headers {
    private static final Headers EMPTY = new Headers(new String[0]);

    /** Name, value, name, value: a request has a dozen fields, and a scan of an array beats a map at that size. */
    private final String[] fields;

    private Headers(String[] fields) {
        this.fields = fields;
    }

    /** {@return no fields} */
    public static Headers empty() {
        return EMPTY;
    }

    /**
     * {@return the one field}
     *
     * @param name a token
     * @param value a field value
     * @throws IllegalArgumentException if either is malformed
     */
    public static Headers of(String name, String value) {
        return builder().add(name, value).build();
    }

    /** {@return a builder without fields} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@return the value of the first field of this name}
     *
     * @param name in any case
     */
    public Optional<String> first(String name) {
        return value(next(name, 0));
    }

    private Optional<String> value(int at) {
        return at == fields.length ? Optional.empty() : Optional.of(fields[at + 1]);
    }

    /** Where the next field of this name is; behind the last one if there is none. */
    private int next(String name, int from) {
        int i = from;
        while (i < fields.length && !fields[i].equalsIgnoreCase(name)) {
            i += 2;
        }
        return i;
    }

    /**
     * {@return the values of all fields of this name, in order}
     *
     * @param name in any case
     */
    public List<String> all(String name) {
        List<String> values = new ArrayList<>(2);
        for (int i = next(name, 0); i < fields.length; i = next(name, i + 2)) {
            values.add(fields[i + 1]);
        }
        return List.copyOf(values);
    }

    /**
     * {@return all values of this name joined by a comma, as RFC 9110 section 5.3 lets a recipient do} Not for
     * {@code Set-Cookie}.
     *
     * @param name in any case
     */
    public Optional<String> combined(String name) {
        int first = next(name, 0);
        boolean isOne = first == fields.length || next(name, first + 2) == fields.length;
        return isOne ? value(first) : Optional.of(String.join(", ", all(name)));
    }

    /**
     * {@return whether there is a field of this name}
     *
     * @param name in any case
     */
    public boolean contains(String name) {
        return next(name, 0) < fields.length;
    }

    /** {@return how many fields there are, each repetition counted} */
    public int size() {
        return fields.length / 2;
    }

    /** The size of the fields as HTTP/1.1 writes them: names, values, and four octets for each field. */
    int bytes() {
        int bytes = 0;
        for (int i = 0; i < fields.length; i += 2) {
            bytes += fields[i].length() + fields[i + 1].length() + 4;
        }
        return bytes;
    }

    /** The name of the field with the longest value; empty if there is no field. */
    String longestField() {
        String name = "";
        int length = -1;
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i + 1].length() > length) {
                name = fields[i];
                length = fields[i + 1].length();
            }
        }
        return name;
    }

    /**
     * Calls the action with the name and value of each field, in order.
     *
     * @param action what to do with a field
     */
    public void forEach(BiConsumer<? super String, ? super String> action) {
        for (int i = 0; i < fields.length; i += 2) {
            action.accept(fields[i], fields[i + 1]);
        }
    }

    /**
     * {@return a copy in which this field replaces all of its name}
     *
     * @param name a token
     * @param value a field value
     * @throws IllegalArgumentException if either is malformed
     */
    public Headers with(String name, String value) {
        return contains(name) ? without(name).withAdded(name, value) : withAdded(name, value);
    }

    /**
     * {@return a copy with this field at the end, beside others of its name}
     *
     * @param name a token
     * @param value a field value
     * @throws IllegalArgumentException if either is malformed
     */
    public Headers withAdded(String name, String value) {
        check(name, value);
        String[] longer = Arrays.copyOf(fields, fields.length + 2);
        longer[fields.length] = name;
        longer[fields.length + 1] = value;
        return new Headers(longer);
    }

    /**
     * {@return a copy without any field of this name}
     *
     * @param name in any case
     */
    public Headers without(String name) {
        if (!contains(name)) {
            return this;
        }
        Builder others = builder();
        forEach((field, value) -> {
            if (!field.equalsIgnoreCase(name)) {
                others.add(field, value);
            }
        });
        return others.build();
    }

    /** {@return whether the other has the same fields in the same order, names compared without regard to case} */
    @Override
    public boolean equals(Object other) {
        if (this == other) {
            return true;
        }
        if (!(other instanceof Headers that) || that.fields.length != fields.length) {
            return false;
        }
        for (int i = 0; i < fields.length; i += 2) {
            if (!fields[i].equalsIgnoreCase(that.fields[i]) || !fields[i + 1].equals(that.fields[i + 1])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = 1; i < fields.length; i += 2) {
            hash = 31 * hash + fields[i].hashCode();
        }
        return hash;
    }

    /** {@return the names only: values can be secrets} */
    @Override
    public String toString() {
        StringJoiner names = new StringJoiner(", ", "Headers[", "]");
        forEach((name, value) -> names.add(name));
        return names.toString();
    }

    private static void check(String name, String value) {
        if (!HttpGrammar.isToken(name)) {
            throw new IllegalArgumentException("A header's name must be a token");
        }
        if (!HttpGrammar.isFieldValue(value)) {
            throw new IllegalArgumentException(
                    "The value of header " + name + " holds a control character, or more than an octet");
        }
    }

    /** Collects fields. Not thread-safe. */
    public static final class Builder {
        private final List<String> fields = new ArrayList<>(16);

        private Builder() {}

        /**
         * Adds a field beside others of its name.
         *
         * @param name a token
         * @param value a field value
         * @return this
         * @throws IllegalArgumentException if either is malformed
         */
        public Builder add(String name, String value) {
            check(name, value);
            fields.add(name);
            fields.add(value);
            return this;
        }

        /** {@return the fields} */
        public Headers build() {
            return fields.isEmpty() ? EMPTY : new Headers(fields.toArray(new String[0]));
        }
    }
}
