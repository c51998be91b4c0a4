package dev.scalableapi.core.http;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Flow;

/**
 * Takes the codings off a request's body (RFC 9110 section 8.4) as the body is read.
 *
 * @param codings that are taken; all others are refused
 */
record ContentDecoding(List<ContentCoding> codings) {
    /** Two are one more than a client has reason for. */
    private static final int MAX_LAYERS = 2;

    /**
     * The request as if it had never been coded; itself if it was not. What is coded, at each layer, may not exceed the
     * limit.
     */
    ApiRequest decoded(ApiRequest request, long limit) {
        List<ContentCoding> layers =
                request.headers().combined("Content-Encoding").map(this::layers).orElse(List.of());
        if (layers.isEmpty()) {
            return request;
        }
        Body body = request.body();
        for (int i = layers.size() - 1; i >= 0; i--) {
            body = Body.streaming(new DecodedPublisher(publisher(body.limited(limit)), layers.get(i)));
        }
        return request.withHeaders(request.headers().without("Content-Encoding").without("Content-Length"))
                .withBody(body);
    }

    /** In the order in which they were applied. */
    private List<ContentCoding> layers(String field) {
        List<ContentCoding> layers = new ArrayList<>(1);
        for (String member : field.split(",", -1)) {
            String name = AcceptEncoding.canonical(member.strip().toLowerCase(Locale.ROOT));
            if (!name.isEmpty() && !name.equals(AcceptEncoding.IDENTITY)) {
                layers.add(coding(name));
            }
        }
        if (layers.size() > MAX_LAYERS) {
            throw unsupported();
        }
        return layers;
    }

    private ContentCoding coding(String name) {
        return codings.stream()
                .filter(coding -> coding.name().equals(name))
                .findFirst()
                .orElseThrow(this::unsupported);
    }

    private ApiException unsupported() {
        List<String> accepted = codings.isEmpty()
                ? List.of(AcceptEncoding.IDENTITY)
                : codings.stream().map(ContentCoding::name).toList();
        Violation violation = Violation.header("Content-Encoding", "The body's Content-Encoding is not one taken here.")
                .withKey("coding.unsupported", Map.of("accepted", accepted));
        return ApiException.of(415, "UNSUPPORTED_CONTENT_CODING", violation)
                .withHeader("Accept-Encoding", String.join(", ", accepted));
    }

    private static Flow.Publisher<List<ByteBuffer>> publisher(Body body) {
        if (body instanceof Body.Streaming stream) {
            return stream;
        }
        byte[] bytes = body instanceof Body.Bytes content ? content.content().array() : new byte[0];
        return InputStreamPublisher.of(new ByteArrayInputStream(bytes), bytes.length);
    }
}
