package dev.scalableapi.examples.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FirstProgramTest {
    private static final Path MODULE = Path.of(System.getProperty("basedir", "."));

    @Test
    void readmeShowsThisProgramInAtMostTwentyFiveLines() throws Exception {
        String source =
                Files.readString(MODULE.resolve("src/main/java/dev/scalableapi/examples/jdk/FirstProgram.java"));
        String shown = source.substring(source.indexOf("import"));

        assertThat(Files.readString(MODULE.resolve("../../README.md"))).contains("```java\n" + shown + "```");
        assertThat(shown.lines().count()).isLessThanOrEqualTo(25);
    }

    @Test
    void programAnswersAsTheReadmeSays() throws Exception {
        ApiResponse page = FirstProgram.teas(
                ApiRequest.builder("GET", "/teas?page=2&limit=2").build());

        assertThat(new String(page.body().bytes(1000).toCompletableFuture().get(), StandardCharsets.UTF_8))
                .isEqualTo("{\"items\":[\"Keemun\",\"Oolong\"],\"currentPage\":2,\"totalPages\":3,\"totalItems\":5}");
    }
}
