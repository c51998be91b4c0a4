package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.scalableapi.core.LogOf;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NativeCodingTest {
    @Test
    void withoutTheirLibrariesThereAreNoFurtherCodings() throws Exception {
        assertThat(available(Missing.CLASSES)).containsExactly("gzip");
    }

    @Test
    void aLibraryWhoseNativePartDoesNotLoadCountsAsAbsent() throws Exception {
        try (LogOf log = new LogOf(ContentCoding.class)) {
            assertThat(available(Missing.NATIVES)).containsExactly("gzip");
            assertThat(log.events())
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .hasSize(2)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void withBothThereAreThree() throws Exception {
        assertThat(available(Missing.NOTHING)).hasSize(3);
    }

    private static List<String> available(Missing missing) throws Exception {
        Class<?> coding = new Partial(missing).loadClass(ContentCoding.class.getName());
        coding.getMethod("available").invoke(null);
        List<String> names = new ArrayList<>();
        for (Object one : (List<?>) coding.getMethod("available").invoke(null)) {
            names.add((String) coding.getMethod("name").invoke(one));
        }
        return names;
    }

    private enum Missing {
        CLASSES,
        NATIVES,
        NOTHING
    }

    /** Defines the library's classes and those of the codecs anew, as far as they are not to be found. */
    private static final class Partial extends ClassLoader {
        private final Missing missing;

        private Partial(Missing missing) {
            super(ContentCoding.class.getClassLoader());
            this.missing = missing;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            boolean codec = name.startsWith("com.aayushatharva.brotli4j.") || name.startsWith("com.github.luben.zstd.");
            if (codec && missing == Missing.CLASSES) {
                throw new ClassNotFoundException(name);
            }
            boolean anew = name.startsWith("dev.scalableapi.core.http.") || (codec && missing == Missing.NATIVES);
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : anew ? define(name) : super.loadClass(name, resolve);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }

        @Override
        public @Nullable URL getResource(String name) {
            return hides(name) ? null : super.getResource(name);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            return hides(name) ? Collections.emptyEnumeration() : super.getResources(name);
        }

        private boolean hides(String resource) {
            return missing == Missing.NATIVES
                    && (resource.endsWith(".so") || resource.startsWith("META-INF/services/"));
        }
    }
}
