package dev.scalableapi.core.http;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A link of a response to another resource (RFC 8288). Immutable.
 *
 * @param target a URI reference, resolved against the request's URI
 * @param relation a registered relation type, such as {@code next}
 */
public record Link(String target, String relation) {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final String URI_PUNCTUATION = "-._~:/?#[]@!$&'()*+,;=";

    /**
     * Percent-encodes what a URI cannot hold, so that the target cannot end the link early.
     *
     * @param target a URI reference
     * @param relation a token
     * @throws IllegalArgumentException if the relation is not a token
     */
    public Link {
        if (!HttpGrammar.isToken(relation)) {
            throw new IllegalArgumentException("A link's relation must be a token");
        }
        target = encoded(target);
    }

    /**
     * {@return the value of a {@code Link} field}
     *
     * @param links at least one, or the value is empty
     */
    public static String fieldValue(List<Link> links) {
        return links.stream().map(Link::toString).collect(Collectors.joining(", "));
    }

    /** {@return the link as it stands in a field} */
    @Override
    public String toString() {
        return "<" + target + ">; rel=\"" + relation + "\"";
    }

    private static String encoded(String target) {
        byte[] octets = target.getBytes(StandardCharsets.UTF_8);
        StringBuilder uri = new StringBuilder(octets.length);
        for (int i = 0; i < octets.length; i++) {
            char c = (char) (octets[i] & 0xff);
            if (c == '%' ? isEscape(octets, i) : isUriCharacter(c)) {
                uri.append(c);
            } else {
                uri.append('%').append(HEX.toHexDigits(octets[i]));
            }
        }
        return uri.toString();
    }

    private static boolean isEscape(byte[] octets, int percent) {
        return percent + 2 < octets.length
                && HexFormat.isHexDigit(octets[percent + 1])
                && HexFormat.isHexDigit(octets[percent + 2]);
    }

    private static boolean isUriCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || URI_PUNCTUATION.indexOf(c) >= 0;
    }
}
