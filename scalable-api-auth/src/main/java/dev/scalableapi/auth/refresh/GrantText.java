package dev.scalableapi.auth.refresh;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A grant as text for a store: the version of the form, subject, tenant, client id and scopes, a line each. No value has a
 * line break in it; an absent one is an empty line.
 */
final class GrantText {
    private static final String VERSION = "1";
    private static final int LINES = 5;
    private static final int MAX_LENGTH = 8_192;

    private GrantText() {}

    static String write(RefreshGrant grant) {
        return String.join(
                "\n",
                VERSION,
                grant.subject(),
                grant.tenant().orElse(""),
                grant.clientId().orElse(""),
                String.join(" ", new TreeSet<>(grant.scopes())));
    }

    /** Takes what {@link #write} gives and nothing else; the message of a refusal repeats none of it. */
    static RefreshGrant read(String text) {
        if (text.length() <= MAX_LENGTH) {
            List<String> lines = List.of(text.split("\n", -1));
            if (lines.size() == LINES && lines.get(0).equals(VERSION)) {
                RefreshGrant grant = grant(lines);
                if (write(grant).equals(text)) {
                    return grant;
                }
            }
        }
        throw new IllegalStateException("The store of refresh tokens holds a grant in a form that is not ours");
    }

    private static RefreshGrant grant(List<String> lines) {
        String scopes = lines.get(4);
        return new RefreshGrant(
                lines.get(1),
                optional(lines.get(2)),
                optional(lines.get(3)),
                scopes.isEmpty() ? Set.of() : Set.of(scopes.split(" ", -1)));
    }

    private static Optional<String> optional(String line) {
        return line.isEmpty() ? Optional.empty() : Optional.of(line);
    }
}
