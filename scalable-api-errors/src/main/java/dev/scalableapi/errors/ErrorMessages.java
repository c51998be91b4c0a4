package dev.scalableapi.errors;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.Violation;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ResourceBundle;

/**
 * The messages of errors in further languages, chosen by {@code Accept-Language} (RFC 4647 lookup) and never by the
 * JVM's locale. The message of a failure is looked up by its code, in the first language that has it; those of its
 * violations by their own text, and what is not found stays as it is. Codes never change. Immutable and thread-safe.
 */
public final class ErrorMessages {
    private final Language original;
    private final Map<String, Language> languages;

    private ErrorMessages(Language original, Map<String, Language> languages) {
        this.original = original;
        this.languages = Map.copyOf(languages);
    }

    /**
     * {@return a builder of messages}
     *
     * @param original the language of the messages in the code, told where no better one is asked for
     */
    public static Builder builder(Locale original) {
        return new Builder(new Language(tag(original), Map.of()));
    }

    private static String tag(Locale locale) {
        if (locale.getLanguage().isEmpty()) {
            throw new IllegalArgumentException("A language is needed, not: " + locale.toLanguageTag());
        }
        return locale.toLanguageTag();
    }

    /** The language to answer in, of those that have a message for the code; the original has. */
    Language language(Optional<String> acceptLanguage, String code) {
        return acceptLanguage
                .flatMap(field -> LanguageRange.lookup(field, tag -> tells(tag, code)))
                .map(languages::get)
                .orElse(original);
    }

    private boolean tells(String tag, String code) {
        Language language = languages.get(tag);
        return language != null && (language.equals(original) || language.texts.containsKey(code));
    }

    /** A language's tag and its texts. */
    record Language(String tag, Map<String, String> texts) {
        String message(ApiException failure) {
            return texts.getOrDefault(failure.code(), failure.message());
        }

        List<Violation> violations(List<Violation> all) {
            return texts.isEmpty() ? all : all.stream().map(this::translated).toList();
        }

        private Violation translated(Violation violation) {
            String message = texts.getOrDefault(violation.message(), violation.message());
            return new Violation(violation.location(), violation.name(), message);
        }
    }

    /** Collects languages. Not thread-safe. */
    public static final class Builder {
        private final Language original;
        private final Map<String, Language> languages = new HashMap<>();

        private Builder(Language original) {
            this.original = original;
            languages.put(original.tag.toLowerCase(Locale.ROOT), original);
        }

        /**
         * Adds a language.
         *
         * @param language which
         * @param texts by code, or by the text of a violation in the original language
         * @return this
         * @throws IllegalArgumentException if the language is there already, or is none
         */
        public Builder add(Locale language, Map<String, String> texts) {
            String tag = tag(language);
            if (languages.putIfAbsent(tag.toLowerCase(Locale.ROOT), new Language(tag, Map.copyOf(texts))) != null) {
                throw new IllegalArgumentException("The language is there already: " + tag);
            }
            return this;
        }

        /**
         * Adds the language of a resource bundle. A bundle that was looked up for one locale and is of another, as the
         * JVM's own is taken where a language is missing, is added as what it is. What it inherits of a bundle without
         * language counts as its own.
         *
         * @param bundle its keys are codes, or texts of violations in the original language
         * @return this
         * @throws IllegalArgumentException if the language is there already, or the bundle has none
         */
        public Builder add(ResourceBundle bundle) {
            if (bundle.getLocale() == null) {
                throw new IllegalArgumentException("The bundle does not know its language");
            }
            Map<String, String> texts = new HashMap<>();
            bundle.keySet().forEach(key -> texts.put(key, bundle.getString(key)));
            return add(bundle.getLocale(), texts);
        }

        /** {@return the messages} */
        public ErrorMessages build() {
            return new ErrorMessages(original, languages);
        }
    }
}
