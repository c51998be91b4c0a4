package dev.scalableapi.examples.shop.user;

import dev.scalableapi.auth.login.UsernameProfile;
import dev.scalableapi.examples.shop.database.Database;
import dev.scalableapi.examples.shop.database.DatabaseException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The accounts in the user service's database. Every method blocks on it, and throws a {@link DatabaseException} if it
 * fails. Thread-safe.
 */
public final class UserRepository {
    /** How long a name may be, in characters. */
    public static final int MAX_NAME = 64;

    private static final String COLUMNS = "id, username, roles, created_at";

    private final Database database;
    private final UsernameProfile usernames;

    UserRepository(Database database, UsernameProfile usernames) {
        this.database = database;
        this.usernames = usernames;
    }

    /** {@return the profile that prepares the names of accounts: PRECIS, with at most {@value #MAX_NAME} characters} */
    public UsernameProfile usernames() {
        return usernames;
    }

    static UsernameProfile profile() {
        UsernameProfile precis = UsernameProfile.precis();
        return username -> precis.prepare(username).filter(UserRepository::isName);
    }

    /**
     * Creates an account with the prepared form of a name, unless another account has it.
     *
     * @param username any spelling that {@link #usernames} accepts
     * @param passwordHash never the password
     * @param roles at least one
     * @return the new account, or that the name is taken
     * @throws IllegalArgumentException if the profile rejects the name, or there is no role
     */
    public Registration create(String username, String passwordHash, Set<Role> roles) {
        Optional<String> prepared = usernames.prepare(username);
        if (prepared.isEmpty() || roles.isEmpty()) {
            throw new IllegalArgumentException("An account has a name that the profile accepts, and a role");
        }
        return database.query(connection -> insert(connection, prepared.get(), passwordHash, roles))
                .<Registration>map(Registration.Created::new)
                .orElseGet(Registration.NameTaken::new);
    }

    /** The look before the leap spares an id in most cases; the index decides between those that leap together. */
    private static Optional<User> insert(Connection connection, String prepared, String passwordHash, Set<Role> roles)
            throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO account (username, prepared_username, password_hash, roles)"
                        + " SELECT name, name, ?, ? FROM (SELECT CAST(? AS text) AS name) AS wanted"
                        + " WHERE NOT EXISTS (SELECT 1 FROM account WHERE prepared_username = name)"
                        + " ON CONFLICT DO NOTHING RETURNING " + COLUMNS)) {
            insert.setString(1, passwordHash);
            insert.setArray(2, labels(connection, roles));
            insert.setString(3, prepared);
            return users(insert).stream().findFirst();
        }
    }

    /** Creates an account for demonstration, or gives the one with this prepared name this password and these roles. */
    void put(String prepared, String passwordHash, Set<Role> roles) {
        int rows = database.query(connection -> {
            try (PreparedStatement upsert = connection.prepareStatement(
                    "INSERT INTO account (username, prepared_username, password_hash, roles) VALUES (?, ?, ?, ?)"
                            + " ON CONFLICT (prepared_username) DO UPDATE"
                            + " SET password_hash = excluded.password_hash, roles = excluded.roles")) {
                upsert.setString(1, prepared);
                upsert.setString(2, prepared);
                upsert.setString(3, passwordHash);
                upsert.setArray(4, labels(connection, roles));
                return upsert.executeUpdate();
            }
        });
        if (rows != 1) {
            throw new IllegalStateException("An account for demonstration was not made");
        }
    }

    /**
     * Gives an account a new hash of the password that it has, unless it was given another password meanwhile.
     *
     * @param id whose
     * @param from the hash that the account was found with
     * @param to the new hash
     * @return whether the account still had the old hash
     */
    public boolean updatePasswordHash(long id, String from, String to) {
        return database.query(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE account SET password_hash = ? WHERE id = ? AND password_hash = ?")) {
                update.setString(1, to);
                update.setLong(2, id);
                update.setString(3, from);
                return update.executeUpdate() == 1;
            }
        });
    }

    /**
     * {@return the account with this name}
     *
     * @param username any text; spellings with the same prepared form are one name
     */
    public Optional<Account> findByName(String username) {
        return usernames.prepare(username).flatMap(name -> find("prepared_username = ?", name));
    }

    /**
     * {@return the account without a prepared form that has this name: one from before names were prepared, whose name
     * cannot be registered any more or has the prepared form of another account}
     *
     * @param username any text, compared as it was before: in the database, whatever the case
     */
    public Optional<Account> findUnprepared(String username) {
        return isName(username)
                ? find("prepared_username IS NULL AND lower(username) = lower(?)", username)
                : Optional.empty();
    }

    private Optional<Account> find(String condition, String username) {
        return database.query(connection -> find(connection, condition, username));
    }

    private static Optional<Account> find(Connection connection, String condition, String username)
            throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT " + COLUMNS + ", password_hash FROM account WHERE " + condition)) {
            select.setString(1, username);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next()
                        ? Optional.of(new Account(user(rows), rows.getString("password_hash")))
                        : Optional.empty();
            }
        }
    }

    /**
     * {@return the user with this id}
     *
     * @param id any number
     */
    public Optional<User> find(long id) {
        return database.query(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT " + COLUMNS + " FROM account WHERE id = ?")) {
                select.setLong(1, id);
                return users(select).stream().findFirst();
            }
        });
    }

    /**
     * {@return some users, in the order of their ids}
     *
     * @param offset how many to leave out before, not negative
     * @param limit how many to return, at the most
     */
    public List<User> page(long offset, int limit) {
        return database.query(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT " + COLUMNS + " FROM account ORDER BY id LIMIT ? OFFSET ?")) {
                select.setInt(1, limit);
                select.setLong(2, offset);
                return users(select);
            }
        });
    }

    /** {@return how many users there are, exactly; counts them each time} */
    public long count() {
        return database.query(connection -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT count(*) FROM account");
                    ResultSet rows = select.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        });
    }

    private static boolean isName(String username) {
        return !username.isBlank()
                && username.codePointCount(0, username.length()) <= MAX_NAME
                && Database.canHold(username);
    }

    private static Array labels(Connection connection, Set<Role> roles) throws SQLException {
        return connection.createArrayOf(
                "text", roles.stream().map(Role::label).sorted().toArray());
    }

    private static List<User> users(PreparedStatement select) throws SQLException {
        try (ResultSet rows = select.executeQuery()) {
            List<User> users = new ArrayList<>();
            while (rows.next()) {
                users.add(user(rows));
            }
            return List.copyOf(users);
        }
    }

    private static User user(ResultSet row) throws SQLException {
        String[] labels = (String[]) row.getArray("roles").getArray();
        return new User(
                row.getLong("id"),
                row.getString("username"),
                Arrays.stream(labels).map(Role::of).collect(Collectors.toUnmodifiableSet()),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
