package dev.scalableapi.core.http;

/**
 * Goes through the tags of {@code If-Match} or {@code If-None-Match} where they stand, so that to compare them takes no
 * objects (RFC 9110 section 13.1). Not thread-safe.
 */
final class EntityTagCursor extends FieldCursor {
    private final boolean any;
    private boolean malformed;
    private boolean weak;
    private int start;
    private int end;

    EntityTagCursor(String field) {
        super(field);
        skipWhitespace();
        any = take('*');
        skipWhitespace();
        malformed = any && !atEnd();
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
        while (take(',')) {
            skipWhitespace();
        }
        if (malformed || atEnd()) {
            return false;
        }
        malformed = !takeTag() || !(atEnd() || peek() == ',');
        return !malformed;
    }

    /** Moves to the tag that is all of the field; false where it is anything else. */
    boolean takeOnly() {
        return takeTag() && atEnd();
    }

    private boolean takeTag() {
        weak = take('W');
        boolean opened = (!weak || take('/')) && take('"');
        start = position();
        skipEntityTagCharacters();
        end = position();
        boolean closed = take('"');
        skipWhitespace();
        return opened && closed;
    }

    /** As {@link EntityTag#matchesStrongly}. */
    boolean matchesStrongly(EntityTag tag) {
        return !weak && tag.strength() == EntityTag.Strength.STRONG && matchesWeakly(tag);
    }

    /** As {@link EntityTag#matchesWeakly}. */
    boolean matchesWeakly(EntityTag tag) {
        String opaque = tag.opaque();
        return end - start == opaque.length() && text.startsWith(opaque, start);
    }

    EntityTag tag() {
        return new EntityTag(weak ? EntityTag.Strength.WEAK : EntityTag.Strength.STRONG, text.substring(start, end));
    }
}
