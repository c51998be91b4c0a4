/**
 * What operators see of the server: a span, a duration and a log line for each request, by the semantic conventions of
 * OpenTelemetry for HTTP servers (stable since version 1.23).
 */
@NullMarked
package dev.scalableapi.core.telemetry;

import org.jspecify.annotations.NullMarked;
