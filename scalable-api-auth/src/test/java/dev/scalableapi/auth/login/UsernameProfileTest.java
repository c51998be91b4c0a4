package dev.scalableapi.auth.login;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.text.UnicodeSet;
import dev.scalableapi.testkit.TestSeed;
import java.text.Normalizer;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsernameProfileTest {
    private static final String[] PIECES = {
        "a",
        "B",
        "z",
        "7",
        "-",
        ".",
        "@",
        "\u00e9",
        "e\u0301",
        "\u00c9",
        "\u0301",
        "\u0327",
        "\u0130",
        "\u0131",
        "\u00df",
        "\u1e9e",
        "\u03a3",
        "\u03c2",
        "\u03c3",
        "\u0430",
        "\u0411",
        "\u5c71",
        "\u3055",
        "\u30bf",
        "\uff80\uff9e",
        "\uff21",
        "\uff10",
        "\uae40",
        "\u1100\u1161",
        "\u05d0",
        "\u0645",
        "\u0661",
        "\u06f2",
        "\u0915",
        "\u093c",
        "\u0958",
        "\u200b",
        "\u200d",
        "\u202e",
        "\u00a0",
        " ",
        "\u0000",
        "\ud800",
        "\udc00",
        "\ud83d\ude00",
        "\udb40\udd00",
        "\u212a",
        "\ufb01",
        "\u0378",
        "\ue000",
        "\uffff"
    };

    private final UsernameProfile profile = UsernameProfile.precis();

    @ParameterizedTest
    @CsvSource({
        "alice, alice",
        "ALICE, alice",
        "\uff41\uff2c\uff49\uff43\uff45, alice",
        "jos\u00e9x, jos\u00e9x",
        "jose\u0301x, jos\u00e9x",
        "JOSE\u0301X, jos\u00e9x",
        "\u212alaus, klaus",
        "stra\u00dfe, stra\u00dfe",
        "STRA\u1e9eE, stra\u00dfe",
        "\u03a3\u03a9\u03a3, \u03c3\u03c9\u03c2",
        "\uff7c\uff9e\uff6e\uff9d, \u30b8\u30e7\u30f3",
        "\u1112\u1161\u11ab\u1100\u116e\u11a8, \ud55c\uad6d",
        "\u0958, \u0915\u093c",
        "O'Neill+shop@Example.com, o'neill+shop@example.com"
    })
    void spellingsOfANameHaveOnePreparedForm(String spelling, String prepared) {
        assertThat(profile.prepare(spelling)).contains(prepared);
        assertThat(profile.prepare(prepared)).contains(prepared);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u3055\u304f\u3089",
                "\u5c71\u7530\u30bf\u30ed\u30a6",
                "tanaka\u5c71\u3055\u3093\u30bf",
                "\ud842\udfb7\u91ce",
                "\u738b\u5c0f\u660e",
                "wang\u738b\u3105",
                "\uae40\ucca0\uc218",
                "kim\u91d1\ucca0\uc218",
                "\u0438\u0432\u0430\u043d",
                "\u03b3\u03b9\u03ce\u03c1\u03b3\u03bf\u03c2",
                "\u0645\u062d\u0645\u062f",
                "\u0645\u062d\u0645\u062f\u0661\u0662",
                "\u05d3\u05d5\u05d3",
                "\u0930\u093e\u092e",
                "\u0e2a\u0e21\u0e0a\u0e32\u0e22",
                "ngu\u1ec5n",
                "\u0163\u014f\u01d8"
            })
    void nameOfOneScriptOrOfAnAcceptedMixtureIsItsOwnPreparedForm(String name) {
        assertThat(profile.prepare(name)).contains(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "al\u0456ce",
                "p\u0430ypal",
                "\u03b1lice",
                "\uab6eabc",
                "\u0915abc",
                "\u0645abc",
                "abc\u0661",
                "\u5c71\u0438\u0432\u0430\u043d",
                "\u3055\uae40",
                "\u0430\u03b2"
            })
    void nameOfMixedScriptsIsRejected(String name) {
        assertThat(profile.prepare(name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "alice\u3000",
                "alice\u00a0",
                "alice\u2165",
                "\ufb01na",
                "alice\u00b2",
                "alice\u2122",
                "alice\ud83d\ude00",
                "alice\u0378",
                "alice\ue000",
                "alice\ufdd0",
                "alice\ud83f\udfff",
                "\ud800alice",
                "alice\udc00",
                "\u1160\u1161",
                "\u0640\u0645",
                "e\u0301\u0301",
                "\u0661\u06f2",
                "\u06451\u06f2",
                "\u09151\u0968",
                "3\u0645\u062d\u0645\u062f",
                "\u05d3\u05d5\u05d3-",
                "l\u00b7l",
                "\u30b8\u30fb\u30b9"
            })
    void textThatIsNoUsernameIsRejected(String text) {
        assertThat(profile.prepare(text)).isEmpty();
    }

    @Test
    void everyCharacterWithoutAnAppearanceOfItsOwnIsRejected() {
        UnicodeSet invisible = new UnicodeSet(
                "[[:Default_Ignorable_Code_Point:][:Bidi_Control:][:Cf:][:Cc:][:Zs:][:Zl:][:Zp:][:Variation_Selector:]]");
        assertThat(invisible.size()).isGreaterThan(4_000);
        for (String character : invisible) {
            assertThat(profile.prepare("alice" + character))
                    .as("U+%04X", character.codePointAt(0))
                    .isEmpty();
        }
    }

    @Test
    void lengthIsLimitedBeforeAndAfterThePreparation() {
        assertThat(profile.prepare("a".repeat(256))).contains("a".repeat(256));
        assertThat(profile.prepare("a".repeat(257))).isEmpty();
        assertThat(profile.prepare("e\u0301".repeat(128))).contains("\u00e9".repeat(128));
        assertThat(profile.prepare("\u0130".repeat(129))).isEmpty();
    }

    @Test
    void preparationIsStableAndIndependentOfTheUnicodeForm() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        int accepted = 0;
        for (int i = 0; i < 10_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = 1 + random.nextInt(4); length > 0; length--) {
                text.append(PIECES[random.nextInt(PIECES.length)]);
            }
            Optional<String> prepared = profile.prepare(text.toString());
            String description = String.format("%s, seed %d", UCharacter.getName(text.toString(), " + "), seed);
            assertThat(profile.prepare(Normalizer.normalize(text, Normalizer.Form.NFC)))
                    .as(description)
                    .isEqualTo(prepared);
            assertThat(profile.prepare(Normalizer.normalize(text, Normalizer.Form.NFD)))
                    .as(description)
                    .isEqualTo(prepared);
            if (prepared.isPresent()) {
                accepted++;
                assertThat(profile.prepare(prepared.get())).as(description).isEqualTo(prepared);
            }
        }
        assertThat(accepted).isGreaterThan(100);
    }

    @Test
    void textFormNamesTheStandards() {
        assertThat(profile).hasToString("UsernameProfile[UsernameCaseMapped, Highly Restrictive]");
    }
}
