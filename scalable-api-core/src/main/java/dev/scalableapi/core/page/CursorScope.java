package dev.scalableapi.core.page;

import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.Caller;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What a cursor is good for: with any part of it changed, the cursor is refused. Immutable.
 *
 * @param route which list, such as the request's path
 * @param sort its order
 * @param filters which of its rows
 * @param tenant whose data it is, where there are several tenants
 * @param principal for whom it was made; empty for a list that is the same for all
 */
public record CursorScope(
        String route, String sort, String filters, Optional<String> tenant, Optional<String> principal) {
    private static final int ABSENT = -1;

    /**
     * {@return the list, for nobody else}
     *
     * @param request its path names the list, its caller the tenant and the principal
     * @param sort its order, down to the columns: a cursor from before a column was changed is refused
     * @param filters which of its rows
     */
    public static CursorScope of(ApiRequest request, Sort<?> sort, Filters filters) {
        Optional<Caller> caller = request.caller();
        return new CursorScope(
                request.path(),
                sort.signature(),
                filters.canonical(),
                caller.flatMap(Caller::tenant),
                caller.map(Caller::id));
    }

    /** Each part after its length, so that no two scopes have the same bytes. */
    byte[] bytes() {
        List<Optional<byte[]>> parts = List.of(
                utf8(Optional.of(route)),
                utf8(Optional.of(sort)),
                utf8(Optional.of(filters)),
                utf8(tenant),
                utf8(principal));
        int length = 0;
        for (Optional<byte[]> part : parts) {
            length += Integer.BYTES + part.map(bytes -> bytes.length).orElse(0);
        }
        ByteBuffer buffer = ByteBuffer.allocate(length);
        for (Optional<byte[]> part : parts) {
            buffer.putInt(part.map(bytes -> bytes.length).orElse(ABSENT));
            part.ifPresent(buffer::put);
        }
        return buffer.array();
    }

    private static Optional<byte[]> utf8(Optional<String> text) {
        return text.map(present -> present.getBytes(StandardCharsets.UTF_8));
    }

    /** {@return the class alone: paths, filters and principals can be secrets} */
    @Override
    public String toString() {
        return "CursorScope";
    }
}
