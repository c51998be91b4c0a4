package dev.scalableapi.core.structured;

import java.util.List;
import java.util.Map;

/**
 * Reads and writes the three kinds of structured field values (RFC 9651). Values that come in several field lines are to be
 * joined with commas before. Reading is strict, as the RFC asks: a value that is malformed anywhere is refused as a whole;
 * it takes time and memory in proportion to the value's length, and no recursion. What is written is canonical.
 */
public final class StructuredFields {
    private StructuredFields() {}

    /**
     * {@return the item that a field value spells}
     *
     * @param value the field value
     * @throws StructuredFieldException if it is malformed
     */
    public static Item parseItem(String value) {
        Parser parser = new Parser(value);
        return parser.whole(parser::item);
    }

    /**
     * {@return the members of the list that a field value spells, in order; unmodifiable; empty where the value is}
     *
     * @param value the field value
     * @throws StructuredFieldException if it is malformed
     */
    public static List<Member> parseList(String value) {
        Parser parser = new Parser(value);
        return parser.whole(parser::list);
    }

    /**
     * {@return the members of the dictionary that a field value spells, by key, in order; unmodifiable; empty where the value
     * is. Of equal keys the last one counts}
     *
     * @param value the field value
     * @throws StructuredFieldException if it is malformed
     */
    public static Map<String, Member> parseDictionary(String value) {
        Parser parser = new Parser(value);
        return parser.whole(parser::dictionary);
    }

    /**
     * {@return the field value that spells an item}
     *
     * @param item the item
     */
    public static String serializeItem(Item item) {
        return new Writer().member(item).toString();
    }

    /**
     * {@return the field value that spells a list; empty where the list is: the field is then to be left out}
     *
     * @param members the list's members
     */
    public static String serializeList(List<? extends Member> members) {
        return new Writer().list(members).toString();
    }

    /**
     * {@return the field value that spells a dictionary; empty where the dictionary is: the field is then to be left out}
     *
     * @param members the dictionary's members, by key, in order
     * @throws IllegalArgumentException if a key is malformed
     */
    public static String serializeDictionary(Map<String, ? extends Member> members) {
        return new Writer().dictionary(members).toString();
    }
}
