/** Stores in a PostgreSQL database, which take part in the transactions of the data beside them. */
@NullMarked
package dev.scalableapi.messaging.jdbc;

import org.jspecify.annotations.NullMarked;
