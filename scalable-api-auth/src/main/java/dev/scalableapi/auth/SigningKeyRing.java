package dev.scalableapi.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The keys of an issuer while they change, without a restart. To rotate: {@link #add} the next key, so that it is published
 * and accepted; once every verifier has it (the time for which a JWK set may be cached), {@link #activate} it, so that it
 * signs; once the last token of the old key has expired, {@link #retire} the old one. Give the ring to the
 * {@link TokenIssuer}, the {@link AccessTokenVerifier} and the {@link JwkSetPublisher}: each sees a change at once, and
 * always a whole one.
 *
 * <p>Thread-safe; reading is lock-free. It keeps nothing: where keys come from and are kept is the owner's affair.
 */
public final class SigningKeyRing implements VerificationKeySource {
    private volatile Snapshot snapshot;

    private SigningKeyRing(Snapshot snapshot) {
        this.snapshot = snapshot;
    }

    /**
     * {@return a ring of one key, which signs}
     *
     * @param key signs until another is activated
     */
    public static SigningKeyRing of(SigningKey key) {
        return new SigningKeyRing(
                new Snapshot(key, List.of(key), List.of(), VerificationKeySet.of(key.verificationKey())));
    }

    /**
     * Adds a key: from now on its tokens are accepted, and it is published, but does not sign.
     *
     * @param next of the same sort, secret or public, as the others
     * @throws IllegalArgumentException if there is a key with this id, or it is of the other sort
     */
    public void add(SigningKey next) {
        change(now -> now.with(with(now.pairs, next), now.others));
    }

    /**
     * Adds a key of another signer, such as one that was in use before this process began: its tokens are accepted, and it
     * is published, but it can't be activated.
     *
     * @param other of the same sort, secret or public, as the others
     * @throws IllegalArgumentException if there is a key with this id, or it is of the other sort
     */
    public void add(VerificationKey other) {
        change(now -> now.with(now.pairs, with(now.others, other)));
    }

    /**
     * Makes a key the one that signs. The one that did stays published and accepted.
     *
     * @param kid of a signing key that has been added
     * @throws IllegalArgumentException if there is none with this id
     */
    public void activate(String kid) {
        change(now ->
                new Snapshot(now.find(kid).orElseThrow(SigningKeyRing::unknown), now.pairs, now.others, now.published));
    }

    /**
     * Takes a key out: its tokens are no longer accepted.
     *
     * @param kid of a key that does not sign
     * @throws IllegalArgumentException if there is none with this id, or it is the one that signs
     */
    public void retire(String kid) {
        change(now -> {
            if (now.signing.kid().equals(kid)) {
                throw new IllegalArgumentException("The key that signs can't be retired: activate another first");
            }
            if (now.published.find(kid).isEmpty()) {
                throw unknown();
            }
            return now.with(
                    now.pairs.stream().filter(key -> !key.kid().equals(kid)).toList(),
                    now.others.stream().filter(key -> !key.kid().equals(kid)).toList());
        });
    }

    private synchronized void change(UnaryOperator<Snapshot> change) {
        snapshot = change.apply(snapshot);
    }

    private static <T> List<T> with(List<T> all, T one) {
        List<T> more = new ArrayList<>(all);
        more.add(one);
        return List.copyOf(more);
    }

    private static IllegalArgumentException unknown() {
        return new IllegalArgumentException("There is no such key in the ring");
    }

    /** {@return the key that signs now} */
    public SigningKey signing() {
        return snapshot.signing;
    }

    /** {@return the keys whose tokens are accepted now} */
    @Override
    public VerificationKeySet current() {
        return snapshot.published;
    }

    /** {@return the ids and algorithms of its keys} */
    @Override
    public String toString() {
        Snapshot now = snapshot;
        return "SigningKeyRing[" + now.signing.kid() + " of " + now.published + "]";
    }

    private record Snapshot(
            SigningKey signing, List<SigningKey> pairs, List<VerificationKey> others, VerificationKeySet published) {
        private Snapshot with(List<SigningKey> pairs, List<VerificationKey> others) {
            List<VerificationKey> all = new ArrayList<>();
            pairs.forEach(pair -> all.add(pair.verificationKey()));
            all.addAll(others);
            return new Snapshot(signing, pairs, others, VerificationKeySet.of(all));
        }

        private Optional<SigningKey> find(String kid) {
            return pairs.stream().filter(key -> key.kid().equals(kid)).findFirst();
        }
    }
}
