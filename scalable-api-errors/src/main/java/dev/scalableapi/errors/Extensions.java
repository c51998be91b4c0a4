package dev.scalableapi.errors;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.BiConsumer;

/** The extensions of a problem, in order. They are few, so one array holds them and is searched. Immutable. */
final class Extensions extends AbstractMap<String, Object> {
    /** Each name, and behind it its value. */
    private final Object[] members;

    private Extensions(Object[] members) {
        this.members = members;
    }

    /** Checked and copied deeply, unless that has been done. */
    static Extensions copyOf(Map<String, Object> members) {
        if (members instanceof Extensions copied) {
            return copied;
        }
        Object[] copy = new Object[2 * members.size()];
        int end = 0;
        for (Map.Entry<String, Object> member : members.entrySet()) {
            copy[end++] = checked(member.getKey());
            copy[end++] = JsonValue.copy(member.getValue());
        }
        return new Extensions(copy);
    }

    private static String checked(String name) {
        if (ApiProblem.isStandard(name)) {
            throw new IllegalArgumentException("The name of an extension is taken by RFC 9457");
        }
        return name;
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
