package dev.scalableapi.core.page;

import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.Caller;
import java.nio.ByteBuffer;
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
     * {@return the scope of a list without filters}
     *
     * @param request its path names the list, its caller the tenant and the principal
     * @param sort the order of the list, with its columns: a cursor from before a column was changed is rejected
     */
    public static CursorScope of(ApiRequest request, Sort<?> sort) {
        return of(request, sort, Filters.none());
    }

    /**
     * {@return the scope of a list}
     *
     * @param request its path names the list, its caller the tenant and the principal
     * @param sort the order of the list, with its columns: a cursor from before a column was changed is rejected
     * @param filters which rows the list has
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

    /**
     * Each part after its length, so that no two scopes have the same bytes. An encoding would make one of all halves of
     * surrogate pairs, which an identity provider's JSON can have in a name: so it is the characters as they are.
     */
    byte[] bytes() {
        List<Optional<String>> parts =
                List.of(Optional.of(route), Optional.of(sort), Optional.of(filters), tenant, principal);
        int length = 0;
        for (Optional<String> part : parts) {
            length += Integer.BYTES + part.map(String::length).orElse(0) * Character.BYTES;
        }
        ByteBuffer buffer = ByteBuffer.allocate(length);
        for (Optional<String> part : parts) {
            buffer.putInt(part.map(String::length).orElse(ABSENT));
            part.ifPresent(text -> put(text, buffer));
        }
        return buffer.array();
    }

    private static void put(String text, ByteBuffer buffer) {
        for (int i = 0; i < text.length(); i++) {
            buffer.putChar(text.charAt(i));
        }
    }

    /** {@return the class alone: paths, filters and principals can be secrets} */
    @Override
    public String toString() {
        return "CursorScope";
    }
}
