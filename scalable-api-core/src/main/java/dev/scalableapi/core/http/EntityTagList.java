package dev.scalableapi.core.http;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The value of {@code If-Match} or {@code If-None-Match}: any tag at all, or a list of them (RFC 9110 section 13.1). */
sealed interface EntityTagList {
    /** {@code *}: matches whatever there is. */
    record Any() implements EntityTagList {}

    /** Tags; none of them where the list was empty. */
    record Tags(List<EntityTag> tags) implements EntityTagList {
        boolean anyMatch(Predicate<EntityTag> condition) {
            for (EntityTag tag : tags) {
                if (condition.test(tag)) {
                    return true;
                }
            }
            return false;
        }

        Tags map(UnaryOperator<EntityTag> change) {
            return new Tags(tags.stream().map(change).toList());
        }

        @Override
        public String toString() {
            return tags.stream().map(EntityTag::toString).collect(Collectors.joining(", "));
        }
    }

    /** Not a list of tags: nothing can be said of what the client holds. */
    record Malformed() implements EntityTagList {}

    static EntityTagList parse(String field) {
        FieldCursor cursor = new FieldCursor(field);
        cursor.skipWhitespace();
        if (cursor.take('*')) {
            cursor.skipWhitespace();
            return cursor.atEnd() ? new Any() : new Malformed();
        }
        List<EntityTag> tags = tags(cursor);
        return tags == null ? new Malformed() : new Tags(tags);
    }

    private static @Nullable List<EntityTag> tags(FieldCursor cursor) {
        List<EntityTag> tags = new ArrayList<>(2);
        while (!cursor.atEnd()) {
            if (cursor.peek() != ',') {
                EntityTag tag = EntityTag.read(cursor);
                if (tag == null) {
                    return null;
                }
                tags.add(tag);
                cursor.skipWhitespace();
            }
            if (!cursor.take(',') && !cursor.atEnd()) {
                return null;
            }
            cursor.skipWhitespace();
        }
        return tags;
    }
}
