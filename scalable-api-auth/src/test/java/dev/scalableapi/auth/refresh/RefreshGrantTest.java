package dev.scalableapi.auth.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.core.http.Caller;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RefreshGrantTest {
    @Test
    void everyGrantComesBackFromItsText() {
        for (RefreshGrant grant : List.of(
                new RefreshGrant("a", Optional.empty(), Optional.empty(), Set.of()),
                new RefreshGrant("a", Optional.of("t"), Optional.empty(), Set.of("x")),
                new RefreshGrant("a", Optional.empty(), Optional.of("c"), Set.of("x", "y:z", "!")),
                new RefreshGrant("\u00e4 \ud83d\ude00\u2028", Optional.of(" t "), Optional.of("1"), Set.of("~")),
                new RefreshGrant(
                        "s".repeat(256),
                        Optional.of("t".repeat(256)),
                        Optional.of("c".repeat(256)),
                        Set.of("x".repeat(4_095))))) {
            assertThat(GrantText.read(GrantText.write(grant))).isEqualTo(grant);
        }
    }

    @Test
    void callerGivesItsIdTenantClientAndScopesButNotItsRoles() {
        Caller caller = Caller.of("alice")
                .withTenant("acme")
                .withClient("web")
                .withRoles(Set.of("admin"))
                .withScopes(Set.of("orders:read"));

        assertThat(RefreshGrant.of(caller))
                .isEqualTo(new RefreshGrant("alice", Optional.of("acme"), Optional.of("web"), Set.of("orders:read")));
    }

    @Test
    void textsOutsideTheLimitsAreRefused() {
        for (String text : List.of("", " ", "x".repeat(257), "a\nb", "a\u0000", "\u0085", "\ud800")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new RefreshGrant(text, Optional.empty(), Optional.empty(), Set.of()));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new RefreshGrant("a", Optional.of(text), Optional.empty(), Set.of()));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new RefreshGrant("a", Optional.empty(), Optional.of(text), Set.of()));
        }
    }

    @Test
    void scopesOutsideTheLimitsAreRefused() {
        for (String scope : List.of("", "a b", "\"", "\\", "\u00e4", "a\nb", "\u007f", "x".repeat(4_096))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new RefreshGrant("a", Optional.empty(), Optional.empty(), Set.of(scope)));
        }
    }

    @Test
    void scopesAreCopied() {
        Set<String> mine = new HashSet<>(Set.of("x"));
        RefreshGrant grant = new RefreshGrant("a", Optional.empty(), Optional.empty(), mine);
        mine.add("y");

        assertThat(grant.scopes()).containsExactly("x");
    }
}
