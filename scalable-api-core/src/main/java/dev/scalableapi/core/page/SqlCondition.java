package dev.scalableapi.core.page;

import java.util.List;

/**
 * What stands after WHERE: terms that are joined by AND, so that more can follow. Immutable.
 *
 * @param text SQL with a question mark for each parameter; {@code TRUE} if there is no condition
 * @param parameters what is bound to the question marks, in order, as the driver takes it
 */
public record SqlCondition(String text, List<Object> parameters) {
    /**
     * Copies the parameters.
     *
     * @param text SQL with a question mark for each parameter
     * @param parameters in order
     */
    public SqlCondition {
        parameters = List.copyOf(parameters);
    }

    /** {@return the text only: parameters can be secrets} */
    @Override
    public String toString() {
        return text;
    }
}
