/** The user service below HTTP: accounts, roles and the scopes that these give. */
@NullMarked
package dev.scalableapi.examples.shop.user;

import org.jspecify.annotations.NullMarked;
