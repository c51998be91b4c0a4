package dev.scalableapi.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.core.http.ApiException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class ExceptionMapperTest {
    private final ExceptionMapper mapper = ExceptionMapper.builder()
            .map(Exception.class, failure -> told("ANY"))
            .map(NoSuchFileException.class, failure -> told("NO_FILE"))
            .map(IOException.class, failure -> told("IO"))
            .map(IllegalStateException.class, failure -> {
                throw new IllegalArgumentException("mapping");
            })
            .map(UnsupportedOperationException.class, failure -> {
                throw failure;
            })
            .map(ArithmeticException.class, failure -> absent())
            .map(StackOverflowError.class, failure -> {
                throw new StackOverflowError();
            })
            .map(NumberFormatException.class, failure -> {
                throw new NoClassDefFoundError("mapping");
            })
            .build();

    @Test
    void mostSpecificClassCounts() {
        assertThat(code(new NoSuchFileException("f"))).isEqualTo("NO_FILE");
        assertThat(code(new AccessDeniedException("f"))).isEqualTo("IO");
        assertThat(code(new FileNotFoundException())).isEqualTo("IO");
        assertThat(code(new FileSystemException("f"))).isEqualTo("IO");
        assertThat(code(new InterruptedException())).isEqualTo("ANY");
        assertThat(code(new AssertionError())).isEqualTo("INTERNAL_SERVER_ERROR");
    }

    @Test
    void exceptionOfTheApiTellsOfItself() {
        ApiException own = told("OWN");
        assertThat(mapper.map(own)).isSameAs(own);
        assertThat(ExceptionMapper.create().map(own)).isSameAs(own);
    }

    @Test
    void wrappersAreUnwrappedAndOtherCausesAreNot() {
        Throwable inner = new NoSuchFileException("f");
        Throwable wrapped = new CompletionException(
                new ExecutionException(new InvocationTargetException(new UndeclaredThrowableException(inner))));
        assertThat(code(wrapped)).isEqualTo("NO_FILE");
        assertThat(mapper.map(wrapped)).hasCause(inner);
        assertThat(code(new UncheckedIOException(new IOException(inner)))).isEqualTo("ANY");
        assertThat(code(new CompletionException("without cause", null))).isEqualTo("ANY");
    }

    @Test
    void hundredWrappersAreUnwrapped() {
        Throwable wrapped = new NoSuchFileException("f");
        for (int i = 0; i < 50; i++) {
            wrapped = new CompletionException(new ExecutionException(wrapped));
        }
        assertThat(code(wrapped)).isEqualTo("NO_FILE");
    }

    @Test
    void circleOfWrappersEnds() {
        Throwable first = new CompletionException("first", null) {
            private static final long serialVersionUID = 1L;

            @Override
            public synchronized Throwable getCause() {
                return this;
            }
        };
        assertThat(ExceptionMapper.create().map(first).status()).isEqualTo(500);
    }

    @Test
    void failureIsTheCauseUnlessTheMappingNamesAnother() {
        IOException failure = new IOException("f");
        assertThat(mapper.map(failure)).hasCause(failure);
        IOException other = new IOException("other");
        ExceptionMapper own = ExceptionMapper.builder()
                .map(IOException.class, f -> told("IO").withCause(other))
                .build();
        assertThat(own.map(failure)).hasCause(other);
    }

    @Test
    void mappingThatFailsTellsNothingAndIsSuppressed() {
        IllegalStateException failure = new IllegalStateException("f");
        assertThat(code(failure)).isEqualTo("INTERNAL_SERVER_ERROR");
        assertThat(failure.getSuppressed()).singleElement().isInstanceOf(IllegalArgumentException.class);
        assertThat(code(new ArithmeticException())).isEqualTo("INTERNAL_SERVER_ERROR");
        assertThat(code(new StackOverflowError())).isEqualTo("INTERNAL_SERVER_ERROR");
        assertThat(code(new NumberFormatException())).isEqualTo("INTERNAL_SERVER_ERROR");
        UnsupportedOperationException thrownAgain = new UnsupportedOperationException();
        assertThat(code(thrownAgain)).isEqualTo("INTERNAL_SERVER_ERROR");
        assertThat(thrownAgain.getSuppressed()).isEmpty();
    }

    @Test
    void failureThatIsThrownAgainAndAgainDoesNotGrow() {
        IllegalStateException shared = new IllegalStateException("f");
        for (int i = 0; i < 100; i++) {
            assertThat(code(shared)).isEqualTo("INTERNAL_SERVER_ERROR");
        }
        assertThat(shared.getSuppressed()).hasSize(16);
    }

    @Test
    void classIsMappedOnce() {
        ExceptionMapper.Builder builder = ExceptionMapper.builder().map(IOException.class, f -> told("A"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.map(IOException.class, f -> told("B")));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.map(ApiException.class, f -> f));
    }

    private String code(Throwable failure) {
        return mapper.map(failure).code();
    }

    private static ApiException told(String code) {
        return ApiException.of(409, code, "No.");
    }

    /** A null where none is allowed, as careless code would give. */
    @SuppressWarnings("NullAway")
    private static ApiException absent() {
        return null;
    }
}
