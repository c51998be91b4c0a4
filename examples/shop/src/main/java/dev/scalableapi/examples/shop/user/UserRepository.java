package dev.scalableapi.examples.shop.user;

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

    UserRepository(Database database) {
        this.database = database;
    }

    /**
     * Makes an account, unless its name is taken. Names that differ in case alone are one name.
     *
     * @param username 1 to {@value #MAX_NAME} characters, not blank
     * @param passwordHash never the password
     * @param roles at least one
     * @return the new account, or that the name is taken
     * @throws IllegalArgumentException if the name can't be one, or there is no role
     */
    public Registration create(String username, String passwordHash, Set<Role> roles) {
        if (!isName(username) || roles.isEmpty()) {
            throw new IllegalArgumentException("An account has a name of 1 to " + MAX_NAME + " characters, and a role");
        }
        return database.query(connection -> insert(connection, username, passwordHash, roles))
                .<Registration>map(Registration.Created::new)
                .orElseGet(Registration.NameTaken::new);
    }

    /** The look before the leap spares an id in most cases; the index decides between those that leap together. */
    private static Optional<User> insert(Connection connection, String username, String passwordHash, Set<Role> roles)
            throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO account (username, password_hash, roles)"
                        + " SELECT name, ?, ? FROM (SELECT CAST(? AS text) AS name) AS wanted"
                        + " WHERE NOT EXISTS (SELECT 1 FROM account WHERE lower(username) = lower(name))"
                        + " ON CONFLICT DO NOTHING RETURNING " + COLUMNS)) {
            insert.setString(1, passwordHash);
            insert.setArray(2, labels(connection, roles));
            insert.setString(3, username);
            return users(insert).stream().findFirst();
        }
    }

    /** Makes an account for demonstration, or gives the one with this name this password and these roles. */
    void put(String username, String passwordHash, Set<Role> roles) {
        int rows = database.query(connection -> {
            try (PreparedStatement upsert =
                    connection.prepareStatement("INSERT INTO account (username, password_hash, roles) VALUES (?, ?, ?)"
                            + " ON CONFLICT (lower(username)) DO UPDATE"
                            + " SET password_hash = excluded.password_hash, roles = excluded.roles")) {
                upsert.setString(1, username);
                upsert.setString(2, passwordHash);
                upsert.setArray(3, labels(connection, roles));
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
     * {@return the account with this name, whatever the case}
     *
     * @param username anything that a client sends
     */
    public Optional<Account> findByName(String username) {
        return isName(username) ? database.query(connection -> find(connection, username)) : Optional.empty();
    }

    private static Optional<Account> find(Connection connection, String username) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT " + COLUMNS + ", password_hash FROM account WHERE lower(username) = lower(?)")) {
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
