package dev.scalableapi.errors;

import dev.scalableapi.core.http.ApiException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Says what a client is told of each failure. An {@link ApiException} tells of itself; of a mapped class its mapping
 * tells; of any other nothing is told but that it happened, since its message, its class, its causes and what it
 * suppressed may hold secrets. Immutable and thread-safe.
 *
 * <p>The mapping of the most specific class counts; interfaces are not mapped, since a class may have several. What
 * stages, futures, reflection and proxies wrap is unwrapped first; other causes are not looked at.
 */
public final class ExceptionMapper {
    /** So many wrappers are unwrapped: causes can form a circle. */
    private static final int MAX_WRAPPERS = 100;

    private static final int MAX_SUPPRESSED = 16;

    private final Map<Class<?>, Function<Throwable, ApiException>> mappings;

    private ExceptionMapper(Map<Class<?>, Function<Throwable, ApiException>> mappings) {
        this.mappings = Map.copyOf(mappings);
    }

    /** {@return a mapper that knows {@link ApiException} alone} */
    public static ExceptionMapper create() {
        return builder().build();
    }

    /** {@return a builder of mappers} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@return what to tell of a failure} The failure is its cause, for the log. A mapping that fails itself counts as
     * none; what it threw is then suppressed in the failure, unless that suppresses much already.
     *
     * @param failure what happened
     */
    public ApiException map(Throwable failure) {
        return expected(failure).orElseGet(() -> unexpected(failure));
    }

    static ApiException unexpected(Throwable failure) {
        return LibraryError.INTERNAL_SERVER_ERROR.exception().withCause(failure);
    }

    /** Empty where nothing may be told. */
    Optional<ApiException> expected(Throwable failure) {
        Throwable cause = unwrapped(failure);
        if (cause instanceof ApiException told) {
            return Optional.of(told);
        }
        Function<Throwable, ApiException> mapping = mapping(cause.getClass());
        return mapping == null ? Optional.empty() : Optional.ofNullable(mapped(mapping, cause));
    }

    private static @Nullable ApiException mapped(Function<Throwable, ApiException> mapping, Throwable failure) {
        try {
            ApiException told = mapping.apply(failure);
            return told == null || told.getCause() != null ? told : told.withCause(failure);
        } catch (Throwable fault) {
            // One failure can be thrown again and again, and must not grow each time.
            if (fault != failure && failure.getSuppressed().length < MAX_SUPPRESSED) {
                failure.addSuppressed(fault);
            }
            return null;
        }
    }

    private @Nullable Function<Throwable, ApiException> mapping(Class<?> failure) {
        for (Class<?> type = failure; type != null; type = type.getSuperclass()) {
            Function<Throwable, ApiException> mapping = mappings.get(type);
            if (mapping != null) {
                return mapping;
            }
        }
        return null;
    }

    static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < MAX_WRAPPERS && isWrapper(cause); i++) {
            Throwable inner = cause.getCause();
            if (inner == null) {
                return cause;
            }
            cause = inner;
        }
        return cause;
    }

    private static boolean isWrapper(Throwable failure) {
        return failure instanceof CompletionException
                || failure instanceof ExecutionException
                || failure instanceof InvocationTargetException
                || failure instanceof UndeclaredThrowableException;
    }

    /** Collects mappings. Not thread-safe. */
    public static final class Builder {
        private final Map<Class<?>, Function<Throwable, ApiException>> mappings = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Says what to tell of a class of failures and its subclasses.
         *
         * @param type the class
         * @param mapping makes what the client is told; its text must be safe to show, so not the failure's
         * @param <T> the class
         * @return this
         * @throws IllegalArgumentException if the class is mapped already, or is {@link ApiException}
         */
        public <T extends Throwable> Builder map(Class<T> type, Function<? super T, ApiException> mapping) {
            if (type == ApiException.class
                    || mappings.putIfAbsent(type, failure -> mapping.apply(type.cast(failure))) != null) {
                throw new IllegalArgumentException("Mapped already: " + type.getName());
            }
            return this;
        }

        /** {@return the mapper} */
        public ExceptionMapper build() {
            return new ExceptionMapper(mappings);
        }
    }
}
