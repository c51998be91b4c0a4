package dev.scalableapi.errors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.scalableapi.core.http.Json;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All codes that an API can answer with, in the order of the alphabet and each once; to look one up, and to document
 * them as a page or within an API description. Immutable and thread-safe.
 */
public final class ErrorCatalog {
    private final Map<String, ErrorCode> codes;

    private ErrorCatalog(Collection<? extends ErrorCode> all) {
        Map<String, ErrorCode> byName = new TreeMap<>();
        for (ErrorCode code : all) {
            check(code);
            if (byName.putIfAbsent(code.name(), code) != null) {
                throw new IllegalArgumentException("The code is there twice: " + code.name());
            }
        }
        codes = Collections.unmodifiableMap(byName);
    }

    /** A code is a fragment of a link, a name of an OpenAPI component and a cell of a table. */
    private static void check(ErrorCode code) {
        String name = code.name();
        boolean plain = name.chars().allMatch(c -> (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_');
        if (!plain || name.isEmpty()) {
            throw new IllegalArgumentException("A code is made of A to Z, 0 to 9 and underscores, not: " + name);
        }
        if (code.status() < 400 || code.status() > 599) {
            throw new IllegalArgumentException("Not an error status: " + code.status() + " for " + name);
        }
        Objects.requireNonNull(code.message(), name);
    }

    /** {@return the codes of this library's own modules} */
    public static ErrorCatalog library() {
        return of(LibraryError.values());
    }

    /**
     * {@return a catalogue of these codes, such as all of an enum}
     *
     * @param codes each once
     * @throws IllegalArgumentException if a code is there twice, has other characters than upper case ASCII letters, digits
     *     and underscores, or has a status that is not an error
     */
    public static ErrorCatalog of(ErrorCode... codes) {
        return new ErrorCatalog(Arrays.asList(codes));
    }

    /**
     * {@return the catalogue that a file describes} {@code {"USERNAME_TAKEN":{"status":409,"message":"...",
     * "title":"...","documentation":"https://..."}}}; title and documentation may be missing.
     *
     * @param json the text of the file
     * @throws IllegalArgumentException if it is not of this form, or as {@link #of}
     */
    public static ErrorCatalog parse(String json) {
        JsonNode tree;
        try {
            tree = Json.strictMapper().build().readTree(json);
        } catch (JsonProcessingException malformed) {
            throw new IllegalArgumentException("The catalogue is not JSON, or names a code twice", malformed);
        }
        if (!tree.isObject()) {
            throw new IllegalArgumentException("A catalogue is an object");
        }
        return new ErrorCatalog(tree.properties().stream().map(LoadedCode::of).toList());
    }

    /**
     * {@return a catalogue of these codes and others}
     *
     * @param others none of which is here
     * @throws IllegalArgumentException if a code is in both
     */
    public ErrorCatalog with(ErrorCatalog others) {
        List<ErrorCode> all = new ArrayList<>(codes.values());
        all.addAll(others.codes.values());
        return new ErrorCatalog(all);
    }

    /** {@return the codes in the order of the alphabet} */
    public List<ErrorCode> codes() {
        return List.copyOf(codes.values());
    }

    /**
     * {@return the code of this name}
     *
     * @param name such as {@code RESOURCE_NOT_FOUND}
     */
    public Optional<ErrorCode> find(String name) {
        return Optional.ofNullable(codes.get(name));
    }

    /** {@return a page with a table of the codes, each with an anchor of its name} */
    public String toMarkdown() {
        StringBuilder page = new StringBuilder("# Errors\n\n| code | status | message |\n|---|---|---|\n");
        for (ErrorCode code : codes.values()) {
            page.append(row(code));
        }
        return page.toString();
    }

    private static String row(ErrorCode code) {
        return String.format(
                Locale.ROOT,
                "| <a id=\"%1$s\"></a>`%1$s` | %2$d %3$s | %4$s%5$s |\n",
                code.name(),
                code.status(),
                StatusPhrase.of(code.status()),
                escaped(code.message()),
                code.documentation().map(uri -> " [More](<" + uri + ">)").orElse(""));
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.chars().forEach(c -> {
            if (c < ' ') {
                escaped.append(' ');
            } else {
                if ("\\`*_{}[]<>()#+-!|&~".indexOf(c) >= 0) {
                    escaped.append('\\');
                }
                escaped.append((char) c);
            }
        });
        return escaped.toString();
    }

    /**
     * {@return a page of HTML for browsers, with a section for each code whose id is the code} Serve it as
     * {@code text/html; charset=utf-8} and configure its path, followed by {@code #}, with
     * {@link ErrorRenderer.Builder#documentation}, so that errors link to it.
     */
    public String toHtml() {
        return CatalogPage.of(codes.values());
    }

    /**
     * {@return the {@code components} of an OpenAPI 3.1 description: a response for each code, schemas of both formats} The
     * examples have no link to a page.
     */
    public String toOpenApi() {
        return OpenApiComponents.of(codes.values(), null);
    }

    /**
     * {@return the same, with examples that link to this page}
     *
     * @param documentation as {@link ErrorRenderer.Builder#documentation} has it
     * @throws IllegalArgumentException if it does not end with {@code #}, {@code /} or {@code =}
     */
    public String toOpenApi(URI documentation) {
        return OpenApiComponents.of(codes.values(), new DocumentationBase(documentation));
    }

    /** {@return the number of codes} */
    @Override
    public String toString() {
        return "ErrorCatalog[" + codes.size() + " codes]";
    }
}
