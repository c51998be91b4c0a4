package dev.scalableapi.examples.shop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of Markdown, as far as its checks need to read it.
 *
 * @param file where it stands
 * @param blocks its fenced code
 * @param prose its lines, blank where they belong to fenced code
 */
record MarkdownPage(Path file, List<Block> blocks, List<String> prose) {
    private static final Pattern FENCE = Pattern.compile("^\\s*(`{3,}|~{3,})\\s*(\\w*).*$");
    private static final Pattern LINK = Pattern.compile("\\]\\(<?([^)\\s>]+)>?(?:\\s+\"[^\"]*\")?\\)");
    private static final Pattern DEFINITION = Pattern.compile("^\\s{0,3}\\[[^\\]]+\\]:\\s*<?([^\\s>]+)>?");
    private static final Pattern HEADING = Pattern.compile("^#{1,6}\\s+(.*?)\\s*#*$");
    private static final Pattern EXPLICIT_ANCHOR = Pattern.compile("<a\\s+(?:id|name)=\"([^\"]+)\"");
    private static final Pattern CODE_SPAN = Pattern.compile("`[^`]*`");

    /** Fenced code; {@code line} is the fence's own, so that the code's first line is the one after it. */
    record Block(String language, int line, String text) {}

    /** A link as it is written. */
    record Link(int line, String target) {
        boolean isExternal() {
            return target.matches("[a-zA-Z][a-zA-Z0-9+.-]*:.*");
        }

        String path() {
            return target.split("#", 2)[0];
        }

        String anchor() {
            return target.contains("#") ? target.split("#", 2)[1] : "";
        }
    }

    static MarkdownPage read(Path file) {
        List<String> lines = lines(file);
        List<Block> blocks = new ArrayList<>();
        List<String> prose = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher fence = FENCE.matcher(lines.get(i));
            if (!fence.matches()) {
                prose.add(lines.get(i));
                continue;
            }
            int end = i + 1;
            while (end < lines.size() && !lines.get(end).strip().equals(fence.group(1))) {
                end++;
            }
            blocks.add(new Block(fence.group(2), i + 1, String.join("\n", lines.subList(i + 1, end)) + "\n"));
            for (; i < end && i < lines.size() - 1; i++) {
                prose.add("");
            }
            prose.add("");
        }
        return new MarkdownPage(file, blocks, prose);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " must be there and be readable", e);
        }
    }

    List<Block> blocks(String language) {
        return blocks.stream()
                .filter(block -> block.language().equals(language))
                .toList();
    }

    List<Link> links() {
        List<Link> links = new ArrayList<>();
        for (int i = 0; i < prose.size(); i++) {
            String line = CODE_SPAN.matcher(prose.get(i)).replaceAll("code");
            for (Pattern pattern : List.of(LINK, DEFINITION)) {
                Matcher matcher = pattern.matcher(line);
                while (matcher.find()) {
                    links.add(new Link(i + 1, matcher.group(1)));
                }
            }
        }
        return links;
    }

    /** {@return the anchors that GitHub gives to the headings, and those that the page sets itself} */
    Set<String> anchors() {
        Set<String> anchors = new HashSet<>();
        Map<String, Integer> seen = new HashMap<>();
        for (String line : prose) {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                String slug = slug(heading.group(1));
                int earlier = seen.merge(slug, 1, Integer::sum) - 1;
                anchors.add(earlier == 0 ? slug : slug + "-" + earlier);
            }
            Matcher explicit = EXPLICIT_ANCHOR.matcher(line);
            while (explicit.find()) {
                anchors.add(explicit.group(1));
            }
        }
        return anchors;
    }

    private static String slug(String heading) {
        String text = heading.replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1");
        return text.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }
}
