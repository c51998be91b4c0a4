package dev.scalableapi.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class SeededOrderTest {
    @Test
    void seedDecidesTheOrderAndTheInput() throws IOException {
        List<String> first = run(1);

        assertThat(first).contains("Seed of this run: -Dtest.seed=1 repeats it");
        assertThat(run(1)).isEqualTo(first);
        assertThat(List.of(run(2), run(3), run(4))).doesNotHaveDuplicates();
        assertThat(first).filteredOn(line -> line.startsWith("random ")).hasSize(1);
        assertThat(first)
                .contains("One.a()", "One.b()", "One.c()", "One.d()", "One.e()", "Two.a()", "Two.b()")
                .hasSize(9);
    }

    /** What a JVM with a seed runs, in its order, with the first random number of a test. */
    private static List<String> run(long seed) throws IOException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-XX:TieredStopAtLevel=1",
                        "-D" + TestSeed.PROPERTY + "=" + seed,
                        Child.class.getName())
                .redirectError(ProcessBuilder.Redirect.to(new File("/dev/null")))
                .start();
        try (var lines = child.inputReader(StandardCharsets.UTF_8)) {
            return lines.lines().toList();
        }
    }

    /** Runs the two classes below, outside of the build's own tests. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                    .selectors(selectClass(One.class), selectClass(Two.class))
                    .build();
            LauncherFactory.create().execute(request);
            System.out.println("random " + TestSeed.random().nextLong());
        }
    }

    static class One {
        @Test
        void a() {
            System.out.println("One.a()");
        }

        @Test
        void b() {
            System.out.println("One.b()");
        }

        @Test
        void c() {
            System.out.println("One.c()");
        }

        @Test
        void d() {
            System.out.println("One.d()");
        }

        @Test
        void e() {
            System.out.println("One.e()");
        }
    }

    static class Two {
        @Test
        void a() {
            System.out.println("Two.a()");
        }

        @Test
        void b() {
            System.out.println("Two.b()");
        }
    }
}
