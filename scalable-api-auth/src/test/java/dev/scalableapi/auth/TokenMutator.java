package dev.scalableapi.auth;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages tokens, as strings and as what they hold, by a seeded generator. Not thread-safe. */
final class TokenMutator {
    private final List<String> fragments = List.of(
            "\"",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\\",
            "\\u0000",
            "\\ud800",
            "\\u0061",
            "null",
            "1e999",
            "-",
            " ",
            "\u0000",
            "\ufeff",
            "\ufffd",
            "\ud83d\ude00",
            "/**/",
            "NaN",
            "\"kid\":",
            "\"exp\":",
            "\"sub\":\"root\",",
            "0",
            "9".repeat(40),
            "[".repeat(20),
            "{\"a\":".repeat(20));
    private final List<String> values = List.of(
            "null",
            "true",
            "7",
            "-1",
            "0",
            "1.5",
            "1e10",
            "1e999",
            "-0.0",
            "9".repeat(19),
            "9".repeat(32),
            "9".repeat(33),
            "9".repeat(400),
            "0." + "3".repeat(100),
            "253402300799",
            "253402300800",
            "1772600767",
            "1772600737",
            "1772600736.9",
            "1772600797",
            "1772600798",
            "\"\"",
            "\" \"",
            "\"alice\"",
            "\"\\ud800\"",
            "\"\\ud83d\\ude00\"",
            "\"\\u0000\"",
            "\"1772600767\"",
            "\"at+jwt\"",
            "\"AT+JWT\"",
            "\"application/at+jwt\"",
            "\"JWT\"",
            "\"HS256\"",
            "\"hs256\"",
            "\"none\"",
            "\"HS512\"",
            "\"" + Fixtures.ISSUER + "\"",
            "\"" + Fixtures.AUDIENCE + "\"",
            "[]",
            "[\"x\",\"" + Fixtures.AUDIENCE + "\"]",
            "[\"" + Fixtures.AUDIENCE + "\",7]",
            "[null]",
            "{}",
            "{\"jkt\":\"x\"}",
            "[".repeat(15) + "]".repeat(15),
            "[".repeat(16) + "]".repeat(16),
            "[".repeat(40) + "]".repeat(40),
            "\"" + "x".repeat(9000) + "\"");
    private static final List<String> NAMES = List.of(
            "alg",
            "kid",
            "typ",
            "crit",
            "b64",
            "jku",
            "jwk",
            "x5c",
            "x5u",
            "zip",
            "enc",
            "cty",
            "x5t",
            "iss",
            "sub",
            "aud",
            "iat",
            "nbf",
            "exp",
            "jti",
            "client_id",
            "sid",
            "tenant",
            "scope",
            "roles",
            "permissions",
            "cnf",
            "x");

    private final JsonMapper mapper = new JsonMapper();
    private final Random random;
    private final List<String> names;

    TokenMutator(Random random) {
        this(random, NAMES);
    }

    /** Changes the members of these names. */
    TokenMutator(Random random, List<String> names) {
        this.random = random;
        this.names = names;
    }

    /** One of the tokens, with up to three damages; now and then they cancel out. */
    String damage(List<String> tokens) {
        String token = any(tokens);
        StringBuilder damaged = new StringBuilder(token);
        for (int times = 1 + random.nextInt(3); times > 0 && !damaged.isEmpty(); times--) {
            damage(damaged, any(tokens));
        }
        return damaged.toString();
    }

    private void damage(StringBuilder token, String other) {
        int at = random.nextInt(token.length());
        switch (random.nextInt(12)) {
            case 0 -> token.setCharAt(at, (char) (token.charAt(at) ^ 1 << random.nextInt(7)));
            case 1 -> token.deleteCharAt(at);
            case 2 -> token.insert(at, (char) random.nextInt(0x180));
            case 3 -> token.insert(at, '.');
            case 4 -> token.insert(at, '\u0000');
            case 5 -> token.setLength(at);
            case 6 -> token.append(other, random.nextInt(other.length()), other.length());
            case 7 -> token.insert(at, Character.toChars(0x80 + random.nextInt(0xff80)));
            case 8 -> token.insert(random.nextBoolean() ? token.length() : at, "====".substring(random.nextInt(4)));
            case 9 -> token.setCharAt(at, Character.isUpperCase(token.charAt(at)) ? 'a' : 'A');
            case 10 -> token.insert(at, "A".repeat(random.nextInt(64)));
            default -> swap(token, other);
        }
    }

    /** A segment for the same of another token, or for another segment. */
    private void swap(StringBuilder token, String other) {
        String[] mine = token.toString().split("\\.", -1);
        String[] theirs = other.split("\\.", -1);
        int from = random.nextInt(theirs.length);
        mine[random.nextInt(4) == 0 ? random.nextInt(mine.length) : Math.min(from, mine.length - 1)] = theirs[from];
        token.setLength(0);
        token.append(String.join(".", mine));
    }

    /** JSON with a member changed, and perhaps a damage to its text. */
    byte[] damage(byte[] json) {
        int kind = random.nextInt(4);
        byte[] changed = kind == 0 ? json : changed(json);
        return kind < 2 ? damagedText(changed) : changed;
    }

    private byte[] changed(byte[] json) {
        if (random.nextInt(10) == 0) {
            return withFirst("\"%s\":%s,".formatted(any(names), any(values)), json);
        }
        try {
            ObjectNode object = (ObjectNode) mapper.readTree(json);
            String name = any(names);
            if (random.nextInt(6) == 0) {
                object.remove(name);
            } else {
                object.putRawValue(name, new RawValue(any(values)));
            }
            return mapper.writeValueAsBytes(object);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** With a member more at the beginning, which may be there twice then. */
    private static byte[] withFirst(String member, byte[] json) {
        return new StringBuilder(new String(json, StandardCharsets.UTF_8))
                .insert(1, member)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private byte[] damagedText(byte[] json) {
        byte[] damaged = json.clone();
        int at = random.nextInt(json.length);
        if (random.nextBoolean()) {
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            return damaged;
        }
        String text = new String(Arrays.copyOf(json, at), StandardCharsets.UTF_8)
                + any(fragments)
                + new String(
                        Arrays.copyOfRange(json, Math.min(json.length, at + random.nextInt(2)), json.length),
                        StandardCharsets.UTF_8);
        return text.getBytes(random.nextInt(50) == 0 ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_8);
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
