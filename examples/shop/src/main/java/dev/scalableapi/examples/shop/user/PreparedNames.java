package dev.scalableapi.examples.shop.user;

import dev.scalableapi.auth.login.UsernameProfile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives accounts from before names were prepared their prepared form. Of several accounts with the same form, the oldest
 * gets it. The others keep their name, log in with that spelling as before, and are reported at each start; so are accounts
 * whose name the profile rejects. No account is merged, renamed or removed. The log contains ids only, because a name may be
 * an address.
 */
final class PreparedNames {
    private static final Logger LOG = LoggerFactory.getLogger(PreparedNames.class);
    private static final int BATCH = 1_000;

    /** How many accounts of each kind are named in the log. */
    private static final int MAX_NAMED = 20;

    private final Connection connection;
    private final UsernameProfile profile;
    private final List<Collision> collisions = new ArrayList<>();
    private final List<Long> rejected = new ArrayList<>();

    private PreparedNames(Connection connection, UsernameProfile profile) {
        this.connection = connection;
        this.profile = profile;
    }

    /** Must run within a transaction; other instances wait for its end with their writes if there is anything to do. */
    static Integer fill(Connection connection, UsernameProfile profile) throws SQLException {
        PreparedNames names = new PreparedNames(connection, profile);
        if (names.next(0).isEmpty()) {
            return 0;
        }
        try (Statement lock = connection.createStatement()) {
            lock.execute("LOCK TABLE account IN SHARE ROW EXCLUSIVE MODE");
        }
        names.fillAll();
        names.report();
        return names.collisions.size() + names.rejected.size();
    }

    private void fillAll() throws SQLException {
        for (List<Row> rows = next(0); !rows.isEmpty(); rows = next(rows.get(rows.size() - 1).id)) {
            for (Row row : rows) {
                Optional<String> prepared = profile.prepare(row.username);
                if (prepared.isEmpty()) {
                    rejected.add(row.id);
                } else if (!isStored(row.id, prepared.get())) {
                    collisions.add(new Collision(row.id, owner(prepared.get())));
                }
            }
        }
    }

    /** The accounts after an id, the oldest first. */
    private List<Row> next(long id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT id, username FROM account"
                + " WHERE prepared_username IS NULL AND id > ? ORDER BY id LIMIT " + BATCH)) {
            select.setLong(1, id);
            try (ResultSet found = select.executeQuery()) {
                List<Row> rows = new ArrayList<>();
                while (found.next()) {
                    rows.add(new Row(found.getLong(1), found.getString(2)));
                }
                return rows;
            }
        }
    }

    private boolean isStored(long id, String prepared) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE account SET prepared_username = ?"
                + " WHERE id = ? AND NOT EXISTS (SELECT 1 FROM account WHERE prepared_username = ?)")) {
            update.setString(1, prepared);
            update.setLong(2, id);
            update.setString(3, prepared);
            return update.executeUpdate() == 1;
        }
    }

    private long owner(String prepared) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT id FROM account WHERE prepared_username = ?")) {
            select.setString(1, prepared);
            try (ResultSet found = select.executeQuery()) {
                found.next();
                return found.getLong(1);
            }
        }
    }

    private void report() {
        collisions.stream()
                .limit(MAX_NAMED)
                .forEach(collision -> LOG.warn(
                        "The name of account {} is another spelling of the name of account {}",
                        collision.id,
                        collision.owner));
        rejected.stream()
                .limit(MAX_NAMED)
                .forEach(id -> LOG.warn("The name of account {} could not be registered any more", id));
        if (!collisions.isEmpty() || !rejected.isEmpty()) {
            LOG.warn(
                    "{} accounts have no prepared name and log in with the exact name that they have: {} have a spelling of"
                            + " another account's name, {} a name that cannot be registered any more. Find them with SELECT"
                            + " id FROM account WHERE prepared_username IS NULL; give them other names to end this",
                    collisions.size() + rejected.size(),
                    collisions.size(),
                    rejected.size());
        }
    }

    private record Row(long id, String username) {}

    /** An account, and the older one that has its prepared name. */
    private record Collision(long id, long owner) {}
}
