package dev.scalableapi.core.http;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Compresses responses as the client accepts it ({@link AcceptEncoding}). Text, JSON, XML, JavaScript and SVG are
 * compressed from a minimum size on; a stream item by item, so that each arrives at once. Thread-safe.
 *
 * <p>Left as they are: responses with a {@code Content-Encoding}, a digest or a range, and those with
 * {@code Cache-Control: no-transform}, as {@link ApiResponse#secret} sets it. A strong {@code ETag} gets the coding as a
 * suffix ({@code "abc-gzip"}), which {@code If-Match} and {@code If-None-Match} lose again before anything inside sees
 * them; so an application's own tags must not end in a dash and the name of a coding. {@code Vary} names
 * {@code Accept-Encoding} wherever the client's choice counts, on a 206 and a 304 too.
 *
 * <p>A client that refuses every coding there is, identity among them, is told so by 406 {@code NOT_ACCEPTABLE} before the
 * handler is asked: RFC 9110 section 12.5.3 wants content without a coding only where identity is not refused, and a
 * handler that has acted must not be answered for by an error. A client that refuses identity alone still gets without a
 * coding what can't be compressed.
 */
public final class CompressionFilter implements ApiFilter {
    private static final int DEFAULT_MINIMUM = 1024;
    private static final Set<Integer> WITHOUT_CONTENT = Set.of(204, 205);
    private static final List<String> BARS =
            List.of("Content-Encoding", "Content-Digest", "Repr-Digest", "Digest", "Content-MD5");
    private static final Set<String> COMPRESSIBLE = Set.of(
            "application/xml",
            "application/javascript",
            "application/x-ndjson",
            "application/graphql-response",
            "application/wasm");

    private final List<ContentCoding> codings;
    private final List<String> offers;
    private final CodedEntityTags tags;
    private final int minimumBytes;
    private final boolean identityAlways;

    private CompressionFilter(Builder builder) {
        codings = builder.codings;
        minimumBytes = builder.minimumBytes;
        identityAlways = builder.identityAlways;
        List<String> names = new ArrayList<>();
        codings.forEach(coding -> names.add(coding.name()));
        tags = new CodedEntityTags(List.copyOf(names));
        names.add(AcceptEncoding.IDENTITY);
        offers = List.copyOf(names);
    }

    /** {@return the filter with all codings that are available, from 1,024 bytes on} */
    public static CompressionFilter create() {
        return builder().build();
    }

    /** {@return a builder with all codings that are available, from 1,024 bytes on} */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Stage stage() {
        return Stage.COMPRESSION;
    }

    @Override
    public CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next) {
        AcceptEncoding accepted = AcceptEncoding.parse(request.headers().combined("Accept-Encoding"));
        if (!identityAlways && accepted.best(offers).isEmpty()) {
            String message = "The request refuses every content coding there is.";
            Violation violation = Violation.header("Accept-Encoding", message).withKey("coding.unacceptable");
            throw ApiException.of(406, "NOT_ACCEPTABLE", violation).withHeader("Vary", "Accept-Encoding");
        }
        return next.handle(tags.plain(request, accepted)).thenApply(response -> coded(request, accepted, response));
    }

    private ApiResponse coded(ApiRequest request, AcceptEncoding accepted, ApiResponse response) {
        if (response.status() == 304) {
            return notModified(request, accepted, response);
        }
        if (!isCompressible(response)) {
            return response;
        }
        ApiResponse varied = response.varyingBy("Accept-Encoding");
        ContentCoding coding = choice(accepted, response);
        return coding == null ? varied : coded(varied, coding, request.method());
    }

    /** With the tag and the {@code Vary} that the 200 would have had; where that is not known, it may have had both. */
    private ApiResponse notModified(ApiRequest request, AcceptEncoding accepted, ApiResponse response) {
        Optional<ApiResponse> whole = request.exchange().get(ConditionalFilter.UNMODIFIED);
        if (whole.isPresent() && !isCompressible(whole.get())) {
            return response;
        }
        ContentCoding coding = whole.isPresent() ? choice(accepted, whole.get()) : null;
        Headers headers = CodedEntityTags.held(request)
                .map(held -> tags.restored(response.headers(), held, accepted))
                .orElseGet(() -> suffixed(response.headers(), coding));
        return response.withHeaders(headers).varyingBy("Accept-Encoding");
    }

    private static Headers suffixed(Headers headers, @Nullable ContentCoding coding) {
        return coding == null ? headers : CodedEntityTags.suffixed(headers, coding.name());
    }

    private static boolean isCompressible(ApiResponse response) {
        Headers headers = response.headers();
        return !(response.body() instanceof Body.Empty)
                && !WITHOUT_CONTENT.contains(response.status())
                && headers.first("Content-Type")
                        .flatMap(MediaType::parse)
                        .filter(CompressionFilter::isCompressible)
                        .isPresent()
                && BARS.stream().noneMatch(headers::contains)
                && !CacheControl.has(headers, "no-transform");
    }

    private static boolean isCompressible(MediaType type) {
        return type.type().equals("text")
                || type.isJson()
                || type.subtype().endsWith("+xml")
                || COMPRESSIBLE.contains(type.type() + "/" + type.subtype());
    }

    /**
     * Null for none, as for a part, whose range counts the bytes of the whole. A client that refuses identity gets even a
     * short body coded.
     */
    private @Nullable ContentCoding choice(AcceptEncoding accepted, ApiResponse response) {
        long length = response.body().length();
        boolean isPart = response.status() == 206 || response.headers().contains("Content-Range");
        boolean isShort = length >= 0 && length < minimumBytes;
        if (isPart || (isShort && accepted.accepts(AcceptEncoding.IDENTITY))) {
            return null;
        }
        Optional<String> best = accepted.best(offers);
        return best.isPresent() ? coding(best.get()) : null;
    }

    private @Nullable ContentCoding coding(String name) {
        for (ContentCoding coding : codings) {
            if (coding.name().equals(name)) {
                return coding;
            }
        }
        return null;
    }

    private static ApiResponse coded(ApiResponse response, ContentCoding coding, String method) {
        Headers headers = CodedEntityTags.suffixed(response.headers(), coding.name())
                .with("Content-Encoding", coding.name())
                .without("Content-Length")
                .without("Accept-Ranges");
        return new ApiResponse(response.status(), headers, coded(response.body(), coding, method));
    }

    /** For HEAD the length is not worth the work: the stream stands for one that nobody will read. */
    private static Body coded(Body body, ContentCoding coding, String method) {
        if (body instanceof Body.Streaming stream) {
            return Body.streaming(new EncodedPublisher(stream, coding));
        }
        if (method.equals("HEAD")) {
            return Body.streaming(CompressionFilter::refuse);
        }
        return body instanceof Body.Bytes bytes ? Body.of(coding.encode(bytes.content())) : body;
    }

    private static void refuse(Flow.Subscriber<? super List<ByteBuffer>> subscriber) {
        subscriber.onSubscribe(NoSubscription.INSTANCE);
        subscriber.onError(new IllegalStateException("The answer to HEAD has no content"));
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        private List<ContentCoding> codings = ContentCoding.available();
        private int minimumBytes = DEFAULT_MINIMUM;
        private boolean identityAlways;

        private Builder() {}

        /**
         * Sets the codings; {@link ContentCoding#available()} unless set.
         *
         * @param codings in the order in which the server prefers them
         * @return this
         * @throws IllegalArgumentException if two have one name
         */
        public Builder codings(ContentCoding... codings) {
            List<ContentCoding> list = List.of(codings);
            if (list.stream().map(ContentCoding::name).distinct().count() < list.size()) {
                throw new IllegalArgumentException("Two codings have one name");
            }
            this.codings = list;
            return this;
        }

        /**
         * Sets from which size on a body is compressed; 1,024 bytes unless set. A stream of unknown length always is.
         *
         * @param bytes of the body before compression
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder minimumBytes(int bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException("minimumBytes must not be negative");
            }
            minimumBytes = bytes;
            return this;
        }

        /**
         * Answers without a coding, rather than by 406, a client that refuses every coding and identity too: it gets
         * what it did not ask for, but gets it.
         *
         * @return this
         */
        public Builder identityAlways() {
            identityAlways = true;
            return this;
        }

        /** {@return the filter} */
        public CompressionFilter build() {
            return new CompressionFilter(this);
        }
    }
}
