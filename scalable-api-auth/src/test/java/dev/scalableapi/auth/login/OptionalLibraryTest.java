package dev.scalableapi.auth.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A program without the libraries for PRECIS: a class loader that sees the classes of this module only. */
class OptionalLibraryTest {
    private final URLClassLoader program = new URLClassLoader(
            new URL[] {
                PasswordHasher.class.getProtectionDomain().getCodeSource().getLocation()
            },
            ClassLoader.getPlatformClassLoader());

    @AfterEach
    void close() throws Exception {
        program.close();
    }

    @Test
    void usernameProfileNamesTheMissingLibraries() {
        assertThatIllegalStateException()
                .isThrownBy(() -> call("UsernameProfile", "precis"))
                .withMessage("UsernameProfile.precis() requires rocks.xmpp:precis and com.ibm.icu:icu4j among the"
                        + " dependencies");
    }

    @Test
    void opaqueStringHasherNamesTheMissingLibrary() throws Exception {
        Object hasher = call("PasswordHasher", "pbkdf2");
        assertThatIllegalStateException()
                .isThrownBy(() -> call("PasswordHasher", "opaqueString", hasher))
                .withMessage("PasswordHasher.opaqueString requires rocks.xmpp:precis among the dependencies");
    }

    @Test
    void hasherOfTheJdkNeedsNoLibrary() throws Exception {
        Object hasher = call("PasswordHasher", "pbkdf2");
        assertThat(hasher.getClass().getMethod("decoy").getDeclaringClass().getClassLoader())
                .isSameAs(program);
    }

    private Object call(String type, String method, Object... arguments) throws Exception {
        Class<?> loaded = program.loadClass("dev.scalableapi.auth.login." + type);
        Class<?>[] parameters = arguments.length == 0 ? new Class<?>[0] : new Class<?>[] {loaded};
        try {
            return loaded.getMethod(method, parameters).invoke(null, arguments);
        } catch (InvocationTargetException failure) {
            throw failure.getCause() instanceof Exception cause ? cause : failure;
        }
    }
}
