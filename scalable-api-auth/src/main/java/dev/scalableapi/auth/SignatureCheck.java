package dev.scalableapi.auth;

/** Decides about the signatures of one key, which it has prepared. Thread-safe. */
interface SignatureCheck {
    /**
     * Whether the signature over the first bytes of the message is right. False for one that is malformed.
     *
     * @param message what was signed, and perhaps more
     * @param length how many of its bytes were signed
     */
    boolean verifies(byte[] message, int length, byte[] signature);

    /**
     * A check for messages that begin with these bytes, and for no other: work on them is done now, where the algorithm
     * can.
     *
     * @param message begins as all will
     * @param length how many bytes they have in common
     */
    default SignatureCheck having(byte[] message, int length) {
        return this;
    }
}
