package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.auth.revocation.Revocation;
import dev.scalableapi.auth.revocation.Revocation.OfSubject;
import dev.scalableapi.auth.revocation.Revocation.OfToken;
import dev.scalableapi.auth.revocation.RevocationDelta;
import dev.scalableapi.auth.revocation.RevocationStore;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link RevocationStore} does. */
abstract class RevocationStoreContract {
    final Instant until = now().plusSeconds(300);

    abstract RevocationStore store();

    @Test
    void whatIsAddedIsReadAsItWasInItsOrder() {
        RevocationDelta.Page start = page(RevocationStore.START, 10_000);
        List<Revocation> added = List.of(
                new OfToken("a", until),
                new OfSubject("\u00e4 \ud83d\ude00 :*\n\u0000", until.minusSeconds(300), until),
                new OfToken("\u00ff".repeat(256), until.plusNanos(1)),
                new OfToken("a", until));
        added.forEach(revocation -> done(store().add(revocation)));

        RevocationDelta.Page delta = page(start.cursor(), 10);
        assertThat(delta.revocations()).isEqualTo(added);
        assertThat(delta.isLast()).isTrue();
    }

    @Test
    void emptyDeltaLeavesThePosition() {
        done(store().add(new OfToken("a", until)));
        RevocationDelta.Page all = page(RevocationStore.START, 10_000);

        assertThat(page(all.cursor(), 10)).isEqualTo(new RevocationDelta.Page(List.of(), all.cursor(), true));
    }

    @Test
    void manyRevocationsAreReadInPages() {
        RevocationDelta.Page start = page(RevocationStore.START, 10_000);
        List<Revocation> added = IntStream.range(0, 10_000)
                .<Revocation>mapToObj(i -> new OfToken("page" + i, until))
                .toList();
        List<CompletionStage<Void>> stages = new ArrayList<>();
        for (Revocation revocation : added) {
            stages.add(store().add(revocation));
            if (stages.size() == 1_000) {
                stages.forEach(CacheStoreContract::done);
                stages.clear();
            }
        }

        List<Revocation> read = new ArrayList<>();
        RevocationDelta.Page page = page(start.cursor(), 1_000);
        while (!page.isLast()) {
            assertThat(page.revocations()).hasSize(1_000);
            read.addAll(page.revocations());
            page = page(page.cursor(), 1_000);
        }
        read.addAll(page.revocations());
        // What is added at the same time may come in any order.
        assertThat(read).hasSize(10_000);
        assertThat(Set.copyOf(read).equals(Set.copyOf(added))).isTrue();
    }

    @Test
    void endBeyondTheRetentionIsRefused() {
        Instant latest = now().plus(store().retention());
        done(store().add(new OfToken("latest", latest)));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> store().add(new OfToken("later", latest.plusSeconds(60))));
    }

    @Test
    void wrongLimitsAndCursorsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> store().since(RevocationStore.START, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> store().since(RevocationStore.START, 10_001));
        for (String wrong : List.of("x", "-1", "1-", "1-1/xyz", "1-1", " ", "9".repeat(100) + "-1/1")) {
            assertThatIllegalArgumentException().isThrownBy(() -> store().since(wrong, 1));
        }
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    RevocationDelta.Page page(String cursor, int limit) {
        return (RevocationDelta.Page) done(store().since(cursor, limit));
    }
}
