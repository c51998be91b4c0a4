package dev.scalableapi.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The table of profiles in the guide. */
final class ProfileTable {
    private static final String PAGE = "docs/guides/identity-providers.md";
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Map<String, Row> ROWS = rows();

    private ProfileTable() {}

    /** The cells of a row, in the order of the columns. */
    record Row(List<String> cells) {
        List<String> codes(int column) {
            return ProfileTable.codes(cells.get(column));
        }

        boolean has(int column, String text) {
            return cells.get(column).contains(text);
        }
    }

    static List<String> codes(String cell) {
        return CODE.matcher(cell).results().map(match -> match.group(1)).toList();
    }

    static Set<String> names() {
        return ROWS.keySet();
    }

    static Row row(String name) {
        return Objects.requireNonNull(ROWS.get(name));
    }

    private static Map<String, Row> rows() {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve(PAGE))) {
            root = Objects.requireNonNull(root.getParent(), PAGE);
        }
        Map<String, Row> rows = new LinkedHashMap<>();
        try (Stream<String> lines = Files.lines(root.resolve(PAGE))) {
            lines.dropWhile(line -> !line.startsWith("| profile |"))
                    .takeWhile(line -> line.startsWith("|"))
                    .skip(2)
                    .map(line -> line.substring(1).split("\\|", -1))
                    .map(cells ->
                            new Row(Arrays.stream(cells).map(String::strip).toList()))
                    .forEach(row -> rows.put(row.codes(0).get(0), row));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return rows;
    }
}
