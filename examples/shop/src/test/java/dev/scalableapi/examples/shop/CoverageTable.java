package dev.scalableapi.examples.shop;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The table of docs/coverage.md: which class does a technique, which call of the shop shows it, which test proves it. */
record CoverageTable(List<Row> rows) {
    private static final List<String> HEADER = List.of("technique", "class", "shop call", "test");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    /** One line of the table, its cells trimmed. */
    record Row(int line, List<String> cells) {
        boolean isRule() {
            return cells.stream().allMatch(cell -> cell.matches(":?-+:?"));
        }
    }

    static CoverageTable read(Path file) {
        List<String> lines = MarkdownPage.read(file).prose();
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.startsWith("|") && line.endsWith("|")) {
                rows.add(new Row(i + 1, cells(line)));
            }
        }
        return new CoverageTable(rows.stream()
                .filter(row -> !row.isRule() && !row.cells().equals(HEADER))
                .toList());
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.substring(1, line.length() - 1).split("(?<!\\\\)\\|", -1))
                .map(String::strip)
                .toList();
    }

    List<String> failures(JavaSources sources) {
        List<String> failures = new ArrayList<>();
        if (rows.isEmpty()) {
            failures.add("the table has no row");
        }
        for (Row row : rows) {
            if (row.cells().size() != HEADER.size()) {
                failures.add(row.line() + ": wants " + HEADER.size() + " cells: " + row.cells());
                continue;
            }
            missing(row.cells().get(1), sources::hasMain)
                    .forEach(name -> failures.add(row.line() + ": no class " + name));
            missing(row.cells().get(3), sources::hasTest)
                    .forEach(name -> failures.add(row.line() + ": no test " + name));
        }
        return failures;
    }

    private static List<String> missing(String cell, java.util.function.Predicate<String> exists) {
        List<String> names = NAME.matcher(cell)
                .results()
                .map(MatchResult::group)
                .map(CoverageTable::bare)
                .toList();
        if (names.isEmpty() && !cell.contains("not yet")) {
            return List.of("named in '" + cell + "', which may say 'not yet'");
        }
        return names.stream().filter(exists.negate()).toList();
    }

    private static String bare(String name) {
        return name.replace("`", "");
    }
}
