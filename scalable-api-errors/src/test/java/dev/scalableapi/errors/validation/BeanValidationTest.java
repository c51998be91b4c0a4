package dev.scalableapi.errors.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.http.Violation;
import dev.scalableapi.errors.ErrorMessages;
import dev.scalableapi.errors.ErrorRenderer;
import dev.scalableapi.errors.ExceptionMapper;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Valid;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.ValidatorFactory;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BeanValidationTest {
    enum Kind {
        BOOK;

        @Override
        public String toString() {
            return "a book";
        }
    }

    record Item(@Min(1) int quantity) {}

    record Order(
            @NotBlank @Nullable String name,
            @Valid List<Item> items,
            List<@NotBlank String> tags,
            @Valid Map<String, Item> byName,
            Map<Kind, @NotBlank String> byKind,
            Set<@NotBlank String> set) {}

    static class Orders {
        @Min(1) int add(@Valid @NotNull Order secretArgument) {
            return 0;
        }
    }

    private final ValidatorFactory factory = Validation.byDefaultProvider()
            .configure()
            .messageInterpolator(new ParameterMessageInterpolator())
            .buildValidatorFactory();
    private final Validator validator = factory.getValidator();
    private final Order bad = new Order(
            null,
            List.of(new Item(1), new Item(0)),
            List.of("a", " "),
            Map.of("x/y~z", new Item(-1)),
            Map.of(Kind.BOOK, ""),
            Set.of(""));

    @AfterEach
    void close() {
        factory.close();
    }

    @Test
    void propertiesAreNamedByPointersInTheirOrder() {
        ApiException failure = BeanValidation.failure(validator.validate(bad));
        assertThat(failure.status()).isEqualTo(400);
        assertThat(failure.code()).isEqualTo("VALIDATION_FAILED");
        assertThat(failure.violations())
                .extracting(Violation::location, Violation::name)
                .containsExactly(
                        tuple(Violation.Location.BODY, "/byKind/BOOK"),
                        tuple(Violation.Location.BODY, "/byName/x~1y~0z/quantity"),
                        tuple(Violation.Location.BODY, "/items/1/quantity"),
                        tuple(Violation.Location.BODY, "/name"),
                        tuple(Violation.Location.BODY, "/set"),
                        tuple(Violation.Location.BODY, "/tags/1"));
        assertThat(failure.violations())
                .extracting(Violation::message)
                .contains("must be greater than or equal to 1", "must not be blank");
    }

    @Test
    void overlongKeyIsNotToldAgain() {
        record Named(Map<String, @NotBlank String> byName) {}
        assertThat(BeanValidation.violations(validator.validate(new Named(Map.of("x".repeat(300), "")))))
                .containsExactly(Violation.body("/byName", "must not be blank").withKey("NotBlank"));
    }

    @Test
    void allThatIsWrongWithOnePropertyIsToldInTheOrderOfTheTexts() {
        record Twice(
                @NotBlank(message = "1") @Pattern(regexp = "x", message = "2") String name) {}
        for (int i = 0; i < 20; i++) {
            assertThat(BeanValidation.violations(validator.validate(new Twice(""))))
                    .containsExactly(
                            Violation.body("/name", "1").withKey("NotBlank"),
                            Violation.body("/name", "2").withKey("Pattern", Map.of("regexp", "x")));
        }
    }

    @Test
    void parametersAreNamedByTheirPropertiesWhereverTheyStand() {
        record Range(@Min(1) int from) {}
        record Query(
                @Min(1) int page,
                List<@NotBlank String> tag,
                @Valid Range range) {}
        assertThat(BeanValidation.violations(
                        validator.validate(new Query(0, List.of(""), new Range(0))), Violation.Location.QUERY))
                .containsExactly(
                        Violation.query("page", "must be greater than or equal to 1")
                                .withKey("Min", Map.of("value", 1L)),
                        Violation.query("range.from", "must be greater than or equal to 1")
                                .withKey("Min", Map.of("value", 1L)),
                        Violation.query("tag", "must not be blank").withKey("NotBlank"));
    }

    @Test
    void keyAndAttributesOfAConstraintAreThoseOfTheViolation() {
        record Limited(
                @Size(min = 2, max = 3) String size,

                @DecimalMin(value = "0.5", inclusive = false) BigDecimal price,

                @Max(value = 3, message = "{order.quantity.max}") int quantity,

                @Min(value = 1, message = "At least {value}, please.") int count,

                @Pattern(
                        regexp =
                                "[a-z]{1,10}|this expression is longer than the hundred characters that an attribute can have, so that it is left out")
                String sku) {}
        assertThat(BeanValidation.violations(
                        validator.validate(new Limited("s3cr3t", BigDecimal.ZERO, 4, 0, "s3cr3t"))))
                .extracting(Violation::name, Violation::key, Violation::parameters)
                .containsExactly(
                        tuple("/count", "Min", Map.of("value", 1L)),
                        tuple("/price", "DecimalMin", Map.of("value", "0.5", "inclusive", false)),
                        tuple("/quantity", "order.quantity.max", Map.of("value", 3L)),
                        tuple("/size", "Size", Map.of("min", 2, "max", 3)),
                        tuple("/sku", "Pattern", Map.of()));
    }

    @Test
    void messagesAreTranslatedByConstraint() {
        ErrorRenderer renderer = ErrorRenderer.builder()
                .messages(ErrorMessages.builder(Locale.ENGLISH)
                        .add(Locale.GERMAN, Map.of("VALIDATION_FAILED", "Falsche Werte.", "Min", "Mindestens {value}."))
                        .build())
                .build();
        ApiException failure = BeanValidation.failure(validator.validate(new Item(0)));
        ApiResponse response = renderer.response(failure, Headers.of("Accept-Language", "de"), "0");
        assertThat(new String(response.body().bytes(999).toCompletableFuture().join(), StandardCharsets.UTF_8))
                .contains("Falsche Werte.", "\"message\":\"Mindestens 1.\",\"key\":\"Min\"");
    }

    @Test
    void namesOfMethodsAndTheirParametersAreNotTold() throws Exception {
        Method add = Orders.class.getDeclaredMethod("add", Order.class);
        ExceptionMapper mapper = ExceptionMapper.builder()
                .map(ConstraintViolationException.class, BeanValidation::failure)
                .build();
        ApiException told = mapper.map(new ConstraintViolationException(
                validator.forExecutables().validateParameters(new Orders(), add, new Object[] {bad})));
        assertThat(told.violations())
                .extracting(Violation::name)
                .contains("/name", "/items/1/quantity")
                .noneMatch(name -> name.contains("add") || name.contains("arg"));
        ApiException whole = mapper.map(new ConstraintViolationException(
                validator.forExecutables().validateParameters(new Orders(), add, new @Nullable Object[] {null})));
        assertThat(whole.violations())
                .containsExactly(Violation.body("", "must not be null").withKey("NotNull"));
    }

    @Test
    void returnValueThatIsNotValidIsOurFault() throws Exception {
        Method add = Orders.class.getDeclaredMethod("add", Order.class);
        ConstraintViolationException exception =
                new ConstraintViolationException(validator.forExecutables().validateReturnValue(new Orders(), add, 0));
        ApiException told = BeanValidation.failure(exception);
        assertThat(told.status()).isEqualTo(500);
        assertThat(told.violations()).isEmpty();
        assertThat(told).hasCause(exception);
    }

    @Test
    void exceptionWithoutViolationsIsOurFault() {
        assertThat(BeanValidation.failure(new ConstraintViolationException("x", null))
                        .status())
                .isEqualTo(500);
    }

    @Test
    void keyThatIsNeitherTextNorNumberIsNotTold() {
        record Odd(Map<Object, @NotBlank String> values) {}
        assertThat(BeanValidation.violations(validator.validate(new Odd(Map.of(7, "")))))
                .extracting(Violation::name)
                .containsExactly("/values/7");
        assertThat(BeanValidation.violations(validator.validate(new Odd(Map.of(new Orders(), "")))))
                .extracting(Violation::name)
                .containsExactly("/values");
    }
}
