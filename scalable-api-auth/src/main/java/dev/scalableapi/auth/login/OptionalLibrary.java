package dev.scalableapi.auth.login;

import java.util.function.Supplier;

/** Creates objects whose classes use a library that may be missing. */
final class OptionalLibrary {
    private OptionalLibrary() {}

    static <T> T require(Supplier<T> constructor, String user, String artefacts) {
        try {
            return constructor.get();
        } catch (NoClassDefFoundError missing) {
            throw new IllegalStateException(user + " requires " + artefacts + " among the dependencies", missing);
        }
    }
}
