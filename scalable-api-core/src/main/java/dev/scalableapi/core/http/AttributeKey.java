package dev.scalableapi.core.http;

/**
 * Names an attribute of an {@link Exchange}. Two keys are the same only if they are the same object, so modules cannot
 * collide. Immutable.
 *
 * @param <T> the attribute's type
 */
public final class AttributeKey<T> {
    private final String name;

    private AttributeKey(String name) {
        this.name = name;
    }

    /**
     * {@return a new key}
     *
     * @param name for people who debug
     * @param <T> the attribute's type
     */
    public static <T> AttributeKey<T> create(String name) {
        return new AttributeKey<>(name);
    }

    /** The value as its type: {@link Exchange#put} pairs a key only with such a value. */
    @SuppressWarnings("unchecked")
    T cast(Object value) {
        return (T) value;
    }

    @Override
    public String toString() {
        return name;
    }
}
