package dev.scalableapi.core.fields;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members that a value can have. A shape may contain itself, so it is compared by identity.
 *
 * <p>The map may still be filled while a schema is made; it is not changed once the schema is there.
 */
final class Shape {
    /** A scalar, or what is only written as a whole. */
    static final Shape LEAF = new Shape(Map.of(), Others.NONE);

    /** A map, a tree or an object of unknown class. */
    static final Shape FREE_FORM = new Shape(Map.of(), Others.ANY);

    private final Map<String, Shape> members;
    private final Others others;

    Shape(Map<String, Shape> members, Others others) {
        this.members = members;
        this.others = others;
    }

    /** The shape of the member; null when there is no such member. */
    @Nullable Shape member(String name) {
        Shape known = members.get(name);
        return known == null && others == Others.ANY ? FREE_FORM : known;
    }

    Set<String> names() {
        return members.keySet();
    }

    /** Whether {@link #names()} are all that there can be. */
    boolean isClosed() {
        return others == Others.NONE;
    }

    boolean isLeaf() {
        return members.isEmpty() && isClosed();
    }

    /** Whether members of other names can occur. */
    enum Others {
        NONE,
        ANY
    }
}
