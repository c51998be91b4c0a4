package dev.scalableapi.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All claims of a verified token, or the members of an object in them. Each method takes the name of a claim, and then
 * the names of the members that lead from it to the value: {@code text("firebase", "sign_in_provider")}. A name may
 * contain any character.
 *
 * <p>An absent value and a JSON null give an empty result. A value of another type than the method's throws
 * {@link IllegalArgumentException}, so that a claim that has an unexpected form is not overlooked.
 *
 * <p>Immutable and thread-safe. The claims are parsed at the first access and then kept, which takes some 10 times the
 * memory of their JSON; for a token whose claims are never accessed, nothing is parsed or kept.
 */
public final class TokenClaims {
    static final TokenClaims EMPTY = new TokenClaims(JsonNodeFactory.instance.objectNode());

    private final @Nullable StrictJson json;
    private final @Nullable String token;
    private volatile @Nullable ObjectNode tree;

    /** Claims that have been parsed already. */
    TokenClaims(ObjectNode tree) {
        json = null;
        token = null;
        this.tree = tree;
    }

    /** The claims of a token that has been verified with this parser. */
    TokenClaims(StrictJson json, String token) {
        this.json = json;
        this.token = token;
    }

    /** {@return the names of all claims, in the order of the token} */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        tree().fieldNames().forEachRemaining(names::add);
        return Collections.unmodifiableSet(names);
    }

    /**
     * {@return whether there is such a value} True for a JSON null, too.
     *
     * @param claim the name of the claim
     * @param members the names of the members that lead from it to the value
     */
    public boolean has(String claim, String... members) {
        return find(claim, members) != null;
    }

    /**
     * {@return a string}
     *
     * @param claim the name of the claim
     * @param members the names of the members that lead from it to the value
     * @throws IllegalArgumentException if the value is not a string
     */
    public Optional<String> text(String claim, String... members) {
        JsonNode value = value(claim, members);
        return value == null ? Optional.empty() : Optional.of(textOf(value, claim, members));
    }

    /**
     * {@return the strings of an array, or one string as a list} Empty if the value is absent.
     *
     * @param claim the name of the claim
     * @param members the names of the members that lead from it to the value
     * @throws IllegalArgumentException if the value is neither a string nor an array of strings
     */
    public List<String> texts(String claim, String... members) {
        JsonNode value = value(claim, members);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            return List.of(textOf(value, claim, members));
        }
        List<String> texts = new ArrayList<>(value.size());
        for (JsonNode element : value) {
            texts.add(textOf(element, claim, members));
        }
        return List.copyOf(texts);
    }

    /**
     * {@return an integer}
     *
     * @param claim the name of the claim
     * @param members the names of the members that lead from it to the value
     * @throws IllegalArgumentException if the value is not an integer of 64 bits
     */
    public OptionalLong integer(String claim, String... members) {
        JsonNode value = value(claim, members);
        if (value == null) {
            return OptionalLong.empty();
        }
        check(value.isIntegralNumber() && value.canConvertToLong(), "an integer", claim, members);
        return OptionalLong.of(value.longValue());
    }

    /**
     * {@return a number}
     *
     * @param claim the name of the claim
     * @param members the names of the members that lead from it to the value
     * @throws IllegalArgumentException if the value is not a number, or too large
     */
    public OptionalDouble number(String claim, String... members) {
        JsonNode value = value(claim, members);
        if (value == null) {
            return OptionalDouble.empty();
        }
        check(value.isNumber() && Double.isFinite(value.doubleValue()), "a number", claim, members);
        return OptionalDouble.of(value.doubleValue());
    }

    /**
     * {@return a boolean}
     *
     * @param claim the name of the claim
     * @param members the names of the members that lead from it to the value
     * @throws IllegalArgumentException if the value is not a boolean
     */
    public Optional<Boolean> bool(String claim, String... members) {
        JsonNode value = value(claim, members);
        if (value == null) {
            return Optional.empty();
        }
        check(value.isBoolean(), "a boolean", claim, members);
        return Optional.of(value.booleanValue());
    }

    /**
     * {@return a NumericDate (RFC 7519 section 2), in whole seconds}
     *
     * @param claim the name of the claim
     * @param members the names of the members that lead from it to the value
     * @throws IllegalArgumentException if the value is not a number from 0 to the end of the year 9999
     */
    public Optional<Instant> instant(String claim, String... members) {
        JsonNode value = value(claim, members);
        if (value == null) {
            return Optional.empty();
        }
        double seconds = value.isNumber() ? value.doubleValue() : -1;
        check(seconds >= 0 && seconds <= ClaimValue.LAST_SECOND, "a NumericDate", claim, members);
        return Optional.of(Instant.ofEpochSecond((long) seconds));
    }

    /**
     * {@return an object}
     *
     * @param claim the name of the claim
     * @param members the names of the members that lead from it to the value
     * @throws IllegalArgumentException if the value is not an object
     */
    public Optional<TokenClaims> object(String claim, String... members) {
        JsonNode value = value(claim, members);
        return value == null ? Optional.empty() : Optional.of(objectOf(value, claim, members));
    }

    /**
     * {@return the objects of an array} Empty if the value is absent.
     *
     * @param claim the name of the claim
     * @param members the names of the members that lead from it to the value
     * @throws IllegalArgumentException if the value is not an array of objects
     */
    public List<TokenClaims> objects(String claim, String... members) {
        JsonNode value = value(claim, members);
        if (value == null) {
            return List.of();
        }
        check(value.isArray(), "an array", claim, members);
        List<TokenClaims> objects = new ArrayList<>(value.size());
        for (JsonNode element : value) {
            objects.add(objectOf(element, claim, members));
        }
        return List.copyOf(objects);
    }

    private static String textOf(JsonNode value, String claim, String... members) {
        check(value.isTextual() && ParsedClaim.isWellFormed(value.textValue()), "a string", claim, members);
        return value.textValue();
    }

    private static TokenClaims objectOf(JsonNode value, String claim, String... members) {
        if (value instanceof ObjectNode object) {
            return new TokenClaims(object);
        }
        throw wrongType("an object", claim, members);
    }

    /** Null for an absent value and for a JSON null. */
    private @Nullable JsonNode value(String claim, String... members) {
        JsonNode found = find(claim, members);
        return found == null || found.isNull() ? null : found;
    }

    private @Nullable JsonNode find(String claim, String... members) {
        JsonNode node = tree().get(claim);
        for (String member : members) {
            if (node == null || node.isNull()) {
                return null;
            }
            check(node.isObject(), "a path through objects", claim, members);
            node = node.get(member);
        }
        return node;
    }

    private static void check(boolean holds, String type, String claim, String... members) {
        if (!holds) {
            throw wrongType(type, claim, members);
        }
    }

    private static IllegalArgumentException wrongType(String type, String claim, String... members) {
        String path = members.length == 0 ? claim : claim + "." + String.join(".", members);
        return new IllegalArgumentException("The claim " + path + " is not " + type);
    }

    private ObjectNode tree() {
        ObjectNode known = tree;
        if (known == null) {
            known = parse();
            tree = known;
        }
        return known;
    }

    private ObjectNode parse() {
        if (token == null || json == null) {
            throw new IllegalStateException("Claims without a token");
        }
        byte[] bytes = token.getBytes(StandardCharsets.ISO_8859_1);
        int start = token.indexOf('.') + 1;
        byte[] payload = Base64Url.decode(bytes, start, token.indexOf('.', start));
        try {
            return json.object(payload == null ? new byte[0] : payload);
        } catch (RejectionException e) {
            throw new IllegalStateException("The claims of a verified token could not be read", e);
        }
    }

    /** {@return no claim} */
    @Override
    public String toString() {
        return "TokenClaims";
    }
}
