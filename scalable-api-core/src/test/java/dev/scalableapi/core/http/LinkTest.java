package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class LinkTest {
    @Test
    void linksAreJoinedInOneField() {
        assertThat(Link.fieldValue(List.of(new Link("/a?page=2", "next"), new Link("/a", "first"))))
                .isEqualTo("</a?page=2>; rel=\"next\", </a>; rel=\"first\"");
    }

    @Test
    void targetCannotEndTheLinkEarly() {
        Link link = new Link("/a>; rel=\"x\"\r\nSet-Cookie: b\u00e9\ud83d\ude00%20", "next");
        assertThat(link.target()).isEqualTo("/a%3E;%20rel=%22x%22%0D%0ASet-Cookie:%20b%C3%A9%F0%9F%98%80%20");
        assertThat(Headers.of("Link", link.toString()).size()).isOne();
    }

    @Test
    void percentSignThatBeginsNoEscapeIsEncoded() {
        assertThat(new Link("/100%?a=%zz&b=%4&c=%41%", "next").target()).isEqualTo("/100%25?a=%25zz&b=%254&c=%41%25");
    }

    @Test
    void hostMayHaveBrackets() {
        assertThat(new Link("http://[::1]/a", "next").target()).isEqualTo("http://[::1]/a");
    }

    @Test
    void relationMustBeAToken() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Link("/", "a\"b"));
    }
}
