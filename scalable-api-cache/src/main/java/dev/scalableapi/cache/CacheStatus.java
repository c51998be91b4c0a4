package dev.scalableapi.cache;

import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.structured.BareItem;
import dev.scalableapi.core.structured.Item;
import dev.scalableapi.core.structured.StructuredFields;
import java.util.LinkedHashMap;
import java.util.Map;

/** One member of the {@code Cache-Status} field (RFC 9211): what a cache did with a request. Immutable. */
final class CacheStatus {
    private final Item member;

    private CacheStatus(Item member) {
        this.member = member;
    }

    /** Of a cache whose name is printable ASCII. */
    static CacheStatus of(String name) {
        return new CacheStatus(Item.of(BareItem.tokenOrString(name)));
    }

    /** The cache had what it answered with. */
    CacheStatus hit() {
        return with("hit", BareItem.of(true));
    }

    /** The handler was asked, and why. */
    CacheStatus forwarded(Forward reason) {
        return with("fwd", new BareItem.Token(reason.token));
    }

    /** The status of the handler's answer, where another was sent. */
    CacheStatus forwardStatus(int status) {
        return with("fwd-status", BareItem.of(status));
    }

    /** The handler's answer is kept. */
    CacheStatus stored() {
        return with("stored", BareItem.of(true));
    }

    /** Another request's answer served this one too. */
    CacheStatus collapsed() {
        return with("collapsed", BareItem.of(true));
    }

    /** For how many seconds the answer is still fresh; negative if it is stale. */
    CacheStatus ttl(long seconds) {
        return with("ttl", BareItem.of(seconds));
    }

    /** By what it is stored. */
    CacheStatus key(String key) {
        return with("key", new BareItem.Text(key));
    }

    private CacheStatus with(String parameter, BareItem value) {
        Map<String, BareItem> parameters = new LinkedHashMap<>(member.parameters());
        parameters.put(parameter, value);
        return new CacheStatus(new Item(member.value(), parameters));
    }

    /** The response with this member behind those of the caches before. */
    ApiResponse on(ApiResponse response) {
        String before = response.headers()
                .combined("Cache-Status")
                .map(others -> others + ", ")
                .orElse("");
        return response.withHeader("Cache-Status", before + this);
    }

    @Override
    public String toString() {
        return StructuredFields.serializeItem(member);
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
