package dev.scalableapi.core.structured;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Reads one field value from left to right (RFC 9651 section 4.2). Not thread-safe. */
final class Parser {
    private static final int WHOLE_DIGITS = 15;
    private static final int DIGITS_BEFORE_POINT = 12;
    private static final int DIGITS_AFTER_POINT = 3;
    private static final char END = '\0';

    private final String text;
    private int position;

    Parser(String text) {
        this.text = text;
    }

    /** What stands between the blanks around it, and nothing more. */
    <T> T whole(Supplier<T> form) {
        skipBlanks();
        T value = form.get();
        skipBlanks();
        if (!atEnd()) {
            throw expected("Nothing more is expected");
        }
        return value;
    }

    List<Member> list() {
        List<Member> members = new ArrayList<>();
        while (hasMember(members.isEmpty())) {
            members.add(member());
        }
        return Collections.unmodifiableList(members);
    }

    Map<String, Member> dictionary() {
        Map<String, Member> members = new LinkedHashMap<>();
        while (hasMember(members.isEmpty())) {
            String key = key();
            members.put(key, take('=') ? member() : new Item(BareItem.Flag.TRUE, parameters()));
        }
        return Collections.unmodifiableMap(members);
    }

    /** Moves to the next member; there is one behind each comma. */
    private boolean hasMember(boolean first) {
        if (first) {
            return !atEnd();
        }
        skipWhitespace();
        if (atEnd()) {
            return false;
        }
        require(',', "A comma is expected");
        skipWhitespace();
        if (atEnd()) {
            throw expected("A member is expected");
        }
        return true;
    }

    private Member member() {
        return peek() == '(' ? innerList() : item();
    }

    private InnerList innerList() {
        position++;
        List<Item> items = new ArrayList<>();
        skipBlanks();
        while (!take(')')) {
            items.add(item());
            if (peek() != ' ' && peek() != ')') {
                throw expected("A blank or a closing parenthesis is expected");
            }
            skipBlanks();
        }
        return new InnerList(items, parameters());
    }

    Item item() {
        return new Item(bareItem(), parameters());
    }

    private Map<String, BareItem> parameters() {
        if (peek() != ';') {
            return Map.of();
        }
        Map<String, BareItem> parameters = new LinkedHashMap<>();
        while (take(';')) {
            skipBlanks();
            String key = key();
            parameters.put(key, take('=') ? bareItem() : BareItem.Flag.TRUE);
        }
        return parameters;
    }

    private String key() {
        if (!Keys.isFirst(peek())) {
            throw expected("A key is expected");
        }
        int start = position;
        while (Keys.isFurther(peek())) {
            position++;
        }
        return text.substring(start, position);
    }

    private BareItem bareItem() {
        char c = peek();
        if (c == '-' || isDigit(c)) {
            return number();
        }
        if (BareItem.Token.isFirst(c)) {
            return token();
        }
        return switch (c) {
            case '"' -> string();
            case ':' -> binary();
            case '?' -> flag();
            case '@' -> date();
            case '%' -> display();
            default -> throw expected("A value is expected");
        };
    }

    private BareItem number() {
        int start = position;
        take('-');
        int whole = digits();
        if (whole == 0) {
            throw expected("A digit is expected");
        }
        if (peek() != '.') {
            return new BareItem.Whole(Long.parseLong(spelled(start, whole, WHOLE_DIGITS)));
        }
        if (whole > DIGITS_BEFORE_POINT) {
            throw expected("A number with fewer digits is expected");
        }
        position++;
        int fraction = digits();
        if (fraction == 0) {
            throw expected("A digit is expected");
        }
        return new BareItem.Decimal(new BigDecimal(spelled(start, fraction, DIGITS_AFTER_POINT)));
    }

    private String spelled(int start, int digits, int most) {
        if (digits > most) {
            throw expected("A number with fewer digits is expected");
        }
        return text.substring(start, position);
    }

    private int digits() {
        int start = position;
        while (isDigit(peek())) {
            position++;
        }
        return position - start;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private BareItem token() {
        int start = position;
        while (BareItem.Token.isFurther(peek())) {
            position++;
        }
        return new BareItem.Token(text.substring(start, position));
    }

    private BareItem string() {
        position++;
        StringBuilder spelled = new StringBuilder();
        while (!take('"')) {
            if (take('\\') && peek() != '"' && peek() != '\\') {
                throw expected("A quote or a backslash is expected");
            }
            spelled.append(visible());
        }
        return new BareItem.Text(spelled.toString());
    }

    private char visible() {
        char c = peek();
        if (c < ' ' || c >= 0x7f) {
            throw expected("Visible ASCII and a closing quote are expected");
        }
        position++;
        return c;
    }

    private BareItem binary() {
        int end = text.indexOf(':', position + 1);
        if (end < 0) {
            throw expected("A closing colon is expected");
        }
        try {
            BareItem value = BareItem.Binary.of(Base64.getDecoder().decode(text.substring(position + 1, end)));
            position = end + 1;
            return value;
        } catch (IllegalArgumentException malformed) {
            throw expected("Base64 is expected");
        }
    }

    private BareItem flag() {
        position++;
        if (take('1')) {
            return BareItem.Flag.TRUE;
        }
        require('0', "0 or 1 is expected");
        return BareItem.of(false);
    }

    private BareItem date() {
        position++;
        int start = position;
        if (number() instanceof BareItem.Whole seconds) {
            return new BareItem.Date(Instant.ofEpochSecond(seconds.value()));
        }
        position = start;
        throw expected("An integer is expected");
    }

    private BareItem display() {
        int start = position;
        position++;
        require('"', "A quote is expected");
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        while (!take('"')) {
            octets.write(take('%') ? (hex() << 4) | hex() : visible());
        }
        try {
            return new BareItem.Display(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets.toByteArray()))
                    .toString());
        } catch (CharacterCodingException malformed) {
            position = start;
            throw expected("UTF-8 is expected");
        }
    }

    /** Lower case alone. */
    private int hex() {
        char c = peek();
        if (!isDigit(c) && (c < 'a' || c > 'f')) {
            throw expected("A hexadecimal digit is expected");
        }
        position++;
        return isDigit(c) ? c - '0' : c - 'a' + 10;
    }

    private boolean atEnd() {
        return position == text.length();
    }

    /** The next character; NUL, which no form begins with, at the end. */
    private char peek() {
        return atEnd() ? END : text.charAt(position);
    }

    private boolean take(char wanted) {
        if (peek() != wanted) {
            return false;
        }
        position++;
        return true;
    }

    private void require(char wanted, String otherwise) {
        if (!take(wanted)) {
            throw expected(otherwise);
        }
    }

    private void skipBlanks() {
        while (peek() == ' ') {
            position++;
        }
    }

    private void skipWhitespace() {
        while (peek() == ' ' || peek() == '\t') {
            position++;
        }
    }

    private StructuredFieldException expected(String what) {
        return new StructuredFieldException(what, position);
    }
}
