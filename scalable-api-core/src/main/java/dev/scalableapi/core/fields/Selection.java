package dev.scalableapi.core.fields;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of a value: all of it, or some members and what is wanted of each. Immutable.
 *
 * @param isAll whether nothing is left out
 * @param members by name, sorted; empty when all is wanted, or nothing
 */
record Selection(boolean isAll, Map<String, Selection> members) {
    static final Selection ALL = new Selection(true, Map.of());

    /** What is wanted of the member; null when it is not wanted. */
    @Nullable Selection member(String name) {
        return isAll ? ALL : members.get(name);
    }

    private boolean isNothing() {
        return !isAll && members.isEmpty();
    }

    /** The shortest text for this, which is the same for equal selections and never longer than what was parsed. */
    String canonical() {
        if (isAll) {
            return "*";
        }
        StringJoiner list = new StringJoiner(",");
        members.forEach((name, selection) -> list.add(name + selection.suffix()));
        return list.toString();
    }

    private String suffix() {
        if (isAll) {
            return "";
        }
        return members.size() == 1 ? "." + canonical() : "(" + canonical() + ")";
    }

    /** Collects a selection; whatever is wanted twice is merged. Not thread-safe. */
    static final class Draft {
        private final Map<String, Draft> members = new TreeMap<>();
        private boolean all;

        Draft member(String name) {
            return members.computeIfAbsent(name, n -> new Draft());
        }

        void all() {
            all = true;
        }

        /** A member of which nothing is wanted is not wanted. */
        Selection build() {
            if (all) {
                return ALL;
            }
            Map<String, Selection> built = new LinkedHashMap<>();
            members.forEach((name, draft) -> {
                Selection member = draft.build();
                if (!member.isNothing()) {
                    built.put(name, member);
                }
            });
            return new Selection(false, Collections.unmodifiableMap(built));
        }
    }
}
