package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkTest {
    @Test
    void linksAreJoinedInOneField() {
        assertThat(Link.fieldValue(List.of(new Link("/a?page=2", "next"), new Link("/a", "first"))))
                .contains("</a?page=2>; rel=\"next\", </a>; rel=\"first\"");
        assertThat(Link.fieldValue(List.of())).isEmpty();
    }

    @Test
    void fieldContainsAllLinksOrNone() {
        Link next = new Link("/a?page=2", "next");
        Link longest = new Link(
                "/" + "a".repeat(2048 - 2 - next.toString().length() - "</>; rel=\"first\"".length()), "first");

        assertThat(Link.fieldValue(List.of(next, longest)).orElseThrow()).hasSize(2048);
        assertThat(Link.fieldValue(List.of(next, new Link(longest.target() + "a", "first"))))
                .isEmpty();
    }

    @Test
    void responseHasAllLinksInTwoKilobytesWithThoseThatItHadBefore() {
        Link next = new Link("/a?page=2", "next");
        Link help = new Link("/help", "help");
        ApiResponse response = ApiResponse.of(200).withLinks(List.of(help)).withLinks(List.of(next));
        Link longest = new Link(
                "/" + "a".repeat(2048 - 2 - help.toString().length() - "</>; rel=\"first\"".length()), "first");

        assertThat(Link.parse(response.headers().combined("Link").orElseThrow()))
                .containsExactly(help, next);
        assertThat(ApiResponse.of(200)
                        .withLinks(List.of(help))
                        .withLinks(List.of(longest))
                        .headers()
                        .combined("Link"))
                .hasValueSatisfying(value -> assertThat(value).hasSize(2048));
        assertThat(response.withLinks(List.of(longest))).isEqualTo(response);
        assertThat(response.withLinks(List.of())).isEqualTo(response);
    }

    @Test
    void targetCannotEndTheLinkEarly() {
        Link link = new Link("/a>; rel=\"x\"\r\nSet-Cookie: b\u00e9\ud83d\ude00%20", "next");
        assertThat(link.target()).isEqualTo("/a%3E;%20rel=%22x%22%0D%0ASet-Cookie:%20b%C3%A9%F0%9F%98%80%20");
        assertThat(Headers.of("Link", link.toString()).size()).isOne();
    }

    @Test
    void parametersAreQuotedOrWhereTheyAreNotAsciiExtended() {
        Link link = new Link("/a", "alternate")
                .with("Type", "text/html")
                .with("title", "say \"tea\" \\ or, not;")
                .with("media", "")
                .with("x", "th\u00e9 100%25 \u20ac'\r\n")
                .with("title", "a \"b\" \\");

        assertThat(link)
                .hasToString("</a>; rel=\"alternate\"; type=\"text/html\"; title=\"a \\\"b\\\" \\\\\"; media=\"\""
                        + "; x*=UTF-8''th%C3%A9%20100%2525%20%E2%82%AC%27%0D%0A");
        assertThat(Link.parse(link.toString())).containsExactly(link);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a\"b", "a b", "a,b", "https://a.example/\"", "https://a.example/ b", ":a", "caf\u00e9"})
    void relationMustBeATokenOrAUri(String relation) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Link("/", relation));
    }

    @Test
    void relationsAreComparedInLowerCase() {
        assertThat(new Link("/", "Next")).isEqualTo(new Link("/", "next"));
        assertThat(new Link("/", "https://A.example/rel")).hasToString("</>; rel=\"https://a.example/rel\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rel", "REL", "title*", "*", "a b", "a=", "\u00e9"})
    void parameterOfAnotherNameIsRefused(String name) {
        Link link = new Link("/", "next");
        assertThatIllegalArgumentException().isThrownBy(() -> link.with(name, "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Link("/", "next", Map.of(name, "a")));
    }

    @Test
    void parametersAreCopiedAndHaveValues() {
        Map<String, String> own = new HashMap<>(Map.of("a", "b"));
        Link link = new Link("/", "next", own);
        own.put("a", null);
        assertThat(link.parameters()).containsExactly(Map.entry("a", "b"));
        assertThatNullPointerException().isThrownBy(() -> new Link("/", "next", own));
    }

    /** Each is read as the second text, which is how it would be written. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            </a>; rel=next                                   | </a>; rel="next"
            </a>;rel="next" ,\t</b>  ;  Rel  =  PREV ;        | </a>; rel="next", </b>; rel="prev"
            </a?b=c,d;e>; rel="next"                         | </a?b=c,d;e>; rel="next"
            <>; rel=self                                     | <>; rel="self"
            <../b?c#d>; rel=up                               | <../b?c#d>; rel="up"
            <//h/a b"é>; rel=up                              | <//h/a%20b%22%C3%A9>; rel="up"
            </a>; rel="first  next"                          | </a>; rel="first", </a>; rel="next"
            </a>; rel="next https://a.example/R"; title=t    | </a>; rel="next"; title="t", </a>; rel="https://a.example/r"; title="t"
            </a>; rel=https://a.example/r; type=text/html    | </a>; rel="https://a.example/r"; type="text/html"
            </a>; rel=next; rel=prev                         | </a>; rel="next"
            </a>; title=b; rel=next; title=c                 | </a>; rel="next"; title="b"
            </a>; rel=next; title="a, \\"b\\"; <c>; rel=x"    | </a>; rel="next"; title="a, \\"b\\"; <c>; rel=x"
            </a>; rel=next; title=e; title*=UTF-8'de'%c3%a9  | </a>; rel="next"; title*=UTF-8''%C3%A9
            </a>; rel=next; title*=utf-8''x; title=e         | </a>; rel="next"; title="x"
            </a>; rel=next; title=e; title*=UTF-8''%c3       | </a>; rel="next"; title="e"
            </a>; rel=next; title=e; title*=UTF-8''%zz       | </a>; rel="next"; title="e"
            </a>; rel=next; title=e; title*=latin1''x        | </a>; rel="next"; title="e"
            </a>; rel=next; title=e; title*=x; title*        | </a>; rel="next"; title="e"
            </a>; rel=next; rel*=UTF-8''prev; **=UTF-8''a    | </a>; rel="next"
            </a>; rel=next; anchor="#b"; crossorigin         | </a>; rel="next"; anchor="#b"; crossorigin=""
            ,, </a>; rel=next,, ,                            | </a>; rel="next"
            </a>; rel=next; ; title=b                        | </a>; rel="next"; title="b"
            </a>; title=b, </b>; rel=next                    | </b>; rel="next"
            </a>; rel="", </b>; rel=next                     | </b>; rel="next"
            </a>; rel="a\\"b", </b>; rel=next                 | </b>; rel="next"
            </a>; rel=prev up, </b>; rel=next                | </a>; rel="prev", </a>; rel="up", </b>; rel="next"
            </a> rel=prev, </b>; rel=next                    | </b>; rel="next"
            </a>; ="x"; rel=prev, </b>; rel=next             | </b>; rel="next"
            /a; rel=prev, </b>; rel=next                     | </b>; rel="next"
            junk "</a>; rel=prev," x, </b>; rel=next         | </b>; rel="next"
            </b>; rel=next, </a; rel=prev                    | </b>; rel="next"
            </b>; rel=next, </a>; rel="prev                  | </b>; rel="next"
            """)
    void fieldIsReadAsItIsMeant(String field, String meaning) {
        assertThat(Link.fieldValue(Link.parse(field)).orElse("")).isEqualTo(meaning);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "<", "<>", "</a>", "</a>;", "</a>; rel", "</a>; rel=", "</a>; rel=\"", "next"})
    void fieldWithoutALinkHasNone(String field) {
        assertThat(Link.parse(field)).isEmpty();
    }

    @Test
    void whatIsBeyondTheBoundsIsLeftOut() {
        assertThat(Link.parse("</a>; rel=next,".repeat(65))).hasSize(64);
        assertThat(Link.parse("</a>; rel=\"" + "next ".repeat(100) + "\"")).hasSizeLessThanOrEqualTo(64);
        StringBuilder sixteen = new StringBuilder("</a>; rel=next");
        for (int i = 1; i < 16; i++) {
            sixteen.append("; a").append(i).append("=b");
        }
        assertThat(Link.parse(sixteen.toString())).hasSize(1);
        assertThat(Link.parse(sixteen + "; b=c; c=d")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<",
                "<>",
                "</a>; rel=\"",
                "</a>;",
                "</a>; rel=next; a*=UTF-8''%61",
                "\"",
                ",",
                "</a>; rel=\"a \""
            })
    void longFieldIsReadInLinearTime(String part) {
        String field = part.repeat(300_000);

        // The square of the length would take longer than any test may.
        assertThat(Link.parse(field)).isNotNull();
    }

    @Test
    void percentSignThatBeginsNoEscapeIsEncoded() {
        assertThat(new Link("/100%?a=%zz&b=%4&c=%41%", "next").target()).isEqualTo("/100%25?a=%25zz&b=%254&c=%41%25");
    }

    @Test
    void hostMayHaveBrackets() {
        assertThat(new Link("http://[::1]/a", "next").target()).isEqualTo("http://[::1]/a");
    }
}
