/**
 * The seam that everything stands on: a server is a function from {@link dev.scalableapi.core.http.ApiRequest} to a
 * stage of {@link dev.scalableapi.core.http.ApiResponse}, filters surround it, and an adapter connects it to a server.
 *
 * <p>Values are immutable and may be shared between threads; {@link dev.scalableapi.core.http.Exchange} is the only
 * mutable carrier. Nothing is null unless marked so.
 */
@NullMarked
package dev.scalableapi.core.http;

import org.jspecify.annotations.NullMarked;
