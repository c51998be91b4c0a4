package dev.scalableapi.cache;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.core.http.QueryParameters;
import dev.scalableapi.core.http.RouteMatch;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * By what a stored response is found: which resource it stands for, and which variant of that. Both are made of decoded
 * values, so that one thing that is spelled in two ways has one key.
 *
 * @param resource template, path parameters, query and caller
 * @param variant scheme, authority and the fields that count
 */
record ResponseKey(String resource, String variant) {
    /** Of a resource and of a variant; what a request may make them long with is the client's choice. */
    private static final int LONGEST = 2_048;

    /**
     * The key of a request.
     *
     * @param names of the fields that count, and {@link Vary#CALLER} if the caller does
     * @return empty if there is none: the request has content, a parameter is not one of the route's, there is no caller,
     * or a value is too long
     */
    static Optional<ResponseKey> of(CachedRoute route, ApiRequest request, Set<String> names) {
        KeyText resource = resource(request);
        if (request.body().length() != 0
                || !query(route, request, resource)
                || (names.contains(Vary.CALLER) && !caller(request, resource))) {
            return Optional.empty();
        }
        KeyText variant = new KeyText().text(request.scheme()).text(request.authority());
        if (!fields(request, names, variant)) {
            return Optional.empty();
        }
        ResponseKey key = new ResponseKey(resource.toString(), variant.toString());
        boolean tooLong = key.resource.length() > LONGEST || key.variant.length() > LONGEST;
        return tooLong ? Optional.empty() : Optional.of(key);
    }

    /** The tag of all that is stored for a request's path, whatever its query. */
    static String pathTag(ApiRequest request) {
        return "path:" + KeyText.hash(resource(request).toString());
    }

    private static KeyText resource(ApiRequest request) {
        RouteMatch route = request.route().orElseThrow();
        KeyText text = new KeyText().text(route.template());
        text.count(route.parameters().size());
        new TreeMap<>(route.parameters())
                .forEach((name, value) -> text.text(name).text(value));
        return text;
    }

    private static boolean query(CachedRoute route, ApiRequest request, KeyText text) {
        QueryParameters query = parsed(request);
        if (query == null || !route.parameters().containsAll(query.names())) {
            return false;
        }
        text.count(query.names().size());
        for (String name : new TreeSet<>(query.names())) {
            text.text(name).all(query.all(name));
        }
        return true;
    }

    /** Null if it is malformed, which the handler may see otherwise. */
    private static @Nullable QueryParameters parsed(ApiRequest request) {
        try {
            return request.query();
        } catch (ApiException malformed) {
            return null;
        }
    }

    /** All that a handler may look at, not the id alone: the same user may call with less power. */
    private static boolean caller(ApiRequest request, KeyText text) {
        Optional<Caller> caller = request.caller();
        caller.ifPresent(who -> text.text(KeyText.hash(new KeyText()
                .maybe(who.tenant())
                .text(who.id())
                .maybe(who.client())
                .set(who.roles())
                .set(who.permissions())
                .set(who.scopes())
                .toString())));
        return caller.isPresent();
    }

    private static boolean fields(ApiRequest request, Set<String> names, KeyText text) {
        List<String> fields = names.stream()
                .filter(name -> !name.equals(Vary.CALLER))
                .sorted()
                .collect(Collectors.toList());
        text.count(fields.size());
        for (String name : fields) {
            Vary.Value value = Vary.value(request.headers(), name);
            if (!value.usable()) {
                return false;
            }
            text.text(name).maybe(value.text());
        }
        return true;
    }

    /** The near level's key. */
    String text() {
        return resource + '/' + variant;
    }

    /** A fixed text: keys hold what clients have sent, which may be secret. */
    @Override
    public String toString() {
        return "ResponseKey";
    }
}
