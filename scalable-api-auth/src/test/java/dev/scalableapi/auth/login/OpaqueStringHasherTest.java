package dev.scalableapi.auth.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpaqueStringHasherTest {
    private static final String FAMILY = "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67 photo";

    private final HasherDouble counting = new HasherDouble();
    private final PasswordHasher hasher = PasswordHasher.opaqueString(counting);
    private final PasswordHasher pbkdf2 = new Pbkdf2PasswordHasher(1);
    private final PasswordHasher prepared = PasswordHasher.opaqueString(pbkdf2);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "caf\u00e9 \u00c5ngstr\u00f6m",
                "cafe\u0301 A\u030angstro\u0308m",
                "caf\u00e9\u00a0\u212bngstro\u0308m",
                "cafe\u0301\u3000A\u030angstr\u00f6m",
                "caf\u00e9\u2003\u00c5ngstr\u00f6m"
            })
    void passwordIsTheSameInEveryUnicodeFormAndWithEverySpace(String typed) {
        String stored = prepared.hash("caf\u00e9 \u00c5ngstr\u00f6m");

        assertThat(prepared.verify(typed, stored)).isTrue();
        assertThat(prepared.verify("caf\u00e9 \u00c5ngstr\u00f6m", prepared.hash(typed)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"CAF\u00c9 x", "cafe x", "caf\u00e9  x", " caf\u00e9 x", "caf\u00e9x", "\uff43af\u00e9 x"})
    void caseWidthAndTheNumberOfSpacesMatter(String typed) {
        assertThat(prepared.verify(typed, prepared.hash("caf\u00e9 x"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cafe\u0301\u00a0x", "tab\tulator", "zero\u200bwidth", FAMILY, "\u0378 unassigned"})
    void hashFromBeforePasswordsWerePreparedRemainsValid(String typed) {
        assertThat(prepared.verify(typed, pbkdf2.hash(typed))).isTrue();
        assertThat(prepared.verify(typed + "x", pbkdf2.hash(typed))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "zero\u200bwidth",
                "bidi\u202econtrol",
                "tab\tulator",
                "nul\0",
                "\ud800",
                "\u0378",
                "\ue000",
                FAMILY
            })
    void passwordThatIsNotAnOpaqueStringIsNotHashed(String password) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hasher.hash(password))
                .withMessageNotContaining("width")
                .withNoCause();
        assertThat(counting.work()).isEmpty();
    }

    @Test
    void passwordOfOtherScriptsSymbolsAndEmojiIsHashed() {
        String password = "\u30d1\u30b9\u30ef\u30fc\u30c9 \u0441\u0435\u043a\u0440\u0435\u0442 \u2163 \ud83d\ude00";

        assertThat(prepared.verify(password, prepared.hash(password))).isTrue();
    }

    @Test
    void preparedPasswordIsVerifiedOnceAndAnyOtherAlwaysTwice() {
        String stored = HasherDouble.newHash("a b");

        assertThat(hasher.verify("a b", stored)).isTrue();
        assertThat(counting.work()).hasSize(1);
        assertThat(hasher.verify("a\u00a0b", stored)).isTrue();
        assertThat(counting.work()).hasSize(3);
        assertThat(hasher.verify("a\u00a0b", HasherDouble.newHash("a\u00a0b"))).isTrue();
        assertThat(counting.work()).hasSize(5);
        assertThat(hasher.verify("a\u00a0b", hasher.decoy())).isFalse();
        assertThat(counting.work()).hasSize(7);
        assertThat(hasher.verify("a\u200bb", stored)).isFalse();
        assertThat(counting.work()).hasSize(8);
    }

    @Test
    void overlongPasswordIsNeitherPreparedNorAccepted() {
        String longest = "\u0958".repeat(512);
        String overlong = "x".repeat(1025);

        assertThat(prepared.verify(longest, prepared.hash(longest))).isTrue();
        assertThat(prepared.verify(overlong, prepared.hash("x"))).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> prepared.hash(overlong));
        assertThatIllegalArgumentException().isThrownBy(() -> prepared.hash("\u0958".repeat(513)));
    }

    @Test
    void costAndDecoyAreThoseOfTheOtherHasher() {
        assertThat(hasher.needsRehash(HasherDouble.oldHash("x"))).isTrue();
        assertThat(hasher.needsRehash(HasherDouble.newHash("x"))).isFalse();
        assertThat(hasher.decoy()).isEqualTo(counting.decoy());
        assertThat(prepared).hasToString("PasswordHasher[OpaqueString, " + pbkdf2 + "]");
    }
}
