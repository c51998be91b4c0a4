package dev.scalableapi.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

class ConformanceTest {
    private static final String PROPERTY = "scalableapi.conformance";

    private final String former = System.getProperty(PROPERTY, "");

    @AfterEach
    void restore() {
        System.setProperty(PROPERTY, former);
    }

    @Test
    void propertyNamesTheFolder(@TempDir Path folder) throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve("http")).resolve("a.json"), "{\"a\":1}");
        System.setProperty(PROPERTY, folder.toString());

        assertThat(Conformance.json("http/a.json").get("a").intValue()).isEqualTo(1);
        assertThatThrownBy(() -> Conformance.json("http/b.json"))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("http/b.json");
    }

    @Test
    void relativePathMayBeMeantFromTheRootOfTheRepository() {
        System.setProperty(PROPERTY, "testkit/src/test/java");

        assertThat(Conformance.path("dev")).isDirectory();
    }

    @Test
    void propertyThatNamesNoFolderIsAnError() {
        System.setProperty(PROPERTY, "no/such/folder");

        assertThatIllegalStateException()
                .isThrownBy(() -> Conformance.json("a.json"))
                .withMessageContaining("no/such/folder");
    }
}
