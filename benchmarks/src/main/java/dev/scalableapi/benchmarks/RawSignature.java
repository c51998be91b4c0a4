package dev.scalableapi.benchmarks;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/** The cryptography of a token alone, on bytes that are already split and decoded. Not thread-safe. */
final class RawSignature {
    private final SampleToken sample;
    private final byte[] signed;
    private final byte[] signature;
    private final @Nullable Mac mac;
    private final @Nullable Signature prepared;

    RawSignature(SampleToken sample) throws GeneralSecurityException {
        this.sample = sample;
        String token = sample.valid();
        int dot = token.lastIndexOf('.');
        signed = token.substring(0, dot).getBytes(StandardCharsets.US_ASCII);
        signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
        mac = sample.algorithm().isSymmetric() ? mac() : null;
        prepared = sample.algorithm().isSymmetric() ? null : signature();
        if (!verifiesFresh() || !verifiesPrepared() || !verifiesPrepared()) {
            throw new IllegalStateException("It does not verify the token");
        }
    }

    /** As anyone would write it. */
    boolean verifiesFresh() throws GeneralSecurityException {
        return sample.algorithm().isSymmetric() ? verifies(mac()) : verifies(signature());
    }

    /** With an object that has its key: the least that the JDK can do. */
    boolean verifiesPrepared() throws GeneralSecurityException {
        return mac != null ? verifies(mac) : prepared != null && verifies(prepared);
    }

    private Mac mac() throws GeneralSecurityException {
        Mac fresh = Mac.getInstance(sample.jcaName());
        fresh.init(sample.key());
        return fresh;
    }

    private boolean verifies(Mac keyed) {
        return MessageDigest.isEqual(keyed.doFinal(signed), signature);
    }

    private Signature signature() throws GeneralSecurityException {
        Signature fresh = Signature.getInstance(sample.jcaName());
        fresh.initVerify((PublicKey) sample.key());
        return fresh;
    }

    private boolean verifies(Signature keyed) throws GeneralSecurityException {
        keyed.update(signed);
        return keyed.verify(signature);
    }
}
