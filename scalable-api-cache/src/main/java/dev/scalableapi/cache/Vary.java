package dev.scalableapi.cache;

import dev.scalableapi.core.http.Headers;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which fields of a request a response depends on (RFC 9110 section 12.5.5, RFC 9111 section 4.1). */
final class Vary {
    /** Stands for the caller, beside names of fields; none of them can have this name. */
    static final String CALLER = ":caller";

    static final int MOST_NAMES = 8;
    private static final int LONGEST_VALUE = 256;

    private Vary() {}

    /** The names in lower case; empty if they cannot be known, or are too many. */
    static Optional<Set<String>> names(Headers response) {
        return FieldList.members(response, "Vary").flatMap(Vary::checked);
    }

    private static Optional<Set<String>> checked(List<String> members) {
        Set<String> names = new TreeSet<>();
        members.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
        return names.contains("*") || names.contains(CALLER) || names.size() > MOST_NAMES
                ? Optional.empty()
                : Optional.of(names);
    }

    /** The value of one field as far as it counts: white space around commas does not, nor in how many lines it came. */
    static Value value(Headers request, String name) {
        if (!request.contains(name)) {
            return new Value(true, Optional.empty());
        }
        Optional<String> value = FieldList.members(request, name).map(members -> String.join(",", members));
        boolean usable = value.isPresent() && value.get().length() <= LONGEST_VALUE;
        return new Value(usable, value);
    }

    /**
     * A field's value.
     *
     * @param usable false if it is too long or malformed for a key
     * @param text empty if there is no such field
     */
    record Value(boolean usable, Optional<String> text) {}
}
