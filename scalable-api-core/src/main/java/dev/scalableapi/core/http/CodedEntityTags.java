package dev.scalableapi.core.http;

import java.util.List;
import java.util.Optional;

/**
 * Gives each coding of a representation a strong tag of its own, as RFC 9110 section 8.8.3.3 wants, by a suffix:
 * {@code "abc"} sent as gzip is {@code "abc-gzip"}. What a client sends back is freed of the suffix, so that filters and
 * handlers know the plain tag alone. Weak tags are the same for every coding, and get none; but one with a suffix is taken
 * for ours, which a cache on the way has made weak.
 *
 * @param codings whose suffixes there are
 */
record CodedEntityTags(List<String> codings) {
    private static final List<String> CONDITIONS = List.of("If-None-Match", "If-Match");

    static Headers suffixed(Headers headers, String coding) {
        return strong(headers)
                .map(tag -> headers.with("ETag", suffixed(tag, coding).toString()))
                .orElse(headers);
    }

    private static EntityTag suffixed(EntityTag tag, String coding) {
        return EntityTag.strong(tag.opaque() + "-" + coding);
    }

    /**
     * The request with plain tags. A read keeps the suffix of a coding that it does not accept: the client could not use
     * what the tag stands for.
     */
    ApiRequest plain(ApiRequest request, AcceptEncoding accepted) {
        Headers headers = request.headers();
        for (String name : CONDITIONS) {
            Optional<String> field = headers.combined(name);
            if (field.isPresent() && EntityTagList.parse(field.get()) instanceof EntityTagList.Tags tags) {
                EntityTagList.Tags plain = tags.map(tag -> plain(tag, request.method(), accepted));
                headers = plain.equals(tags) ? headers : headers.with(name, plain.toString());
            }
        }
        return headers.equals(request.headers()) ? request : request.withHeaders(headers);
    }

    private EntityTag plain(EntityTag tag, String method, AcceptEncoding accepted) {
        boolean read = method.equals("GET") || method.equals("HEAD");
        return codings.stream()
                .filter(coding -> tag.opaque().endsWith("-" + coding))
                .filter(coding -> !read || accepted.accepts(coding))
                .findFirst()
                .map(coding -> new EntityTag(
                        tag.strength(), tag.opaque().substring(0, tag.opaque().length() - coding.length() - 1)))
                .orElse(tag);
    }

    /** The tags that a client says it holds; empty where it names none. */
    static Optional<EntityTagList.Tags> held(ApiRequest request) {
        return request.headers()
                .combined("If-None-Match")
                .map(EntityTagList::parse)
                .filter(EntityTagList.Tags.class::isInstance)
                .map(EntityTagList.Tags.class::cast);
    }

    /** The fields of a 304 with the tag that the client holds; if it holds several, that of the best coding. */
    Headers restored(Headers headers, EntityTagList.Tags held, AcceptEncoding accepted) {
        Optional<EntityTag> tag = strong(headers);
        return accepted.ranked(codings).stream()
                .filter(coding ->
                        tag.isPresent() && held.tags().stream().anyMatch(suffixed(tag.get(), coding)::matchesWeakly))
                .findFirst()
                .map(coding -> suffixed(headers, coding))
                .orElse(headers);
    }

    private static Optional<EntityTag> strong(Headers headers) {
        return headers.first("ETag")
                .flatMap(EntityTag::parse)
                .filter(tag -> tag.strength() == EntityTag.Strength.STRONG);
    }
}
