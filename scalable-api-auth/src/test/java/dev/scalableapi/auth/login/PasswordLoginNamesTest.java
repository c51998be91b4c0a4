package dev.scalableapi.auth.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.auth.audit.AuthEvent;
import dev.scalableapi.auth.audit.AuthEvent.LoginFailed;
import dev.scalableapi.auth.audit.AuthEvent.LoginSucceeded;
import dev.scalableapi.auth.audit.AuthEvent.LoginThrottled;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordLoginNamesTest {
    private static final String RIGHT = "right s3cret";
    private static final String DECOMPOSED = "jose\u0301x";

    private final HasherDouble hasher = new HasherDouble();
    private final Queue<String> lookups = new ConcurrentLinkedQueue<>();
    private final Queue<String> typedLookups = new ConcurrentLinkedQueue<>();
    private final Queue<AuthEvent> events = new ConcurrentLinkedQueue<>();
    private final Map<String, String> accounts =
            new ConcurrentHashMap<>(Map.of("jos\u00e9x", HasherDouble.newHash(RIGHT)));
    private final Map<String, String> unprepared = new ConcurrentHashMap<>();
    private final PasswordLogin<String> login = PasswordLogin.builder(hasher, this::find, hash -> hash)
            .usernames(UsernameProfile.precis())
            .lookupAsTyped(this::findAsTyped)
            .listener(events::add)
            .build();

    @AfterEach
    void close() {
        login.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jos\u00e9x", DECOMPOSED, "JOS\u00c9X", "\uff4a\uff2fs\u00e9x"})
    void everySpellingOfANameFindsItsAccount(String spelling) {
        assertThat(attempt(spelling, RIGHT)).isInstanceOf(LoginResult.Succeeded.class);
        assertThat(lookups).containsExactly("jos\u00e9x");
        assertThat(events).containsExactly(new LoginSucceeded("jos\u00e9x", Optional.empty()));
    }

    @Test
    void spellingsOfANameShareOneLimitOfFailures() {
        for (int i = 0; i < 5; i++) {
            assertThat(attempt("jos\u00e9x", "wrong")).isInstanceOf(LoginResult.Failed.class);
            assertThat(attempt(DECOMPOSED, "wrong")).isInstanceOf(LoginResult.Failed.class);
        }
        assertThat(attempt("JOS\u00c9X", RIGHT)).isInstanceOf(LoginResult.Throttled.class);
        assertThat(events).last().isEqualTo(new LoginThrottled("jos\u00e9x", Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice\u200b", "ali\u202ece", "al\u0456ce", "a b"})
    void nameThatTheProfileRejectsFailsLikeAnUnknownNameAfterTheSameWork(String name) {
        LoginResult<String> unknown = attempt("nobody", "wrong");
        List<String> work = hasher.work();
        LoginResult<String> rejected = attempt(name, "wrong");

        assertThat(rejected).isEqualTo(unknown);
        assertThat(work).containsExactly("verify");
        assertThat(hasher.work()).containsExactly("verify", "verify");
        assertThat(lookups).containsExactly("nobody");
        assertThat(events).last().isEqualTo(new LoginFailed(name, Optional.empty()));
    }

    @Test
    void accountsWithoutAPreparedFormOfTheirOwnAreFoundByTheirSpelling() {
        unprepared.put(DECOMPOSED, HasherDouble.newHash("another s3cret"));
        unprepared.put("alice\u200b", HasherDouble.newHash("third s3cret"));

        assertThat(attempt(DECOMPOSED, "another s3cret")).isInstanceOf(LoginResult.Succeeded.class);
        assertThat(attempt(DECOMPOSED, RIGHT)).isInstanceOf(LoginResult.Failed.class);
        assertThat(attempt("jos\u00e9x", RIGHT)).isInstanceOf(LoginResult.Succeeded.class);
        assertThat(attempt("alice\u200b", "third s3cret")).isInstanceOf(LoginResult.Succeeded.class);
        assertThat(attempt("alice", "third s3cret")).isInstanceOf(LoginResult.Failed.class);
        assertThat(typedLookups).containsExactly(DECOMPOSED, DECOMPOSED, "jos\u00e9x", "alice\u200b", "alice");
    }

    @Test
    void overlongNameIsNeitherPreparedNorLookedUp() {
        assertThat(attempt("a".repeat(257), RIGHT)).isInstanceOf(LoginResult.Failed.class);
        assertThat(lookups).isEmpty();
        assertThat(typedLookups).isEmpty();
    }

    @Test
    void preparedFormBeyondTheLimitIsNotLookedUp() {
        try (PasswordLogin<String> longNames = PasswordLogin.builder(hasher, this::find, hash -> hash)
                .usernames(name -> Optional.of(name.repeat(2)))
                .build()) {
            assertThat(attempt(longNames, "a".repeat(129), RIGHT)).isInstanceOf(LoginResult.Failed.class);
            assertThat(lookups).isEmpty();
        }
    }

    @Test
    void nameIsLookedUpAsTypedUnlessAProfileIsSet() {
        try (PasswordLogin<String> plain =
                PasswordLogin.builder(hasher, this::find, hash -> hash).build()) {
            assertThat(attempt(plain, DECOMPOSED, RIGHT)).isInstanceOf(LoginResult.Failed.class);
            assertThat(lookups).containsExactly(DECOMPOSED);
        }
    }

    private LoginResult<String> attempt(String username, String password) {
        return attempt(login, username, password);
    }

    private static LoginResult<String> attempt(PasswordLogin<String> login, String username, String password) {
        return login.attempt(username, password, Optional.<InetAddress>empty())
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    private Optional<String> find(String name) {
        lookups.add(name);
        return Optional.ofNullable(accounts.get(name));
    }

    private Optional<String> findAsTyped(String name) {
        typedLookups.add(name);
        return Optional.ofNullable(unprepared.get(name));
    }
}
