package dev.scalableapi.examples.shop.catalog;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The words that products are made of. A pattern such as {@code "{Colour} {thing}"} is filled from the lists that its
 * slots name; a capital letter in the slot capitalises the words; within a product a slot always stands for one choice; a
 * text begins with a capital letter.
 */
record Vocabulary(Map<String, List<String>> shared, List<Section> categories) {
    private static final Set<String> SMALL_WORDS = Set.of("and", "of", "the");

    /** What is sold in one category, at whole prices from {@code cheapest} to {@code dearest}. */
    record Section(
            String name,
            String title,
            int cheapest,
            int dearest,
            List<String> names,
            List<List<String>> sentences,
            Map<String, List<String>> words) {}

    static Vocabulary load() {
        try (InputStream json = Vocabulary.class.getResourceAsStream("/catalog/vocabulary.json")) {
            if (json == null) {
                throw new IllegalStateException("/catalog/vocabulary.json is missing");
            }
            return JsonMapper.builder().build().readValue(json, Vocabulary.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The choices of one product. */
    static final class Choices {
        private final Map<String, List<String>> shared;
        private final Map<String, List<String>> own;
        private final Random random;
        private final Map<String, String> chosen = new HashMap<>();

        Choices(Vocabulary vocabulary, Section section, Random random) {
            this.shared = vocabulary.shared();
            this.own = section.words();
            this.random = random;
        }

        <T> T oneOf(List<T> options) {
            return options.get(random.nextInt(options.size()));
        }

        String fill(String pattern) {
            StringBuilder text = new StringBuilder();
            int done = 0;
            for (int open = pattern.indexOf('{'); open >= 0; open = pattern.indexOf('{', done)) {
                int close = pattern.indexOf('}', open);
                text.append(pattern, done, open);
                append(word(pattern.substring(open + 1, close)), text);
                done = close + 1;
            }
            text.append(pattern, done, pattern.length());
            text.setCharAt(0, Character.toUpperCase(text.charAt(0)));
            return text.toString();
        }

        /** The article before the word becomes "an" where the word needs it. */
        private static void append(String word, StringBuilder text) {
            int article = text.length() - 2;
            boolean follows = article == 0 || (article > 0 && text.charAt(article - 1) == ' ');
            if (follows && "aA".indexOf(text.charAt(article)) >= 0 && "aeiouAEIOU".indexOf(word.charAt(0)) >= 0) {
                text.insert(article + 1, 'n');
            }
            text.append(word);
        }

        private String word(String slot) {
            String list = slot.toLowerCase(Locale.ROOT);
            String word = chosen.computeIfAbsent(list, name -> oneOf(words(name)));
            return slot.equals(list) ? word : capitalised(word);
        }

        private List<String> words(String list) {
            List<String> words = own.getOrDefault(list, shared.get(list));
            if (words == null) {
                throw new IllegalStateException("The vocabulary has no list " + list);
            }
            return words;
        }

        private static String capitalised(String words) {
            return Arrays.stream(words.split(" ", -1))
                    .map(word -> SMALL_WORDS.contains(word)
                            ? word
                            : Character.toUpperCase(word.charAt(0)) + word.substring(1))
                    .collect(Collectors.joining(" "));
        }
    }
}
