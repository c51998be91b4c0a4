package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.core.http.Preconditions.Decision;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every combination of the four conditions, for every method and state, against the steps of RFC 9110 section 13.2.2 as
 * they are written there. The field values and what the oracle knows of them are one table, so that it parses nothing.
 */
class PreconditionsMatrixTest {
    private static final Instant MODIFIED = Instant.parse("2000-01-01T00:00:01Z");

    /** What a list of tags says of a resource with the tag {@code "a"}, strong or weak. */
    private enum Tags {
        ABSENT(null, false, false),
        ANY("*", false, false),
        STRONG_A("\"a\"", true, true),
        WEAK_A("W/\"a\"", false, true),
        OTHERS("\"b\", W/\"c\"", false, false),
        AMONG_OTHERS("\"b\", \"a\"", true, true);

        private final Optional<String> field;
        private final boolean namesStrongA;
        private final boolean namesA;

        Tags(@Nullable String field, boolean namesStrongA, boolean namesA) {
            this.field = Optional.ofNullable(field);
            this.namesStrongA = namesStrongA;
            this.namesA = namesA;
        }
    }

    /** A date, and how it is to the time of the last change. */
    private enum Date {
        ABSENT(null, false, false),
        BEFORE("Sat, 01 Jan 2000 00:00:00 GMT", true, true),
        SAME("Sat, 01 Jan 2000 00:00:01 GMT", true, false),
        AFTER("Sat, 01 Jan 2000 00:00:02 GMT", true, false),
        JUNK("yesterday", false, false);

        private final Optional<String> field;
        private final boolean valid;
        private final boolean beforeChange;

        Date(@Nullable String field, boolean valid, boolean beforeChange) {
            this.field = Optional.ofNullable(field);
            this.valid = valid;
            this.beforeChange = beforeChange;
        }
    }

    private enum State {
        NONE(false, false, false, false),
        BARE(true, false, false, false),
        STRONG(true, true, true, false),
        WEAK(true, true, false, false),
        DATED(true, false, false, true),
        STRONG_AND_DATED(true, true, true, true),
        WEAK_AND_DATED(true, true, false, true);

        private final boolean exists;
        private final boolean tagged;
        private final boolean strong;
        private final boolean dated;

        State(boolean exists, boolean tagged, boolean strong, boolean dated) {
            this.exists = exists;
            this.tagged = tagged;
            this.strong = strong;
            this.dated = dated;
        }

        Optional<Validators> validators() {
            EntityTag tag = strong ? EntityTag.strong("a") : EntityTag.weak("a");
            return exists
                    ? Optional.of(new Validators(
                            tagged ? Optional.of(tag) : Optional.empty(),
                            dated ? Optional.of(MODIFIED) : Optional.empty()))
                    : Optional.empty();
        }
    }

    private record Conditions(Tags match, Date unmodified, Tags noneMatch, Date modified) {
        Headers headers() {
            Headers.Builder headers = Headers.builder();
            // The order in which they come is not that in which they count.
            modified.field.ifPresent(value -> headers.add("If-Modified-Since", value));
            noneMatch.field.ifPresent(value -> headers.add("If-None-Match", value));
            unmodified.field.ifPresent(value -> headers.add("If-Unmodified-Since", value));
            match.field.ifPresent(value -> headers.add("If-Match", value));
            return headers.build();
        }
    }

    @Test
    void everyCombinationIsDecidedAsTheStepsOfTheRfcSay() {
        int combinations = 0;
        for (String method : List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")) {
            for (State state : State.values()) {
                for (Tags match : Tags.values()) {
                    for (Date unmodified : Date.values()) {
                        for (Tags noneMatch : Tags.values()) {
                            for (Date modified : Date.values()) {
                                check(method, state, new Conditions(match, unmodified, noneMatch, modified));
                                combinations++;
                            }
                        }
                    }
                }
            }
        }
        assertThat(combinations).isEqualTo(9 * 7 * 6 * 5 * 6 * 5);
    }

    private static void check(String method, State state, Conditions conditions) {
        Decision decision = Preconditions.of(method, conditions.headers()).decide(state.validators());
        if (decision != expected(method, state, conditions)) {
            assertThat(decision)
                    .as("%s, %s, %s", method, state, conditions)
                    .isEqualTo(expected(method, state, conditions));
        }
    }

    /** Section 13.2.1: these methods have no selected representation to compare. Then the steps 1 to 4 of 13.2.2. */
    private static Decision expected(String method, State state, Conditions conditions) {
        return switch (method) {
            case "OPTIONS", "TRACE", "CONNECT" -> Decision.PROCEED;
            default -> step1(method.equals("GET") || method.equals("HEAD"), state, conditions);
        };
    }

    private static Decision step1(boolean read, State state, Conditions conditions) {
        if (conditions.match == Tags.ABSENT) {
            return step2(read, state, conditions);
        }
        boolean holds = switch (conditions.match) {
            case ANY -> state.exists;
            default -> state.strong && conditions.match.namesStrongA;
        };
        return holds ? step3(read, state, conditions) : Decision.FAILED;
    }

    /** A date is ignored if it is none, or if the resource has no modification date (section 13.1.4). */
    private static Decision step2(boolean read, State state, Conditions conditions) {
        boolean evaluated = conditions.unmodified.valid && state.dated;
        return evaluated && conditions.unmodified.beforeChange ? Decision.FAILED : step3(read, state, conditions);
    }

    private static Decision step3(boolean read, State state, Conditions conditions) {
        if (conditions.noneMatch == Tags.ABSENT) {
            return step4(read, state, conditions);
        }
        boolean holds = switch (conditions.noneMatch) {
            case ANY -> !state.exists;
            default -> !(state.tagged && conditions.noneMatch.namesA);
        };
        return holds ? Decision.PROCEED : read ? Decision.NOT_MODIFIED : Decision.FAILED;
    }

    private static Decision step4(boolean read, State state, Conditions conditions) {
        boolean evaluated = read && conditions.modified.valid && state.dated;
        return evaluated && !conditions.modified.beforeChange ? Decision.NOT_MODIFIED : Decision.PROCEED;
    }
}
