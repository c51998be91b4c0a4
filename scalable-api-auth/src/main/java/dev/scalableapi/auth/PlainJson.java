package dev.scalableapi.auth;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads, in one pass over the bytes, the JSON that almost all issuers write as claims: an object without white space,
 * whose members are texts and arrays of texts, in printable ASCII without escapes, and whole numbers. It takes part of
 * what {@link StrictJson} takes, to the same result, and refuses nothing: at whatever else it gives up, and the strict
 * parser has to say. It needs two thirds of its time.
 *
 * <p>Each method that gives up answers with something that means nothing; whether it did is asked at the end. Not
 * thread-safe.
 */
final class PlainJson implements ClaimValue {
    /** Each is compared with all before it. */
    private static final int MAX_NAMES = 32;

    /** No number of so many overflows. */
    private static final int MAX_DIGITS = 15;

    private final byte[] bytes;
    private final List<String> names = new ArrayList<>(16);
    private int at;
    private boolean ended;
    private boolean givenUp;

    PlainJson(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The name of the next member, at whose value this then stands; null after the last, and after giving up. */
    @Nullable String nextName() {
        if (isAt('}') && !names.isEmpty()) {
            at++;
            ended = true;
            return null;
        }
        take(names.isEmpty() ? '{' : ',');
        String name = anyText();
        take(':');
        if (names.size() == MAX_NAMES || names.contains(name)) {
            giveUp();
        }
        names.add(name);
        return givenUp ? null : name;
    }

    /** Whether all was plain: one object, to the last byte. */
    boolean isWhole() {
        return ended && !givenUp && at == bytes.length;
    }

    private boolean isAt(char character) {
        return at < bytes.length && bytes[at] == character;
    }

    @Override
    public String text() {
        String text = anyText();
        if (text.isBlank()) {
            giveUp();
        }
        return text;
    }

    @Override
    public String anyText() {
        take('"');
        int start = at;
        int end = start;
        while (end < bytes.length && isPlain(bytes[end])) {
            end++;
        }
        at = end;
        take('"');
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }

    /** Not so: control characters, the ends of texts, escapes, and what is not ASCII, since it is negative. */
    private static boolean isPlain(byte character) {
        return character >= ' ' && character != '"' && character != '\\';
    }

    @Override
    public boolean isArray() {
        return isAt('[');
    }

    @Override
    public List<String> texts() {
        List<String> texts = new ArrayList<>(4);
        take('[');
        if (!isAt(']')) {
            texts.add(text());
            while (isAt(',')) {
                at++;
                texts.add(text());
            }
        }
        take(']');
        return texts;
    }

    @Override
    public long seconds() {
        long seconds = number();
        if (seconds > LAST_SECOND) {
            giveUp();
        }
        return seconds;
    }

    /** Not negative; as JSON has it, without leading zeros. */
    private long number() {
        int start = at;
        long number = 0;
        while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9' && at - start < MAX_DIGITS) {
            number = 10 * number + bytes[at] - '0';
            at++;
        }
        if (at == start || bytes[start] == '0') {
            giveUp();
        }
        return number;
    }

    @Override
    public Confirmation confirmation() {
        giveUp();
        return Confirmation.UNKNOWN;
    }

    @Override
    public void skip() {
        if (isAt('"')) {
            anyText();
        } else if (isArray()) {
            texts();
        } else {
            number();
        }
    }

    private void take(char character) {
        if (isAt(character)) {
            at++;
        } else {
            giveUp();
        }
    }

    /** From here on nothing is found any more, so that every loop ends. */
    private void giveUp() {
        givenUp = true;
        at = bytes.length;
    }
}
