package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** java-jwt is an implementation detail: no type of it shows outside. */
class PublicSurfaceTest {
    @Test
    void noSignatureNamesTheJwtLibrary() throws Exception {
        List<String> signatures =
                publicClasses().stream().flatMap(PublicSurfaceTest::signatures).toList();
        assertThat(signatures).hasSizeGreaterThan(50).noneMatch(signature -> signature.contains("com.auth0"));
    }

    private static List<Class<?>> publicClasses() throws Exception {
        Path root = Path.of(TokenIssuer.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString().replace(java.io.File.separatorChar, '.'))
                    .filter(name -> name.endsWith(".class") && !name.contains("-info"))
                    .<Class<?>>map(name -> load(name.substring(0, name.length() - ".class".length())))
                    .filter(type -> Modifier.isPublic(type.getModifiers()))
                    .toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static Stream<String> signatures(Class<?> type) {
        Stream<Member> members = Stream.of(
                        type.getDeclaredMethods(), type.getDeclaredConstructors(), type.getDeclaredFields())
                .flatMap(Stream::of);
        Stream<String> shown = members.filter(
                        member -> (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0)
                .map(member -> member instanceof Executable method
                        ? method.toGenericString()
                        : ((Field) member).toGenericString());
        return Stream.concat(shown, Stream.of(type.toGenericString(), String.valueOf(type.getGenericSuperclass())));
    }
}
