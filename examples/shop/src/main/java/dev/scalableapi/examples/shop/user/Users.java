package dev.scalableapi.examples.shop.user;

import dev.scalableapi.examples.shop.database.Database;
import dev.scalableapi.examples.shop.database.DatabaseException;
import dev.scalableapi.examples.shop.database.DatabaseUrl;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;

/** The user service below HTTP: its database with the accounts for demonstration, and what reads it. Thread-safe. */
public final class Users implements AutoCloseable {
    private final Database database;
    private final UserRepository repository;

    private Users(Database database) {
        this.database = database;
        repository = new UserRepository(database, UserRepository.profile());
    }

    /**
     * Opens the accounts. Those from before names were prepared get their prepared form, if they can have one of their own;
     * the ids of the others are logged. {@code alice}, a customer, and {@code admin} are made if they are not there, and given the
     * password in any case, as it may be a new one at each start.
     *
     * @param url of its database
     * @param demoPassword of both
     * @param hasher makes a password's hash; called once for each
     * @return the accounts, to be closed by the caller
     * @throws DatabaseException if the database can't be reached
     */
    public static Users open(DatabaseUrl url, String demoPassword, Function<String, String> hasher) {
        Users users = new Users(Database.open("user", url));
        try {
            UserRepository repository = users.repository();
            users.database.slowTransaction(connection -> PreparedNames.fill(connection, repository.usernames()));
            repository.put("alice", hasher.apply(demoPassword), Set.of(Role.CUSTOMER));
            repository.put("admin", hasher.apply(demoPassword), Set.of(Role.ADMIN));
            return users;
        } catch (RuntimeException e) {
            users.close();
            throw e;
        }
    }

    /** {@return what reads and makes accounts} */
    public UserRepository repository() {
        return repository;
    }

    /** {@return whether its database answers, for the readiness probe; blocks} */
    public boolean isReady() {
        return database.answers(Duration.ofSeconds(1));
    }

    /** Closes the connections. */
    @Override
    public void close() {
        database.close();
    }
}
