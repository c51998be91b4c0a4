package dev.scalableapi.errors;

import dev.scalableapi.core.http.Violation;
import dev.scalableapi.core.internal.json.JsonCopy;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** The extension members of an error, in order. They are few, so that one array contains them. Immutable. */
final class Extensions extends AbstractMap<String, Object> {
    private static final int MAX_DEPTH = 32;

    /** Each name, and behind it its value. */
    private final Object[] members;

    private Extensions(Object[] members) {
        this.members = members;
    }

    /** A deep copy; the same object if it is one already. */
    static Extensions copyOf(Map<String, Object> members) {
        if (members instanceof Extensions copied) {
            return copied;
        }
        Object[] copy = new Object[2 * members.size()];
        int end = 0;
        for (Map.Entry<String, Object> member : members.entrySet()) {
            copy[end++] = member.getKey();
            copy[end++] =
                    JsonCopy.of(member.getValue(), MAX_DEPTH, Integer.MAX_VALUE, value -> value instanceof Violation);
        }
        return new Extensions(copy);
    }

    /** The same, unless a name is taken. */
    static Extensions copyOf(Map<String, Object> members, Predicate<String> isTaken) {
        for (String name : members.keySet()) {
            if (isTaken.test(name)) {
                throw new IllegalArgumentException("The name of an extension is that of another member: " + name);
            }
        }
        return copyOf(members);
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super Object> action) {
        for (int i = 0; i < members.length; i += 2) {
            action.accept((String) members[i], members[i + 1]);
        }
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
        return new Entries();
    }

    private final class Entries extends AbstractSet<Entry<String, Object>> {
        @Override
        public int size() {
            return members.length / 2;
        }

        @Override
        public Iterator<Entry<String, Object>> iterator() {
            return new Iterator<>() {
                private int next;

                @Override
                public boolean hasNext() {
                    return next < members.length;
                }

                @Override
                public Entry<String, Object> next() {
                    if (!hasNext()) {
                        throw new NoSuchElementException();
                    }
                    next += 2;
                    return Map.entry((String) members[next - 2], members[next - 1]);
                }
            };
        }
    }
}
