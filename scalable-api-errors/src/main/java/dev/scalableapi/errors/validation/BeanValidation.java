package dev.scalableapi.errors.validation;

import com.fasterxml.jackson.core.JsonPointer;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.Violation;
import dev.scalableapi.errors.ExceptionMapper;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.validation.metadata.ConstraintDescriptor;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Violations from Jakarta Bean Validation: each property of a body by its JSON pointer, without names of classes, methods or
 * their parameters. For an {@code ExceptionMapper}:
 * {@code .map(ConstraintViolationException.class, BeanValidation::failure)}.
 *
 * <p>The key of a violation is the simple name of its constraint, such as {@code Min}, or the message key that the constraint
 * has been given, such as {@code order.quantity.max} for {@code message = "{order.quantity.max}"}. Its parameters are the
 * attributes of the constraint, never the value that was validated.
 *
 * <p>Properties have the names, and messages the language, that the validator gives them: by default those of Java and the
 * JVM's locale, unless its factory is configured otherwise.
 */
public final class BeanValidation {
    private BeanValidation() {}

    /**
     * {@return 400 {@code VALIDATION_FAILED} with the violations} A return value that is not valid is not the client's fault:
     * 500, without violations.
     *
     * @param exception thrown by a validated method, or by the application
     */
    public static ApiException failure(ConstraintViolationException exception) {
        Set<ConstraintViolation<?>> all = exception.getConstraintViolations();
        if (all == null || all.stream().anyMatch(BeanValidation::isOfReturnValue)) {
            return ExceptionMapper.create().map(exception);
        }
        return failure(all);
    }

    /**
     * {@return 400 {@code VALIDATION_FAILED} with the violations}
     *
     * @param violations as a validator returns them for a bean; their messages are shown
     */
    public static ApiException failure(Collection<? extends ConstraintViolation<?>> violations) {
        return ApiException.of(400, "VALIDATION_FAILED", "The request has values that are not valid.")
                .withViolations(violations(violations));
    }

    /**
     * {@return the violations, in the order of their pointers}
     *
     * @param violations as a validator returns them for a bean; their messages are shown
     */
    public static List<Violation> violations(Collection<? extends ConstraintViolation<?>> violations) {
        return violations(violations, Violation.Location.BODY);
    }

    /**
     * {@return the violations, in the order of their names}
     *
     * @param violations as a validator returns them for a bean; their messages are shown
     * @param location of the values of the bean; in a body a property is named by its pointer, elsewhere by its name, with dots
     *     between the names of nested ones
     */
    public static List<Violation> violations(
            Collection<? extends ConstraintViolation<?>> violations, Violation.Location location) {
        return violations.stream()
                .map(violation -> violation(violation, location))
                .sorted(Comparator.comparing(Violation::name).thenComparing(Violation::message))
                .toList();
    }

    private static boolean isOfReturnValue(ConstraintViolation<?> violation) {
        for (Path.Node node : violation.getPropertyPath()) {
            if (node.getKind() == ElementKind.RETURN_VALUE) {
                return true;
            }
        }
        return false;
    }

    private static Violation violation(ConstraintViolation<?> violation, Violation.Location location) {
        Path path = violation.getPropertyPath();
        Violation plain = location == Violation.Location.BODY
                ? Violation.body(pointer(path), violation.getMessage())
                : new Violation(location, parameter(path), violation.getMessage());
        ConstraintDescriptor<?> constraint = violation.getConstraintDescriptor();
        return constraint == null
                ? plain
                : plain.withKey(ConstraintKey.of(violation, constraint), ConstraintKey.parameters(constraint));
    }

    private static String parameter(Path path) {
        return StreamSupport.stream(path.spliterator(), false)
                .filter(node -> node.getKind() == ElementKind.PROPERTY)
                .map(Path.Node::getName)
                .collect(Collectors.joining("."));
    }

    private static JsonPointer pointer(Path path) {
        JsonPointer pointer = JsonPointer.empty();
        for (Path.Node node : path) {
            pointer = element(pointer, node);
            if (node.getKind() == ElementKind.PROPERTY) {
                pointer = pointer.appendProperty(node.getName());
            }
        }
        return pointer;
    }

    /** A node has its index or key in the container before it. An element of a set has neither. */
    private static JsonPointer element(JsonPointer container, Path.Node node) {
        if (node.getIndex() != null) {
            return container.appendIndex(node.getIndex());
        }
        Object key = node.getKey();
        if (key instanceof Enum<?> constant) {
            return container.appendProperty(constant.name());
        }
        return key instanceof String || key instanceof Number ? container.appendProperty(key.toString()) : container;
    }
}
