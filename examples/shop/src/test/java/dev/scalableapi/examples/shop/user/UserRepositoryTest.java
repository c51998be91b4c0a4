package dev.scalableapi.examples.shop.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.examples.shop.TestServers;
import dev.scalableapi.examples.shop.database.DatabaseException;
import dev.scalableapi.examples.shop.database.DatabaseUrl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(TestServers.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UserRepositoryTest {
    private DatabaseUrl url;
    private Users users;
    private UserRepository repository;

    @BeforeAll
    void open(TestServers servers) {
        url = servers.database("users");
        users = Users.open(url, "first", password -> "hash of " + password);
        repository = users.repository();
    }

    @AfterAll
    void close() {
        users.close();
    }

    @Test
    void demoAccountsAreThereFromTheStart() {
        assertThat(repository.findByName("alice").orElseThrow().user().roles()).containsExactly(Role.CUSTOMER);
        assertThat(repository.findByName("admin").orElseThrow().user().roles()).containsExactly(Role.ADMIN);
        assertThat(repository.findByName("alice").orElseThrow().passwordHash()).isEqualTo("hash of first");
    }

    @Test
    void nextStartGivesTheDemoAccountsItsPasswordAndKeepsTheirIds(TestServers servers) {
        DatabaseUrl other = servers.database("users_again");
        long id;
        try (Users first = Users.open(other, "first", password -> "hash of " + password)) {
            id = first.repository().findByName("alice").orElseThrow().user().id();
        }
        try (Users second = Users.open(other, "second", password -> "hash of " + password)) {
            Account alice = second.repository().findByName("alice").orElseThrow();
            assertThat(alice.passwordHash()).isEqualTo("hash of second");
            assertThat(alice.user().id()).isEqualTo(id);
            assertThat(second.repository().count()).isEqualTo(2);
            assertThat(second.isReady()).isTrue();
        }
    }

    @Test
    void createdUserIsFoundByNameInAnyCaseAndById() {
        User grete = created("Gr\u00eate");

        assertThat(repository.findByName("gr\u00caTE").orElseThrow().user()).isEqualTo(grete);
        assertThat(repository.find(grete.id())).contains(grete);
        assertThat(grete.roles()).containsExactly(Role.CUSTOMER);
    }

    @Test
    void takenNameIsRefusedInAnyCaseAndCostsNoId() {
        long before = created("Bob").id();

        assertThat(repository.create("bOB", "x", Set.of(Role.CUSTOMER))).isEqualTo(new Registration.NameTaken());
        assertThat(created("Bobby").id()).isEqualTo(before + 1);
    }

    @Test
    void equivalentSpellingsAreOneName() {
        User jose = created("jos\u00e9x");

        for (String spelling : List.of("jose\u0301x", "JOSE\u0301X", "\uff4aos\u00e9\uff38")) {
            assertThat(repository.create(spelling, "x", Set.of(Role.CUSTOMER))).isEqualTo(new Registration.NameTaken());
            assertThat(repository.findByName(spelling).orElseThrow().user()).isEqualTo(jose);
        }
        assertThat(repository.findUnprepared("jos\u00e9x")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice\u200b", "ali\u202ece", "al\u0456ce", "alice\ud83d\ude00"})
    void nameThatTheProfileRejectsIsNotCreated(String name) {
        assertThatThrownBy(() -> repository.create(name, "x", Set.of(Role.CUSTOMER)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"adm\u0131n", "ADMIN", "cu\u017ftomer", ""})
    void labelOfARoleIsComparedExactly(String label) {
        assertThatThrownBy(() -> Role.of(label)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void oneOfThoseThatRegisterTogetherGetsTheName() throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(6);
        Callable<Registration> registration = () -> {
            barrier.await();
            return repository.create("racer", "x", Set.of(Role.CUSTOMER));
        };
        ExecutorService executor = Executors.newFixedThreadPool(6);
        List<Registration> registrations = new ArrayList<>();
        try {
            for (var future : executor.invokeAll(Collections.nCopies(6, registration))) {
                registrations.add(future.get());
            }
        } finally {
            executor.shutdownNow();
        }

        assertThat(registrations)
                .filteredOn(Registration.Created.class::isInstance)
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\0b", "\uD800", "' OR 1=1 --\0"})
    void textThatNoNameCanBeIsNotFoundAndNotRegistered(String name) {
        assertThat(repository.findByName(name)).isEmpty();
        assertThatThrownBy(() -> repository.create(name, "x", Set.of(Role.CUSTOMER)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nameIsAsLongAsItsCharacters() {
        String longest = "\ud842\udfb7".repeat(UserRepository.MAX_NAME);

        assertThat(created(longest).username()).isEqualTo(longest);
        assertThatThrownBy(() -> repository.create(longest + "x", "x", Set.of(Role.CUSTOMER)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hashIsRenewedWhereItIsStillTheOldOne() {
        User dora = created("Dora");

        assertThat(repository.updatePasswordHash(dora.id(), "x", "y")).isTrue();
        assertThat(repository.updatePasswordHash(dora.id(), "x", "late")).isFalse();
        assertThat(repository.updatePasswordHash(Long.MAX_VALUE, "x", "y")).isFalse();
        assertThat(repository.findByName("dora")).contains(new Account(dora, "y"));
        assertThat(repository.findByName("alice").orElseThrow().passwordHash()).isEqualTo("hash of first");
    }

    @Test
    void accountWithoutARoleIsRefused() {
        assertThatThrownBy(() -> repository.create("roleless", "x", Set.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pagesAreCompleteAndInOrder() {
        List<Long> ids = new ArrayList<>();
        for (long offset = 0; offset < repository.count(); offset += 2) {
            repository.page(offset, 2).forEach(user -> ids.add(user.id()));
        }

        assertThat(ids).isSorted().doesNotHaveDuplicates().hasSize((int) repository.count());
    }

    @Test
    void jsonOfAUserHasNoHash() throws Exception {
        User alice = repository.findByName("alice").orElseThrow().user();

        String json = JsonMapper.builder().build().writeValueAsString(alice);

        assertThat(json)
                .isEqualTo("{\"id\":1,\"username\":\"alice\",\"roles\":[\"customer\"],\"createdAt\":\""
                        + alice.createdAt() + "\"}");
    }

    @Test
    void hashIsInNoTextForm() {
        assertThat(repository.findByName("alice").orElseThrow().toString()).doesNotContain("hash of");
        assertThat(url.toString()).doesNotContain(url.password().orElseThrow());
    }

    @Test
    void refusedRowIsNotInTheFailure() {
        assertThatThrownBy(() -> repository.put("n".repeat(65), "hash of s3cret", Set.of(Role.CUSTOMER)))
                .isInstanceOf(DatabaseException.class)
                .satisfies(failure -> assertThat(Arrays.asList(failure.toString(), String.valueOf(failure.getCause())))
                        .allSatisfy(text -> assertThat(text).doesNotContain("s3cret")))
                .extracting(failure -> ((DatabaseException) failure).sqlState())
                .isEqualTo("23514");
    }

    @Test
    void scopesFollowFromRoles() {
        assertThat(Role.scopesOf(Set.of(Role.CUSTOMER))).isEmpty();
        assertThat(Role.scopesOf(Set.of(Role.CUSTOMER, Role.ADMIN))).containsExactly("catalog:write", "users:read");
    }

    private User created(String name) {
        return ((Registration.Created) repository.create(name, "x", Set.of(Role.CUSTOMER))).user();
    }
}
