package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GzipDecoderTest {
    private static final int CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHECKSUM, EXTRA, NAME, COMMENT, CHECKSUM | EXTRA | NAME | COMMENT, NAME | COMMENT})
    void partsOfTheHeaderMayBeThere(int flags) {
        assertThat(decoded(member("abc", flags, "extra"))).isEqualTo("abc");
        assertThat(decoded(member("abc", flags, ""))).isEqualTo("abc");
    }

    @Test
    void membersFollowOneAnother() {
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        members.writeBytes(member("abc", CHECKSUM, ""));
        members.writeBytes(member("", NAME, ""));
        members.writeBytes(member("def", 0, ""));
        assertThat(decoded(members.toByteArray())).isEqualTo("abcdef");
    }

    @Test
    void aSecondMemberThatIsCutOffAnywhereIsMalformed() {
        byte[] member = member("abc", CHECKSUM, "");
        for (int cut = 1; cut < member.length; cut++) {
            ByteArrayOutputStream members = new ByteArrayOutputStream();
            members.writeBytes(member);
            members.write(member, 0, cut);
            malformed(members.toByteArray());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 64, 128})
    void reservedFlagsAreMalformed(int flags) {
        malformed(member("abc", flags, ""));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "2, 1", "-1, 1", "-4, 1", "-5, 1", "-8, 128"})
    void anAlteredFrameIsMalformed(int at, int bits) {
        byte[] member = member("abc", 0, "");
        member[at < 0 ? member.length + at : at] ^= (byte) bits;
        malformed(member);
    }

    @Test
    void anAlteredHeaderIsMalformedWhereItHasAChecksum() {
        byte[] member = member("abc", CHECKSUM | NAME, "");
        assertThat(decoded(member)).isEqualTo("abc");
        member[4] ^= 1;
        malformed(member);
    }

    /** Made by hand, with every part that the flags name. */
    private static byte[] member(String content, int flags, String extra) {
        ByteArrayOutputStream member = new ByteArrayOutputStream();
        member.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, (byte) flags, 1, 2, 3, 4, 0, 3});
        if ((flags & EXTRA) != 0) {
            member.writeBytes(new byte[] {(byte) extra.length(), 0});
            member.writeBytes(extra.getBytes(StandardCharsets.US_ASCII));
        }
        if ((flags & NAME) != 0) {
            member.writeBytes("name\0".getBytes(StandardCharsets.US_ASCII));
        }
        if ((flags & COMMENT) != 0) {
            member.writeBytes("comment\0".getBytes(StandardCharsets.US_ASCII));
        }
        if ((flags & CHECKSUM) != 0) {
            CRC32 checksum = new CRC32();
            checksum.update(member.toByteArray());
            member.write((int) checksum.getValue());
            member.write((int) checksum.getValue() >>> 8);
        }
        byte[] plain = ContentCoding.gzip().encode(ByteBuffer.wrap(content.getBytes(StandardCharsets.US_ASCII)));
        member.write(plain, 10, plain.length - 10);
        return member.toByteArray();
    }

    private static String decoded(byte[] coded) {
        return new String(ContentCodingTest.decoded(ContentCoding.gzip(), coded), StandardCharsets.US_ASCII);
    }

    private static void malformed(byte[] coded) {
        assertThatThrownBy(() -> decoded(coded))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo("MALFORMED_BODY"));
    }
}
