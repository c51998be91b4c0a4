package dev.scalableapi.errors;

import java.util.Collection;
import java.util.Locale;

/** The errors of an API as a page for browsers: a section for each, without scripts or styles. */
final class CatalogPage {
    private CatalogPage() {}

    static String of(Collection<ErrorCode> codes) {
        StringBuilder page = new StringBuilder("""
                <!DOCTYPE html>
                <html>
                <head><meta charset="utf-8"><title>Errors</title></head>
                <body>
                <h1>Errors</h1>
                """);
        codes.forEach(code -> page.append(section(code)));
        return page.append("</body>\n</html>\n").toString();
    }

    /** A code is made of characters that need no escape. */
    private static String section(ErrorCode code) {
        String more = code.documentation()
                .map(uri -> "<p><a href=\"" + escaped(uri.toString()) + "\">More</a></p>\n")
                .orElse("");
        return String.format(
                Locale.ROOT,
                "<section id=\"%1$s\">\n<h2><code>%1$s</code></h2>\n<p>%2$d %3$s</p>\n<p>%4$s</p>\n%5$s</section>\n",
                code.name(),
                code.status(),
                StatusPhrase.of(code.status()),
                escaped(code.message()),
                more);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
