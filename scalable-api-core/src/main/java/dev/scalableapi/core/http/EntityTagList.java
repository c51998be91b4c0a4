package dev.scalableapi.core.http;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The value of {@code If-Match} or {@code If-None-Match}: any tag at all, or a list of them (RFC 9110 section 13.1). */
sealed interface EntityTagList {
    /** {@code *}: matches whatever there is. */
    record Any() implements EntityTagList {}

    /** Tags; none of them where the list was empty. */
    record Tags(List<EntityTag> tags) implements EntityTagList {
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
        EntityTagCursor cursor = new EntityTagCursor(field);
        if (cursor.isAny()) {
            return new Any();
        }
        List<EntityTag> tags = new ArrayList<>(2);
        while (cursor.next()) {
            tags.add(cursor.tag());
        }
        return cursor.isMalformed() ? new Malformed() : new Tags(tags);
    }
}
