package dev.scalableapi.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class UnconfirmedWritesTest {
    private final List<String> repeated = new ArrayList<>();
    private CompletableFuture<Void> repetition = CompletableFuture.completedFuture(null);
    private final List<Runnable> repetitions = new ArrayList<>();
    private final UnconfirmedWrites<String> writes = new UnconfirmedWrites<>(
            subject -> {
                repeated.add(subject);
                return repetition;
            },
            repetitions::add);

    @Test
    void confirmedWriteIsForgotten() {
        CompletableFuture<Void> operation = new CompletableFuture<>();
        CompletableFuture<Void> write = writes.write("a", () -> operation);
        CompletableFuture<Void> settled = writes.settled("a");
        assertThat(write).isNotDone();
        assertThat(settled).isNotDone();
        assertThat(writes.settled("b")).isCompleted();
        operation.complete(null);

        assertThat(write).isCompleted();
        assertThat(settled).isCompleted();
        assertThat(writes.size()).isZero();
        assertThat(repeated).isEmpty();
    }

    /** Others may read what it was to make wrong. */
    @Test
    void failedWriteIsRepeatedThoughNobodyReadsItsSubject() {
        CompletableFuture<Void> failed = CompletableFuture.failedFuture(new IllegalStateException("down"));
        repetition = failed;
        assertThat(writes.write("a", () -> failed)).isCompletedExceptionally();
        assertThat(writes.write("b", () -> failed)).isCompletedExceptionally();
        assertThat(repetitions).hasSize(1);
        repetitions.remove(0).run();
        assertThat(repeated).hasSize(1);
        assertThat(repetitions).hasSize(1);
        repetition = CompletableFuture.completedFuture(null);
        repetitions.remove(0).run();

        assertThat(repeated).contains("a", "b");
        assertThat(writes.size()).isZero();
        assertThat(repetitions).isEmpty();
    }

    @Test
    void thoseThatAreForgottenAndThoseThatFollowedOthersAreNotCounted() {
        CompletableFuture<Void> open = new CompletableFuture<>();
        CompletableFuture<Void> first = writes.write("a", () -> open);
        CompletableFuture<Void> second = writes.write("a", () -> open);
        CompletableFuture<Void> other = writes.write("b", () -> open);
        assertThat(writes.size()).isEqualTo(2);
        assertThat(writes.isEmpty()).isFalse();
        writes.forget();
        assertThat(writes.isEmpty()).isTrue();
        open.complete(null);

        assertThat(List.of(first, second, other))
                .allSatisfy(write -> assertThat(write).isCompleted());
        assertThat(writes.size()).isZero();
    }

    @Test
    void writesOfOneSubjectFollowEachOther() {
        List<String> begun = new ArrayList<>();
        CompletableFuture<Void> first = new CompletableFuture<>();
        assertThat(writes.write("a", () -> begin(begun, "first", first))).isNotDone();
        CompletableFuture<Void> second =
                writes.write("a", () -> begin(begun, "second", CompletableFuture.completedFuture(null)));
        assertThat(begun).containsExactly("first");
        first.completeExceptionally(new IllegalStateException("down"));

        assertThat(begun).containsExactly("first", "second");
        assertThat(second).isCompleted();
        assertThat(writes.size()).isZero();
    }

    private static CompletableFuture<Void> begin(List<String> begun, String name, CompletableFuture<Void> end) {
        begun.add(name);
        return end;
    }

    @Test
    void failedWriteIsRepeatedOnceByAllWhoWantToRead() {
        fail("a");
        repetition = new CompletableFuture<>();
        CompletableFuture<Void> one = writes.settled("a");
        CompletableFuture<Void> other = writes.settled("a");
        assertThat(repeated).containsExactly("a");
        assertThat(one).isNotDone();
        repetition.complete(null);

        assertThat(one).isCompleted();
        assertThat(other).isCompleted();
        assertThat(writes.size()).isZero();
    }

    @Test
    void repetitionThatFailsIsRepeatedAgain() {
        fail("a");
        fail("b");
        repetition = CompletableFuture.failedFuture(new IllegalStateException("still down"));
        assertThat(writes.settled("a")).isCompletedExceptionally();
        assertThat(writes.settled().toCompletableFuture()).isCompletedExceptionally();
        assertThat(writes.size()).isEqualTo(2);
        repetition = CompletableFuture.completedFuture(null);

        assertThat(writes.settled().toCompletableFuture()).isCompleted();
        assertThat(writes.size()).isZero();
    }

    @Test
    void readerOfAWriteThatFailsWhileItWaitsFails() {
        CompletableFuture<Void> operation = new CompletableFuture<>();
        assertThat(writes.write("a", () -> operation)).isNotDone();
        CompletableFuture<Void> settled = writes.settled("a");
        operation.completeExceptionally(new IllegalStateException("down"));

        assertThat(settled).isCompletedExceptionally();
        writes.forget();
        assertThat(writes.settled("a")).isCompleted();
    }

    private void fail(String subject) {
        assertThat(writes.write(subject, () -> CompletableFuture.failedFuture(new IllegalStateException("down"))))
                .isCompletedExceptionally();
    }
}
