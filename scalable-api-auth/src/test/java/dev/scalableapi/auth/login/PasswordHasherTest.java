package dev.scalableapi.auth.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHasherTest {
    private static final String PASSWORD = "correct horse battery staple";

    /** As the real one, but fast. */
    private final PasswordHasher hasher = new Pbkdf2PasswordHasher(10);

    @Test
    void passwordIsVerifiedAgainstItsHashOnly() {
        String stored = hasher.hash(PASSWORD);
        assertThat(hasher.verify(PASSWORD, stored)).isTrue();
        assertThat(hasher.verify(PASSWORD + " ", stored)).isFalse();
        assertThat(hasher.verify("Correct horse battery staple", stored)).isFalse();
        assertThat(hasher.hash(PASSWORD)).isNotEqualTo(stored);
    }

    @Test
    void productionHasherUsesTodaysCount() {
        PasswordHasher real = PasswordHasher.pbkdf2();
        String stored = real.hash(PASSWORD);
        assertThat(stored).matches("\\$pbkdf2-sha256\\$i=600000\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}");
        assertThat(real.verify(PASSWORD, stored)).isTrue();
        assertThat(real.needsRehash(stored)).isFalse();
    }

    /** RFC 7914 section 11 has the published vectors of PBKDF2-HMAC-SHA256; its salts are shorter than ours. */
    @Test
    void hashIsThatOfAnIndependentComputation() throws Exception {
        byte[] salt = "sixteen byte salt".substring(0, 16).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        var mac = javax.crypto.Mac.getInstance("HmacSHA256");
        mac.init(new javax.crypto.spec.SecretKeySpec(
                "p\u00e4ss".getBytes(java.nio.charset.StandardCharsets.UTF_8), "HmacSHA256"));
        mac.update(salt);
        byte[] round = mac.doFinal(new byte[] {0, 0, 0, 1});
        byte[] hash = round.clone();
        for (int i = 1; i < 1000; i++) {
            round = mac.doFinal(round);
            for (int b = 0; b < hash.length; b++) {
                hash[b] ^= round[b];
            }
        }
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        String stored = "$pbkdf2-sha256$i=1000$" + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
        assertThat(hasher.verify("p\u00e4ss", stored)).isTrue();
    }

    @Test
    void hashWithAnotherCostIsVerifiedAndRenewedIfCheaper() {
        String cheaper = new Pbkdf2PasswordHasher(9).hash(PASSWORD);
        assertThat(hasher.verify(PASSWORD, cheaper)).isTrue();
        assertThat(hasher.needsRehash(cheaper)).isTrue();
        assertThat(hasher.needsRehash(hasher.hash(PASSWORD))).isFalse();
        assertThat(hasher.needsRehash(new Pbkdf2PasswordHasher(11).hash(PASSWORD)))
                .isFalse();
        assertThat(hasher.needsRehash("{bcrypt}$2a$10$abc")).isTrue();
    }

    @Test
    void noPasswordMatchesTheDecoyAtTheCostOfANewHash() {
        String decoy = hasher.decoy();
        assertThat(hasher.needsRehash(decoy)).isFalse();
        assertThat(decoy).isNotEqualTo(hasher.decoy()).hasSameSizeAs(hasher.hash(PASSWORD));
        for (String password : List.of(PASSWORD, "decoy", "password")) {
            assertThat(hasher.verify(password, decoy)).isFalse();
        }
    }

    @Test
    void unicodeCompositionDoesNotCount() {
        assertThat(hasher.verify("caf\u00e9", hasher.hash("cafe\u0301"))).isTrue();
    }

    @Test
    void longPasswordsCountToTheirEnd() {
        String longest = "x".repeat(1024);
        String stored = hasher.hash(longest);
        assertThat(hasher.verify(longest, stored)).isTrue();
        assertThat(hasher.verify("x".repeat(1023) + "y", stored)).isFalse();
    }

    @Test
    void whatIsNoPasswordIsRefusedAndNeverVerified() {
        String stored = hasher.hash(PASSWORD);
        for (String bad : List.of("", "x".repeat(1025), "lone\ud800", PASSWORD + "\0")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> hasher.hash(bad))
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("lone", PASSWORD, "xxx"));
            assertThat(hasher.verify(bad, stored)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "$pbkdf2-sha256$i=0$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "$pbkdf2-sha256$i=99999999$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "$pbkdf2-sha256$i=10$AAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "$pbkdf2-sha256$i=10$AAAAAAAAAAAAAAAAAAAAAA$",
                "$pbkdf2-sha1$i=10$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "$pbkdf2-sha256$i=10$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
            })
    void damagedStoredHashIsReportedWithoutRepeatingIt(String stored) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hasher.verify(PASSWORD, stored))
                .withMessage("A stored password hash has an unknown format");
        assertThat(hasher.needsRehash(stored)).isTrue();
    }

    @Test
    void anyStoredFormOfRightLengthDecodes() {
        SecureRandom random = new SecureRandom();
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < 200; i++) {
            StringBuilder stored = new StringBuilder("$pbkdf2-sha256$i=1$");
            random.ints(22, 0, 64).forEach(c -> stored.append(alphabet.charAt(c)));
            stored.append('$');
            random.ints(43, 0, 64).forEach(c -> stored.append(alphabet.charAt(c)));
            assertThat(hasher.verify(PASSWORD, stored.toString())).isFalse();
        }
    }

    @Test
    void textFormNamesTheMethodOnly() {
        assertThat(hasher).hasToString("PasswordHasher[PBKDF2-HMAC-SHA256, 10 iterations]");
    }
}
