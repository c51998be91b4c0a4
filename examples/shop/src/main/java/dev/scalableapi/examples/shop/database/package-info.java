/** What every service of the shop asks of its database: a pool, a schema, clear failures. */
@NullMarked
package dev.scalableapi.examples.shop.database;

import org.jspecify.annotations.NullMarked;
