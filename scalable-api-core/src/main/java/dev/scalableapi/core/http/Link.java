package dev.scalableapi.core.http;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A link of a response to another resource (RFC 8288). Immutable.
 *
 * @param target a URI reference, resolved against the request's URI; may be empty, which is the resource itself
 * @param relation in lower case: a registered relation type, such as {@code next}, or a URI
 * @param parameters what else is said of the link, such as {@code title} or {@code type}: names in lower case, values as they
 *     are, in order
 */
public record Link(String target, String relation, Map<String, String> parameters) {
    /** Maximum length of all links of a response. */
    static final int MAX_FIELD_LENGTH = 2048;

    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final String URI_PUNCTUATION = "-._~:/?#[]@!$&'()*+,;=";
    /** What an extended parameter can hold as it is (RFC 8187 section 3.2.1). */
    private static final String PLAIN_PUNCTUATION = "!#$&+-.^_`|~";

    /**
     * Percent-encodes what a URI cannot hold, so that the target cannot end the link early, puts names into lower case and
     * copies the parameters.
     *
     * @param target a URI reference
     * @param relation a token, or a URI
     * @param parameters names are tokens, and neither {@code rel} nor one that ends with an asterisk
     * @throws IllegalArgumentException if the relation or a name is not of this form
     */
    public Link {
        target = reference(target);
        relation = relation.toLowerCase(Locale.ROOT);
        if (!isRelation(relation)) {
            throw new IllegalArgumentException("A link's relation must be a token or a URI");
        }
        Map<String, String> copy = new LinkedHashMap<>();
        parameters.forEach((name, value) -> copy.put(requireName(name), Objects.requireNonNull(value)));
        parameters = Collections.unmodifiableMap(copy);
    }

    static boolean isRelation(String text) {
        boolean isUri = text.indexOf(':') > 0 && reference(text).equals(text);
        return isUri || HttpGrammar.isToken(text);
    }

    static boolean isParameter(String name) {
        return HttpGrammar.isToken(name) && !name.endsWith("*") && !name.equalsIgnoreCase("rel");
    }

    private static String requireName(String name) {
        if (!isParameter(name)) {
            throw new IllegalArgumentException("A link's parameter must be a token, neither rel nor with an asterisk");
        }
        return name.toLowerCase(Locale.ROOT);
    }

    /**
     * A link of which nothing else is said.
     *
     * @param target a URI reference
     * @param relation a token, or a URI
     * @throws IllegalArgumentException if the relation is neither
     */
    public Link(String target, String relation) {
        this(target, relation, Map.of());
    }

    /**
     * {@return the links that a {@code Link} field names, in order} A link of several relations is one for each. A malformed
     * one, one of no relation or of more than 16 parameters, and what is beyond 64 links are left out; of parameters of one
     * name the first counts. A link with an {@code anchor} is one of another resource than the response's.
     *
     * @param field its lines joined, as {@link Headers#combined} gives them
     */
    public static List<Link> parse(String field) {
        return new LinkParser(field).links();
    }

    /**
     * {@return the value of a {@code Link} field; empty if there are no links, or if the value would have more than 2,048
     * characters} The field contains all links or none: a client that finds some of them could take a missing {@code next}
     * for the end of a list. Proxies often accept no more than 4 KiB of response headers.
     *
     * @param links in order
     */
    public static Optional<String> fieldValue(List<Link> links) {
        String value = links.stream().map(Link::toString).collect(Collectors.joining(", "));
        return value.isEmpty() || value.length() > MAX_FIELD_LENGTH ? Optional.empty() : Optional.of(value);
    }

    /**
     * {@return a copy with this parameter in place of another of its name}
     *
     * @param name a token, neither {@code rel} nor one that ends with an asterisk
     * @param value any text; what is not ASCII is written as RFC 8187 has it ({@code title*=UTF-8''…})
     * @throws IllegalArgumentException if the name is not of this form
     */
    public Link with(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(parameters);
        changed.put(requireName(name), value);
        return new Link(target, relation, changed);
    }

    /** {@return the link as it stands in a field} */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("<").append(target).append('>');
        text.append("; rel=\"").append(relation).append('"');
        parameters.forEach((name, value) -> text.append("; ").append(name).append(spelled(value)));
        return text.toString();
    }

    private static String spelled(String value) {
        return value.chars().allMatch(c -> c >= ' ' && c < 0x7f)
                ? '=' + HttpGrammar.quoted(value)
                : "*=UTF-8''" + extended(value);
    }

    private static String extended(String value) {
        StringBuilder extended = new StringBuilder(value.length());
        for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
            append(octet, PLAIN_PUNCTUATION, extended);
        }
        return extended.toString();
    }

    /** A percent sign stays where it begins an escape. */
    private static String reference(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder uri = new StringBuilder(octets.length);
        for (int i = 0; i < octets.length; i++) {
            if (isEscape(octets, i)) {
                uri.append('%');
            } else {
                append(octets[i], URI_PUNCTUATION, uri);
            }
        }
        return uri.toString();
    }

    private static boolean isEscape(byte[] octets, int at) {
        return octets[at] == '%'
                && at + 2 < octets.length
                && HexFormat.isHexDigit(octets[at + 1])
                && HexFormat.isHexDigit(octets[at + 2]);
    }

    private static void append(byte octet, String punctuation, StringBuilder text) {
        if (isAlphanumeric(octet) || punctuation.indexOf(octet) >= 0) {
            text.append((char) octet);
        } else {
            text.append('%').append(HEX.toHexDigits(octet));
        }
    }

    private static boolean isAlphanumeric(byte octet) {
        return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') || (octet >= '0' && octet <= '9');
    }
}
