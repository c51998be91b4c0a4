package dev.scalableapi.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documents say holds: their programs compile, their links lead somewhere, the classes they name exist. */
final class DocsTest {
    static final Path ROOT = Path.of(System.getProperty("basedir", "."))
            .resolve("../..")
            .toAbsolutePath()
            .normalize();

    @Test
    void everyProgramCompiles(@TempDir Path classes) {
        List<String> failures = new ArrayList<>();
        for (MarkdownPage page : guides()) {
            for (MarkdownPage.Block block : page.blocks("java")) {
                compile(block, classes).forEach(failure -> failures.add(name(page) + ":" + failure));
            }
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void everyLinkLeadsSomewhere() {
        List<String> failures = new ArrayList<>();
        for (MarkdownPage page : pages(ROOT)) {
            for (MarkdownPage.Link link : page.links()) {
                if (!leadsSomewhere(page, link)) {
                    failures.add(name(page) + ":" + link.line() + ": " + link.target());
                }
            }
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void everyClassInTheCoverageTableExists() {
        Path table = ROOT.resolve("docs/coverage.md");
        if (Files.exists(table)) {
            assertThat(CoverageTable.read(table).failures(JavaSources.under(ROOT)))
                    .isEmpty();
        }
    }

    /** The README, which must be there, and everything below docs. */
    private static List<MarkdownPage> guides() {
        List<MarkdownPage> guides = new ArrayList<>(pages(ROOT.resolve("docs")));
        guides.add(MarkdownPage.read(ROOT.resolve("README.md")));
        return guides;
    }

    private static List<MarkdownPage> pages(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !ROOT.relativize(file).toString().matches("(.*/)?(target|\\.git|node_modules)/.*"))
                    .map(MarkdownPage::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(MarkdownPage page) {
        return ROOT.relativize(page.file()).toString();
    }

    private static boolean leadsSomewhere(MarkdownPage page, MarkdownPage.Link link) {
        if (link.isExternal()) {
            return true;
        }
        Path target = link.path().isEmpty() ? page.file() : page.file().resolveSibling(link.path());
        if (!Files.exists(target)) {
            return false;
        }
        return link.anchor().isEmpty()
                || (target.toString().endsWith(".md")
                        && MarkdownPage.read(target).anchors().contains(link.anchor()));
    }

    /** {@return what the compiler finds, with the lines of the page} */
    private static List<String> compile(MarkdownPage.Block block, Path classes) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        var found = new DiagnosticCollector<JavaFileObject>();
        var options = List.of(
                "-proc:none",
                "-Xlint:deprecation,rawtypes,unchecked",
                "-d",
                classes.toString(),
                "-classpath",
                System.getProperty("java.class.path"));
        compiler.getTask(new StringWriter(), null, found, options, null, List.of(new Program(block.text())))
                .call();
        return found.getDiagnostics().stream()
                .filter(finding -> finding.getKind() != Diagnostic.Kind.NOTE)
                .map(finding -> block.line() + finding.getLineNumber() + ": " + finding.getMessage(Locale.ROOT))
                .toList();
    }

    private static final class Program extends SimpleJavaFileObject {
        private final String text;

        Program(String text) {
            super(URI.create("string:///Program.java"), Kind.SOURCE);
            this.text = text;
        }

        /** A block on a page has no file whose name could differ from its type's. */
        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            return kind == Kind.SOURCE;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
