package dev.scalableapi.examples.shop.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.scalableapi.auth.login.LoginResult;
import dev.scalableapi.auth.login.PasswordHasher;
import dev.scalableapi.auth.login.PasswordLogin;
import dev.scalableapi.examples.shop.TestServers;
import dev.scalableapi.examples.shop.database.DatabaseUrl;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** A database of the version before names were prepared. */
@ExtendWith(TestServers.Extension.class)
class PreparedNamesTest {
    private static final String COMPOSED = "jos\u00e9x";
    private static final String DECOMPOSED = "jose\u0301x";

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(PreparedNames.class);

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
        logger.setAdditive(false);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(log);
        logger.setAdditive(true);
    }

    @Test
    void accountsOfTheVersionBeforeKeepTheirNamesAndGetTheirPreparedForms(TestServers servers) throws Exception {
        DatabaseUrl url = servers.database("names_kept");
        createOld(url, "Bertha", "\u5c71\u7530", "Gr\u00eate");
        try (Users users = open(url)) {
            assertThat(users.repository()
                            .findByName("BERTHA")
                            .orElseThrow()
                            .user()
                            .username())
                    .isEqualTo("Bertha");
            assertThat(users.repository().create("gre\u0302te", "x", Set.of(Role.CUSTOMER)))
                    .isEqualTo(new Registration.NameTaken());
        }
        assertThat(rows(url))
                .containsExactly(
                        "1 Bertha bertha",
                        "2 \u5c71\u7530 \u5c71\u7530",
                        "3 Gr\u00eate gr\u00eate",
                        "4 alice alice",
                        "5 admin admin");
        assertThat(log.list).isEmpty();
    }

    @Test
    void accountsWithOnePreparedFormAreReportedAtEachStartAndNotMerged(TestServers servers) throws Exception {
        DatabaseUrl url = servers.database("names_collide");
        createOld(url, DECOMPOSED, "carla", COMPOSED, "\uff43\uff41rla");
        for (int start = 0; start < 2; start++) {
            log.list.clear();
            open(url).close();
            assertThat(messages())
                    .hasSize(3)
                    .startsWith(
                            "The name of account 3 is another spelling of the name of account 1",
                            "The name of account 4 is another spelling of the name of account 2")
                    .last()
                    .asString()
                    .startsWith("2 accounts have no prepared name")
                    .contains("2 have a spelling of another account's name", "0 a name that cannot be registered");
        }
        assertThat(rows(url))
                .containsExactly(
                        "1 " + DECOMPOSED + " " + COMPOSED,
                        "2 carla carla",
                        "3 " + COMPOSED + " null",
                        "4 \uff43\uff41rla null",
                        "5 alice alice",
                        "6 admin admin");
    }

    @Test
    void accountWithANameThatCannotBeRegisteredAnyMoreIsReportedByItsId(TestServers servers) throws Exception {
        DatabaseUrl url = servers.database("names_rejected");
        createOld(url, "alice\u200b", "smile\ud83d\ude00");
        open(url).close();

        assertThat(messages())
                .startsWith(
                        "The name of account 1 could not be registered any more",
                        "The name of account 2 could not be registered any more")
                .allSatisfy(message -> assertThat(message).doesNotContain("alice", "smile"));
        assertThat(rows(url)).contains("1 alice\u200b null", "2 smile\ud83d\ude00 null", "3 alice alice");
    }

    @Test
    void everyAccountOfTheVersionBeforeLogsInWithTheNameThatItHas(TestServers servers) throws Exception {
        DatabaseUrl url = servers.database("names_login");
        PasswordHasher hasher = new PlainHasher();
        createOld(url, COMPOSED, DECOMPOSED, "Smile\ud83d\ude00");
        try (Users users = open(url);
                PasswordLogin<Account> logins = PasswordLogin.builder(
                                hasher, users.repository()::findByName, Account::passwordHash)
                        .usernames(users.repository().usernames())
                        .lookupAsTyped(users.repository()::findUnprepared)
                        .build()) {
            assertThat(login(logins, COMPOSED, "password of 1")).contains(1L);
            assertThat(login(logins, "JOS\u00c9X", "password of 1")).contains(1L);
            assertThat(login(logins, DECOMPOSED, "password of 2")).contains(2L);
            assertThat(login(logins, "smile\ud83d\ude00", "password of 3")).contains(3L);
            assertThat(login(logins, DECOMPOSED, "password of 1")).isEmpty();
            assertThat(login(logins, COMPOSED, "password of 2")).isEmpty();
        }
    }

    @Test
    void accountThatGetsAnotherNameIsNoLongerReported(TestServers servers) throws Exception {
        DatabaseUrl url = servers.database("names_renamed");
        createOld(url, COMPOSED, DECOMPOSED);
        open(url).close();
        execute(url, "UPDATE account SET username = 'Jose.2' WHERE id = 2");
        log.list.clear();
        open(url).close();

        assertThat(log.list).isEmpty();
        assertThat(rows(url)).contains("2 Jose.2 jose.2");
    }

    @Test
    void manyAccountsAreFilledInBatchesAndReportedInAFewLines(TestServers servers) throws Exception {
        DatabaseUrl url = servers.database("names_many");
        createOld(url);
        execute(
                url,
                "INSERT INTO account (username, password_hash, roles)"
                        + " SELECT 'user' || n, 'x', '{customer}' FROM generate_series(1, 2500) AS n");
        execute(
                url,
                "INSERT INTO account (username, password_hash, roles)"
                        + " SELECT 'bad name ' || n, 'x', '{customer}' FROM generate_series(1, 1200) AS n");
        open(url).close();

        assertThat(log.list).hasSize(21);
        assertThat(messages()).last().asString().startsWith("1200 accounts have no prepared name");
        assertThat(rows(url)).filteredOn(row -> row.endsWith(" null")).hasSize(1200);
    }

    @Test
    void preparedFormIsUniqueInTheDatabase(TestServers servers) throws Exception {
        DatabaseUrl url = servers.database("names_unique");
        open(url).close();

        assertThatThrownBy(() -> execute(
                        url,
                        "INSERT INTO account (username, prepared_username, password_hash, roles)"
                                + " VALUES ('other', 'alice', 'x', '{customer}')"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("account_prepared_username");
    }

    private static Users open(DatabaseUrl url) {
        return Users.open(url, "demo", password -> "hash of " + password);
    }

    private static Optional<Long> login(PasswordLogin<Account> logins, String username, String password) {
        LoginResult<Account> result = logins.attempt(username, password, Optional.empty())
                .toCompletableFuture()
                .join();
        return result instanceof LoginResult.Succeeded<Account> succeeded
                ? Optional.of(succeeded.account().user().id())
                : Optional.empty();
    }

    private List<String> messages() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    /** Creates the tables as the first version did, with accounts whose ids count from 1. */
    private static void createOld(DatabaseUrl url, String... usernames) throws Exception {
        try (InputStream script = Objects.requireNonNull(Users.class.getResourceAsStream("/db/user/1.sql"))) {
            execute(url, new String(script.readAllBytes(), StandardCharsets.UTF_8));
        }
        execute(url, "CREATE TABLE schema_version (version integer PRIMARY KEY)");
        execute(url, "INSERT INTO schema_version VALUES (1)");
        try (Connection connection = connect(url);
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO account (username, password_hash, roles) VALUES (?, ?, '{customer}')")) {
            for (int i = 0; i < usernames.length; i++) {
                insert.setString(1, usernames[i]);
                insert.setString(2, "password of " + (i + 1));
                insert.executeUpdate();
            }
        }
    }

    private static List<String> rows(DatabaseUrl url) throws SQLException {
        try (Connection connection = connect(url);
                Statement select = connection.createStatement();
                ResultSet found =
                        select.executeQuery("SELECT id, username, prepared_username FROM account ORDER BY id")) {
            List<String> rows = new ArrayList<>();
            while (found.next()) {
                rows.add(found.getLong(1) + " " + found.getString(2) + " " + found.getString(3));
            }
            return rows;
        }
    }

    private static void execute(DatabaseUrl url, String sql) throws SQLException {
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Connection connect(DatabaseUrl url) throws SQLException {
        return DriverManager.getConnection(
                url.jdbcUrl(), url.user().orElseThrow(), url.password().orElseThrow());
    }

    /** Stores passwords as they are. */
    private static final class PlainHasher implements PasswordHasher {
        @Override
        public String hash(String password) {
            return password;
        }

        @Override
        public boolean verify(String password, String stored) {
            return password.equals(stored);
        }

        @Override
        public boolean needsRehash(String stored) {
            return false;
        }

        @Override
        public String decoy() {
            return "";
        }
    }
}
