package dev.scalableapi.examples.shop.database;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * Where a PostgreSQL database is and how to sign in. Immutable; its text form hides everything, as any part of a URL
 * may hold a password.
 *
 * @param jdbcUrl such as {@code jdbc:postgresql://host:5432/name}
 * @param user the role, unless the URL names it
 * @param password the role's password, unless the URL holds it
 */
public record DatabaseUrl(String jdbcUrl, Optional<String> user, Optional<String> password) {
    private static final String JDBC = "jdbc:postgresql:";

    /**
     * Checks the URL.
     *
     * @throws IllegalArgumentException if the driver can't read it; the message does not repeat it
     */
    public DatabaseUrl {
        // The driver would log the part that it does not understand, and a password before the host is such a part.
        if (!jdbcUrl.startsWith(JDBC)
                || hasCredentials(jdbcUrl)
                || Driver.parseURL(jdbcUrl, new Properties()) == null) {
            throw new IllegalArgumentException(
                    "must be a URL such as postgresql://user:password@host:5432/database or jdbc:postgresql://...");
        }
    }

    private static boolean hasCredentials(String jdbcUrl) {
        int query = jdbcUrl.indexOf('?');
        return jdbcUrl.substring(0, query < 0 ? jdbcUrl.length() : query).indexOf('@') >= 0;
    }

    /**
     * {@return the database that a text names, in the JDBC form or as {@code postgresql://user:password@host/database}}
     *
     * @param text of the URL; user and password are percent-encoded in the second form
     * @throws IllegalArgumentException if it is neither; the message does not repeat it
     */
    public static DatabaseUrl parse(String text) {
        int start = text.startsWith("postgresql://") ? 13 : text.startsWith("postgres://") ? 11 : -1;
        if (start < 0) {
            return new DatabaseUrl(text, Optional.empty(), Optional.empty());
        }
        int slash = text.indexOf('/', start);
        int at = text.lastIndexOf('@', slash < 0 ? text.length() : slash);
        String jdbcUrl = JDBC + "//" + text.substring(Math.max(at + 1, start));
        if (at < start) {
            return new DatabaseUrl(jdbcUrl, Optional.empty(), Optional.empty());
        }
        String[] credentials = text.substring(start, at).split(":", 2);
        return new DatabaseUrl(
                jdbcUrl,
                Optional.of(decoded(credentials[0])),
                credentials.length == 2 ? Optional.of(decoded(credentials[1])) : Optional.empty());
    }

    /** A plus sign stands for itself here, unlike in a form. */
    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** {@return the type's name alone} */
    @Override
    public String toString() {
        return "DatabaseUrl[hidden]";
    }
}
