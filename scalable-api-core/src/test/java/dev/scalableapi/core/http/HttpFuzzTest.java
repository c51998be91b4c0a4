package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * Whatever stands in a field, the answer is a value. A build runs the corpus once; {@code .ci/fuzz} looks for more, a
 * minute for each target.
 */
class HttpFuzzTest {
    private static final Json JSON = Json.create();

    @FuzzTest(maxDuration = "60s")
    void acceptEncodingHasAnAnswer(byte[] field) {
        List<String> offers = List.of("br", "gzip", AcceptEncoding.IDENTITY);
        AcceptEncoding accepted = AcceptEncoding.parse(Optional.of(text(field)));
        assertThat(accepted.best(offers))
                .isEqualTo(accepted.ranked(offers).stream().findFirst());
    }

    @FuzzTest(maxDuration = "60s")
    void acceptHasAnAnswer(byte[] field) {
        assertThat(MediaType.preferred(Optional.of(text(field)), List.of(MediaType.JSON, MediaType.PROBLEM_JSON)))
                .isNotNull();
    }

    @FuzzTest(maxDuration = "60s")
    void mediaTypeIsReadAsItIsWritten(byte[] field) {
        MediaType.parse(text(field))
                .ifPresent(type -> assertThat(MediaType.parse(type.toString())).contains(type));
    }

    @FuzzTest(maxDuration = "60s")
    void entityTagIsReadAsItIsWritten(byte[] field) {
        EntityTag.parse(text(field))
                .ifPresent(tag -> assertThat(EntityTag.parse(tag.toString())).contains(tag));
    }

    /** The tags that are compared in the field are those that are read from it. */
    @FuzzTest(maxDuration = "60s")
    void tagsAreFoundAsTheyAreRead(byte[] bytes) {
        String field = text(bytes);
        EntityTag tag = EntityTag.strong("a");
        boolean held = EntityTagList.parse(field) instanceof EntityTagList.Tags tags
                && tags.tags().contains(tag);
        boolean proceeds = Preconditions.of("PUT", Headers.of("If-Match", printable(field)))
                        .decide(Optional.of(Validators.of(tag)))
                == Preconditions.Decision.PROCEED;
        if (printable(field).equals(field) && !field.strip().equals("*")) {
            assertThat(proceeds).isEqualTo(held);
        }
    }

    @FuzzTest(maxDuration = "60s")
    void preferHasAnAnswer(byte[] field) {
        assertThat(Prefer.of(Headers.of("Prefer", printable(text(field)))).waitTime())
                .matches(time -> time.isEmpty() || !time.get().isNegative());
    }

    @FuzzTest(maxDuration = "60s")
    void dateIsReadAsItIsWritten(byte[] field) {
        HttpDate.parse(text(field))
                .ifPresent(date ->
                        assertThat(HttpDate.parse(HttpDate.format(date))).contains(date));
    }

    @FuzzTest(maxDuration = "60s")
    void bodyIsReadOrRefused(byte[] content) {
        ApiRequest request = ApiRequest.builder("POST", "/")
                .header("Content-Type", "application/json")
                .body(Body.of(content))
                .build();
        try {
            JSON.read(request, Tea.class).toCompletableFuture().join();
        } catch (CompletionException refusal) {
            assertThat(refusal.getCause())
                    .isInstanceOfSatisfying(
                            ApiException.class,
                            refused -> assertThat(refused.status()).isBetween(400, 499));
        }
    }

    private record Tea(String name, List<Integer> grams, Map<String, Tea> blends) {}

    @FuzzTest(maxDuration = "60s")
    void linkCannotEndEarly(byte[] target) {
        String field = Link.fieldValue(List.of(new Link(text(target), "next")));
        assertThat(field).matches("<[!-;=?-~]*>; rel=\"next\"");
    }

    private static String printable(String field) {
        return HttpGrammar.isFieldValue(field) ? field : "";
    }

    private static String text(byte[] field) {
        return new String(field, StandardCharsets.ISO_8859_1);
    }
}
