package dev.scalableapi.core.structured;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Spells a field value (RFC 9651 section 4.1). Not thread-safe. */
final class Writer {
    private final StringBuilder text = new StringBuilder();

    Writer list(List<? extends Member> members) {
        members.forEach(member -> separated(", ").member(member));
        return this;
    }

    Writer dictionary(Map<String, ? extends Member> members) {
        Keys.checked(members).forEach((key, member) -> {
            separated(", ").text.append(key);
            if (member instanceof Item item && item.value().equals(BareItem.Flag.TRUE)) {
                parameters(item.parameters());
            } else {
                text.append('=');
                member(member);
            }
        });
        return this;
    }

    private Writer separated(String separator) {
        if (!text.isEmpty()) {
            text.append(separator);
        }
        return this;
    }

    Writer member(Member member) {
        if (member instanceof InnerList list) {
            text.append('(');
            for (int i = 0; i < list.items().size(); i++) {
                text.append(i == 0 ? "" : " ");
                member(list.items().get(i));
            }
            text.append(')');
        } else {
            bare(((Item) member).value());
        }
        parameters(member.parameters());
        return this;
    }

    private void parameters(Map<String, BareItem> parameters) {
        parameters.forEach((key, value) -> {
            text.append(';').append(key);
            if (!value.equals(BareItem.Flag.TRUE)) {
                text.append('=');
                bare(value);
            }
        });
    }

    private void bare(BareItem item) {
        if (item instanceof BareItem.Whole whole) {
            text.append(whole.value());
        } else if (item instanceof BareItem.Decimal decimal) {
            text.append(decimal.value().toPlainString());
        } else if (item instanceof BareItem.Text string) {
            string(string.value());
        } else if (item instanceof BareItem.Token token) {
            text.append(token.value());
        } else if (item instanceof BareItem.Binary binary) {
            text.append(':')
                    .append(Base64.getEncoder().encodeToString(binary.value()))
                    .append(':');
        } else if (item instanceof BareItem.Flag flag) {
            text.append(flag.value() ? "?1" : "?0");
        } else if (item instanceof BareItem.Date date) {
            text.append('@').append(date.value().getEpochSecond());
        } else if (item instanceof BareItem.Display display) {
            display(display.value());
        }
    }

    private void string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\');
            }
            text.append(c);
        }
        text.append('"');
    }

    private void display(String value) {
        text.append("%\"");
        for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
            if (octet < ' ' || octet == 0x7f || octet == '%' || octet == '"') {
                text.append('%').append(HexFormat.of().toHexDigits(octet));
            } else {
                text.append((char) octet);
            }
        }
        text.append('"');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
