package dev.scalableapi.core.http;

/** The places of a pipeline, outermost first. Filters of one stage keep the order in which they were added. */
public enum Stage {
    /** Corrects scheme, authority and peer from what trusted proxies say. */
    FORWARDED,
    /** Finds the route, so that telemetry can name it; an unknown path or method is refused at {@link #REFUSAL}. */
    ROUTING,
    /** Span, duration metric and request log. */
    TELEMETRY,
    /** CORS and security headers. */
    CORS,
    /** Renders what the stages below throw. */
    ERRORS,
    /** Content coding of responses. */
    COMPRESSION,
    /** 304 for safe methods. */
    CONDITIONAL,
    /** Size of target, headers and body; the deadline. */
    LIMITS,
    /** Rate limit by address. */
    ADDRESS_RATE_LIMIT,
    /** Load shedding. */
    SHEDDING,
    /** Answers 404 and 405, before any credential is looked at. */
    REFUSAL,
    /** Token to {@link Caller}. */
    AUTHENTICATION,
    /** The route's scopes. */
    AUTHORIZATION,
    /** Rate limit by caller. */
    PRINCIPAL_RATE_LIMIT,
    /** Replay of an earlier answer to the same key. */
    IDEMPOTENCY,
    /** Cached responses. */
    RESPONSE_CACHE,
    /** Renders what the handler throws, so that the two stages above see a response. */
    HANDLER_ERRORS,
    /** The application's own filters. */
    APPLICATION
}
