package dev.scalableapi.auth;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** Keys in PEM (RFC 7468): one block, nothing around it but white space. */
final class Pem {
    /** An RSA key of 16,384 bits needs less than 13,000. */
    static final int MAX_LENGTH = 16 * 1024;

    private static final List<String> KINDS = List.of("EC", "RSA", "Ed25519");

    private Pem() {}

    static String of(PrivateKey key) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return begin("PRIVATE KEY") + "\n" + base64 + "\n" + end("PRIVATE KEY") + "\n";
    }

    static PrivateKey privateKey(String pem) {
        PKCS8EncodedKeySpec der = new PKCS8EncodedKeySpec(der(pem, "PRIVATE KEY"));
        return decode(factory -> factory.generatePrivate(der));
    }

    static PublicKey publicKey(String pem) {
        X509EncodedKeySpec der = new X509EncodedKeySpec(der(pem, "PUBLIC KEY"));
        return decode(factory -> factory.generatePublic(der));
    }

    private static byte[] der(String pem, String label) {
        String text = pem.strip();
        String begin = begin(label);
        String end = end(label);
        if (pem.length() > MAX_LENGTH
                || !text.startsWith(begin)
                || !text.endsWith(end)
                || text.length() < begin.length() + end.length()) {
            throw new IllegalArgumentException("The key must be one PEM block \"" + label + "\"");
        }
        String base64 = text.substring(begin.length(), text.length() - end.length());
        try {
            return Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
        } catch (IllegalArgumentException malformed) {
            throw refused();
        }
    }

    private static <K> K decode(Decoder<K> decoder) {
        for (String kind : KINDS) {
            try {
                return decoder.decode(KeyFactory.getInstance(kind));
            } catch (InvalidKeySpecException anotherKind) {
                // The next, then.
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("This JVM has no " + kind + " keys", e);
            }
        }
        throw refused();
    }

    /** Without a cause: the parser's message could repeat a part of the key. */
    private static IllegalArgumentException refused() {
        return new IllegalArgumentException("The key in PEM is malformed, or of a kind that is not accepted");
    }

    private static String begin(String label) {
        return "-----BEGIN " + label + "-----";
    }

    private static String end(String label) {
        return "-----END " + label + "-----";
    }

    private interface Decoder<K> {
        K decode(KeyFactory factory) throws InvalidKeySpecException;
    }
}
