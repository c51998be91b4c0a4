package dev.scalableapi.examples.shop.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShutdownSequenceTest {
    private final ShutdownSequence sequence = ShutdownSequence.create();
    private final List<String> closed = new ArrayList<>();

    @Test
    void newestIsClosedFirstAndEachOnce() {
        sequence.closing("first", () -> closed.add("first"));
        sequence.closing("second", () -> closed.add("second"));

        sequence.close();
        sequence.close();

        assertThat(closed).containsExactly("second", "first");
    }

    @Test
    void resourceThatFailsDoesNotKeepTheOthersOpen() {
        sequence.closing("first", () -> closed.add("first"));
        sequence.closing("failing", () -> {
            throw new IllegalStateException("as the test wants it");
        });

        sequence.close();

        assertThat(closed).containsExactly("first");
    }

    @Test
    void resourceThatComesTooLateIsClosedAtOnce() {
        sequence.close();

        assertThatThrownBy(() -> sequence.closing("late", () -> closed.add("late")))
                .isInstanceOf(IllegalStateException.class);
        assertThat(closed).containsExactly("late");
    }
}
