package dev.scalableapi.core.http;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which content codings a client takes (RFC 9110 section 12.5.3). Codings are compared as whole tokens without regard to
 * case; {@code x-gzip} is {@code gzip}. Immutable.
 */
public final class AcceptEncoding {
    /** No coding at all. */
    public static final String IDENTITY = "identity";

    private static final AcceptEncoding ABSENT = new AcceptEncoding("", new int[0], 0);

    /** Of each weight that is named: what is merely not refused weighs less than anything named. */
    private static final int SCALE = 10;

    private static final int UNMENTIONED = 1;

    /** More than any weight. */
    private static final int NONE = Integer.MAX_VALUE;

    private static final int INTS = 3;

    private final String field;

    /** Where each member begins and ends, and what it weighs: read once a request, so without further objects. */
    private final int[] members;

    private final int size;

    private AcceptEncoding(String field, int[] members, int size) {
        this.field = field;
        this.members = members;
        this.size = size;
    }

    /**
     * {@return what a field says} A malformed member of the list is left out, so that it asks for nothing. Without the
     * field a client takes anything, but may know none: only identity is acceptable then, and so it is with a list of more
     * than 64 members, of which the last could refuse what the first want.
     *
     * @param field its lines joined, as {@link Headers#combined} gives them
     */
    public static AcceptEncoding parse(Optional<String> field) {
        return field.isPresent() ? parse(field.get()) : ABSENT;
    }

    private static AcceptEncoding parse(String field) {
        FieldCursor cursor = new FieldCursor(field);
        int[] members = new int[4 * INTS];
        int size = 0;
        for (int seen = 0; !cursor.atEnd() && seen < Weighted.MAX_MEMBERS; seen++) {
            if (size == members.length) {
                members = Arrays.copyOf(members, 2 * size);
            }
            if (read(cursor, field, members, size)) {
                size += INTS;
            }
            cursor.skipMember();
            cursor.take(',');
        }
        return cursor.atEnd() ? new AcceptEncoding(field, members, size) : ABSENT;
    }

    /** Whether there was a well-formed member. */
    private static boolean read(FieldCursor cursor, String field, int[] members, int at) {
        cursor.skipWhitespace();
        int start = cursor.position();
        cursor.skipToken();
        int end = cursor.position();
        cursor.skipWhitespace();
        int weight = cursor.peek() == ';' ? Weighted.weight(cursor, field) : Weighted.FULL;
        members[at] = start + oldPrefix(field, start, end);
        members[at + 1] = end;
        members[at + 2] = SCALE * weight;
        return end > start && weight >= 0 && (cursor.atEnd() || cursor.peek() == ',');
    }

    /**
     * {@return whether the client takes this coding}
     *
     * @param coding such as {@code gzip} or {@code identity}
     */
    public boolean accepts(String coding) {
        return weight(coding) > 0;
    }

    /**
     * {@return the offered coding that the client likes best; empty if it takes none} Of equal weights the earlier offer
     * counts.
     *
     * @param offers in the server's order of preference; {@code identity} is one only if it is named
     */
    public Optional<String> best(List<String> offers) {
        int most = 0;
        String best = null;
        for (int i = 0; i < offers.size() && most < SCALE * Weighted.FULL; i++) {
            int weight = weight(offers.get(i));
            if (weight > most) {
                most = weight;
                best = offers.get(i);
            }
        }
        return Optional.ofNullable(best);
    }

    /**
     * {@return the offered codings that the client takes, best first} Of equal weights the earlier offer comes first.
     *
     * @param offers in the server's order of preference; {@code identity} is one only if it is named
     */
    public List<String> ranked(List<String> offers) {
        return offers.stream()
                .filter(this::accepts)
                .sorted((one, other) -> Integer.compare(weight(other), weight(one)))
                .toList();
    }

    /** What is named counts, else the wildcard; of several the least, so that what is refused is never chosen. */
    private int weight(String coding) {
        int skipped = oldPrefix(coding, 0, coding.length());
        int length = coding.length() - skipped;
        int named = NONE;
        int any = NONE;
        for (int i = 0; i < size; i += INTS) {
            int start = members[i];
            if (members[i + 1] - start == length && field.regionMatches(true, start, coding, skipped, length)) {
                named = Math.min(named, members[i + 2]);
            } else if (members[i + 1] - start == 1 && field.charAt(start) == '*') {
                any = Math.min(any, members[i + 2]);
            }
        }
        if (named != NONE || any != NONE) {
            return named != NONE ? named : any;
        }
        return coding.equalsIgnoreCase(IDENTITY) ? UNMENTIONED : 0;
    }

    /** The old names that section 8.4.1 wants to be taken for the new ones. */
    static String canonical(String coding) {
        return coding.substring(oldPrefix(coding, 0, coding.length()));
    }

    private static int oldPrefix(String text, int start, int end) {
        int length = end - start;
        boolean old = (length == 6 && text.regionMatches(true, start, "x-gzip", 0, 6))
                || (length == 10 && text.regionMatches(true, start, "x-compress", 0, 10));
        return old ? 2 : 0;
    }
}
