package dev.scalableapi.cache;

import dev.scalableapi.core.http.ApiRequest;
import java.util.Collection;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A route whose answers to GET a {@link ResponseCacheFilter} stores, and on what they depend. Immutable; each method
 * returns a changed copy.
 *
 * <p>Unless more is said, they depend on the path's parameters and on the caller, all of it: id, tenant, application,
 * roles, permissions and scopes. Nothing is then stored for a request without a caller. A request with a query parameter
 * that was not named here goes to the handler, and its answer is not stored: an unknown parameter can neither get a wrong
 * answer nor fill the cache.
 */
public final class CachedRoute {
    private final String template;
    private final Set<String> parameters;
    private final Set<String> varying;
    private final Function<? super ApiRequest, ? extends Collection<String>> tags;

    private CachedRoute(
            String template,
            Set<String> parameters,
            Set<String> varying,
            Function<? super ApiRequest, ? extends Collection<String>> tags) {
        this.template = template;
        this.parameters = Set.copyOf(parameters);
        this.varying = Set.copyOf(varying);
        this.tags = tags;
    }

    /**
     * {@return a route whose answers depend on the path and on the caller}
     *
     * @param template as the table of routes has it, such as {@code /products/{id}}
     * @throws IllegalArgumentException if it does not begin with a slash
     */
    public static CachedRoute of(String template) {
        if (!template.startsWith("/")) {
            throw new IllegalArgumentException("A route's template must begin with a slash: " + template);
        }
        return new CachedRoute(template, Set.of(), Set.of(Vary.CALLER), request -> Set.of());
    }

    /**
     * {@return this route, whose answers depend on these query parameters too} The order in which names come does not
     * count; that of several values of one name does.
     *
     * @param names as they are decoded; in place of those named before
     */
    public CachedRoute parameters(String... names) {
        return new CachedRoute(template, Set.of(names), varying, tags);
    }

    /**
     * {@return this route, whose answers are the same for all who may call it} An answer with
     * {@code Cache-Control: private} is still stored for its caller alone, and so is one to a request with
     * {@code Authorization}, unless it says {@code public}, {@code s-maxage} or {@code must-revalidate} (RFC 9111
     * section 3.5).
     */
    public CachedRoute shared() {
        Set<String> fields = new TreeSet<>(varying);
        fields.remove(Vary.CALLER);
        return new CachedRoute(template, parameters, fields, tags);
    }

    /**
     * {@return this route, whose answers depend on these fields of the request too} A {@code Vary} of the answer is
     * followed without this, at the price of one more load, and of one more look for each request.
     *
     * @param fields names in any case; 8 at the most
     * @throws IllegalArgumentException if there are more, or one is {@code *}
     */
    public CachedRoute vary(String... fields) {
        Set<String> names = new TreeSet<>(varying);
        for (String field : fields) {
            names.add(field.toLowerCase(Locale.ROOT));
        }
        if (names.size() > Vary.MOST_NAMES + 1 || names.contains("*")) {
            throw new IllegalArgumentException("Answers can vary with 8 fields at the most, each of them named");
        }
        return new CachedRoute(template, parameters, names, tags);
    }

    /**
     * {@return this route, whose answers are stored under these tags}, for {@link ResponseCacheFilter#invalidateTag}; a
     * handler can add others with {@link ResponseCacheFilter#tag}.
     *
     * @param tags of the answer to a request; 1 to 200 characters each, none of them a control character
     */
    public CachedRoute tags(Function<? super ApiRequest, ? extends Collection<String>> tags) {
        return new CachedRoute(template, parameters, varying, Objects.requireNonNull(tags));
    }

    /** {@return the template} */
    public String template() {
        return template;
    }

    Set<String> parameters() {
        return parameters;
    }

    /** The fields on which answers depend from the outset, and {@link Vary#CALLER}. */
    Set<String> varying() {
        return varying;
    }

    Collection<String> tagsOf(ApiRequest request) {
        return tags.apply(request);
    }

    /** {@return the template} */
    @Override
    public String toString() {
        return "CachedRoute[" + template + "]";
    }
}
