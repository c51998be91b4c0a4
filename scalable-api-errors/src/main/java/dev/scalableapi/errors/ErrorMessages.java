package dev.scalableapi.errors;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.Violation;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The messages and titles of errors in further languages, chosen by {@code Accept-Language} (RFC 4647 lookup) and never by the
 * JVM's locale. Codes and keys are the same in every language. Immutable and thread-safe.
 *
 * <p>A text is found by one of these names:
 *
 * <ul>
 *   <li>a code, such as {@code RATE_LIMITED}: the message of a failure
 *   <li>a code and {@code .title}, such as {@code RATE_LIMITED.title}: the title of problem details with a type of their own
 *   <li>a status and {@code .title}, such as {@code 429.title}: the title of problem details without one
 *   <li>the key of a violation, such as {@code page.range}: its message, and that of a failure with the same message
 *   <li>the message of a violation in the original language, which precedes its key
 * </ul>
 *
 * <p>A text contains parameters in braces, such as {@code Eine Zahl von {min} bis {max}.}: those of the violation, and
 * {@code {name}} for the name of its input; for a failure, its extension members. Numbers are written as in JSON. A text whose
 * parameter is missing is not used. A text that is not found stays in the original language.
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
     * @param original the language of the messages in the code, used if no other one is asked for
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

    /** The best language that has a message for the failure; the original language has all. */
    Language language(Optional<String> acceptLanguage, ApiException failure) {
        return acceptLanguage
                .flatMap(field -> LanguageRange.lookup(field, tag -> hasMessage(tag, failure)))
                .map(languages::get)
                .orElse(original);
    }

    private boolean hasMessage(String tag, ApiException failure) {
        Language language = languages.get(tag);
        return language != null && (language.equals(original) || language.find(failure) != null);
    }

    /** A language's tag and its texts. */
    record Language(String tag, Map<String, MessageTemplate> texts) {
        /** The language of the code, where no other one is configured. */
        static final Language UNTRANSLATED = new Language("", Map.of());

        String message(ApiException failure) {
            String found = find(failure);
            return found == null ? failure.message() : found;
        }

        String title(String name, String original) {
            String found = find(name + ".title", parameter -> null);
            return found == null ? original : found;
        }

        List<Violation> violations(List<Violation> all) {
            return texts.isEmpty() ? all : all.stream().map(this::translated).toList();
        }

        private Violation translated(Violation violation) {
            String message = find(violation);
            return message == null
                    ? violation
                    : new Violation(
                            violation.location(), violation.name(), message, violation.key(), violation.parameters());
        }

        /** A violation with the message of the failure is what the failure is about. */
        private @Nullable String find(ApiException failure) {
            List<Violation> violations = failure.violations();
            if (!violations.isEmpty() && violations.get(0).message().equals(failure.message())) {
                String found = find(violations.get(0));
                if (found != null) {
                    return found;
                }
            }
            return find(failure.code(), failure.extensions()::get);
        }

        private @Nullable String find(Violation violation) {
            Function<String, @Nullable Object> parameters = name -> {
                Object value = violation.parameters().get(name);
                return value == null && name.equals("name") ? violation.name() : value;
            };
            String found = find(violation.message(), parameters);
            return found == null && violation.key() != null ? find(violation.key(), parameters) : found;
        }

        private @Nullable String find(String name, Function<String, @Nullable Object> parameters) {
            MessageTemplate text = texts.get(name);
            return text == null ? null : text.fill(parameters);
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
         * @param language of the texts
         * @param texts by the names that {@link ErrorMessages} describes
         * @return this
         * @throws IllegalArgumentException if the language is there already, or is none
         */
        public Builder add(Locale language, Map<String, String> texts) {
            String tag = tag(language);
            Map<String, MessageTemplate> templates = new HashMap<>();
            texts.forEach((name, text) -> templates.put(name, MessageTemplate.of(text)));
            if (languages.putIfAbsent(tag.toLowerCase(Locale.ROOT), new Language(tag, templates)) != null) {
                throw new IllegalArgumentException("The language is there already: " + tag);
            }
            return this;
        }

        /**
         * Adds the language of a resource bundle. The language is that of the bundle, even if another one was looked up: the
         * JDK returns the bundle of the JVM's locale if a language is missing. Texts that it inherits from a bundle without
         * language are included.
         *
         * @param bundle has texts by the names that {@link ErrorMessages} describes
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
