package dev.scalableapi.core.http;

/**
 * Goes through the tags of {@code If-Match} or {@code If-None-Match} where they stand, so that to compare them takes no
 * objects (RFC 9110 section 13.1). Not thread-safe.
 */
final class EntityTagCursor {
    private final String field;
    private final FieldCursor cursor;
    private final boolean any;
    private boolean malformed;
    private boolean weak;
    private int start;
    private int end;

    EntityTagCursor(String field) {
        this.field = field;
        cursor = new FieldCursor(field);
        cursor.skipWhitespace();
        any = cursor.take('*');
        cursor.skipWhitespace();
        malformed = any && !cursor.atEnd();
    }

    /** {@code *} alone: matches whatever there is. */
    boolean isAny() {
        return any && !malformed;
    }

    /** Whether the field turned out to be no list of tags; to be asked when there are no more. */
    boolean isMalformed() {
        return malformed;
    }

    /** Moves to the next tag; false where there is none, or what stands there is none. */
    boolean next() {
        while (cursor.take(',')) {
            cursor.skipWhitespace();
        }
        if (malformed || cursor.atEnd()) {
            return false;
        }
        malformed = !take() || !(cursor.atEnd() || cursor.peek() == ',');
        return !malformed;
    }

    /** Moves to the tag that is all of the field; false where it is anything else. */
    boolean takeOnly() {
        return take() && cursor.atEnd();
    }

    private boolean take() {
        weak = cursor.take('W');
        boolean opened = (!weak || cursor.take('/')) && cursor.take('"');
        start = cursor.position();
        cursor.skipEntityTagCharacters();
        end = cursor.position();
        boolean closed = cursor.take('"');
        cursor.skipWhitespace();
        return opened && closed;
    }

    /** As {@link EntityTag#matchesStrongly}. */
    boolean matchesStrongly(EntityTag tag) {
        return !weak && tag.strength() == EntityTag.Strength.STRONG && matchesWeakly(tag);
    }

    /** As {@link EntityTag#matchesWeakly}. */
    boolean matchesWeakly(EntityTag tag) {
        String opaque = tag.opaque();
        return end - start == opaque.length() && field.startsWith(opaque, start);
    }

    EntityTag tag() {
        return new EntityTag(weak ? EntityTag.Strength.WEAK : EntityTag.Strength.STRONG, field.substring(start, end));
    }
}
