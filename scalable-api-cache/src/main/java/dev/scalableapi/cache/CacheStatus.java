package dev.scalableapi.cache;

import dev.scalableapi.core.http.ApiResponse;

/**
 * One member of the {@code Cache-Status} field (RFC 9211): what a cache did with a request. It is written as RFC 9651 says:
 * the cache's name as a token if it is one, else as a string. Immutable.
 */
final class CacheStatus {
    private static final String TOKEN_PUNCTUATION = ":/!#$%&'*+-.^_`|~";

    private final String member;

    private CacheStatus(String member) {
        this.member = member;
    }

    /** Of a cache whose name is printable ASCII. */
    static CacheStatus of(String name) {
        return new CacheStatus(isToken(name) ? name : quoted(name));
    }

    /** The cache had what it answered with. */
    CacheStatus hit() {
        return with("hit");
    }

    /** The handler was asked, and why. */
    CacheStatus forwarded(Forward reason) {
        return with("fwd=" + reason.token);
    }

    /** The status of the handler's answer, where another was sent. */
    CacheStatus forwardStatus(int status) {
        return with("fwd-status=" + status);
    }

    /** The handler's answer is kept. */
    CacheStatus stored() {
        return with("stored");
    }

    /** Another request's answer served this one too. */
    CacheStatus collapsed() {
        return with("collapsed");
    }

    /** For how many seconds the answer is still fresh; negative if it is stale. */
    CacheStatus ttl(long seconds) {
        return with("ttl=" + seconds);
    }

    /** By what it is stored. */
    CacheStatus key(String key) {
        return with("key=" + quoted(key));
    }

    private CacheStatus with(String parameter) {
        return new CacheStatus(member + "; " + parameter);
    }

    /** The response with this member behind those of the caches before. */
    ApiResponse on(ApiResponse response) {
        String before = response.headers()
                .combined("Cache-Status")
                .map(others -> others + ", ")
                .orElse("");
        return response.withHeader("Cache-Status", before + member);
    }

    private static boolean isToken(String name) {
        return !name.isEmpty()
                && (isLetter(name.charAt(0)) || name.charAt(0) == '*')
                && name.chars().allMatch(CacheStatus::isTokenCharacter);
    }

    private static boolean isTokenCharacter(int c) {
        return isLetter(c) || (c >= '0' && c <= '9') || TOKEN_PUNCTUATION.indexOf(c) >= 0;
    }

    private static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    @Override
    public String toString() {
        return member;
    }

    /** Why the handler was asked. */
    enum Forward {
        /** The cache is not to handle such a request. */
        BYPASS("bypass"),
        /** The client wanted it. */
        REQUEST("request"),
        /** Nothing is stored for this resource. */
        URI_MISS("uri-miss"),
        /** Only other variants are stored. */
        VARY_MISS("vary-miss"),
        /** What is stored is of no use. */
        MISS("miss"),
        /** What is stored is past its time. */
        STALE("stale");

        private final String token;

        Forward(String token) {
            this.token = token;
        }
    }
}
