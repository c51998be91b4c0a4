package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.scalableapi.testkit.Conformance;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The cases of jshttp/negotiator for {@code Accept-Encoding}. */
class NegotiationConformanceTest {
    /** Of equal weights we take the server's order; there the client's order, or an exact name, comes first. */
    private static final List<String> BY_SERVERS_ORDER =
            List.of("*, gzip [compress, gzip]", "gzip, deflate [deflate, gzip]");

    @Test
    void codingsAreChosenAsElsewhere() {
        int passed = 0;
        int withoutOffers = 0;
        List<String> deviations = new ArrayList<>();
        for (JsonNode one : Conformance.json("http/negotiation/accept-encoding.json")) {
            if (one.get("args").isEmpty()) {
                withoutOffers++;
                continue;
            }
            String name = one.get("acceptEncoding").asText() + " " + offers(one);
            List<String> ranked = accepted(one).ranked(offers(one));
            if (BY_SERVERS_ORDER.contains(name) && !one.get("args").has(1)) {
                deviations.add(name);
                assertThat(ranked).as(name).isEqualTo(offers(one));
            } else {
                assertThat(result(one, ranked)).as(name).isEqualTo(expected(one));
                passed++;
            }
        }
        System.out.printf(
                "Accept-Encoding: %d cases passed; %d name no offers, which we always do; %d differ, since ties are"
                        + " broken by the server's order: %s%n",
                passed, withoutOffers, deviations.size(), deviations);
    }

    private static AcceptEncoding accepted(JsonNode one) {
        return AcceptEncoding.parse(
                Optional.ofNullable(one.get("acceptEncoding").textValue()));
    }

    /** The offers in the server's order of preference: what is preferred, then the rest. */
    private static List<String> offers(JsonNode one) {
        List<String> offers = texts(one.get("args").get(0));
        List<String> preferred =
                one.get("args").has(1) ? texts(one.get("args").get(1).get("preferred")) : List.of();
        List<String> ordered = new ArrayList<>(preferred);
        offers.stream().filter(offer -> !preferred.contains(offer)).forEach(ordered::add);
        return ordered;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static List<String> result(JsonNode one, List<String> ranked) {
        return one.get("call").asText().equals("encodings") || ranked.isEmpty() ? ranked : ranked.subList(0, 1);
    }

    private static List<String> expected(JsonNode one) {
        JsonNode expected = one.get("expect");
        return expected.isArray()
                ? texts(expected)
                : expected.isNull() ? Collections.emptyList() : List.of(expected.asText());
    }
}
