/**
 * Stateless authentication: {@link dev.scalableapi.auth.TokenIssuer} signs JWT access tokens in the shape of RFC 9068,
 * {@link dev.scalableapi.auth.AccessTokenVerifier} checks them, and two filters turn a request's bearer token into a
 * {@link dev.scalableapi.core.http.Caller} and hold it against what the route asks.
 *
 * <p>No message, {@code toString} or exception of this package holds a token, a password or a private key. Nothing is
 * null unless marked so.
 */
@NullMarked
package dev.scalableapi.auth;

import org.jspecify.annotations.NullMarked;
