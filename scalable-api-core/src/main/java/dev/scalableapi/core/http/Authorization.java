package dev.scalableapi.core.http;

import java.util.Set;

/** What an {@link Authorizer} has decided. */
public sealed interface Authorization {
    /** The caller may. */
    record Granted() implements Authorization {
        static final Granted INSTANCE = new Granted();
    }

    /**
     * The caller may not. Immutable.
     *
     * @param scopes those that the caller's credential would need, all of them, where one that has them would help; empty
     *     where it would not, because the caller itself lacks a role or the like
     */
    record Denied(Set<String> scopes) implements Authorization {
        static final Denied WHATEVER_THE_SCOPES = new Denied(Set.of());

        /**
         * Copies the set.
         *
         * @param scopes that would help
         */
        public Denied {
            scopes = Set.copyOf(scopes);
        }
    }

    /** {@return that the caller may} */
    static Authorization granted() {
        return Granted.INSTANCE;
    }

    /** {@return that the caller may not, with whatever scopes} */
    static Authorization denied() {
        return Denied.WHATEVER_THE_SCOPES;
    }
}
