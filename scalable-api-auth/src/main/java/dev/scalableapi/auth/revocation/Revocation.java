package dev.scalableapi.auth.revocation;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * What is no longer accepted although its time has not come, by the claims {@code jti}, {@code sub} and {@code iat} of
 * RFC 7519. Never by the token's text: the same token can be written in more than one way.
 *
 * <p>Identifiers are 1 to 256 characters of well-formed Unicode, instants lie in the years 1970 to 9999 and are rounded
 * up to milliseconds. Immutable.
 */
public sealed interface Revocation {
    /** {@return when it may be forgotten, because what it revokes is no longer valid anyway} */
    Instant until();

    /**
     * One token.
     *
     * @param tokenId its claim {@code jti}
     * @param until its claim {@code exp}, and by how much the clocks of verifiers may differ
     */
    record OfToken(String tokenId, Instant until) implements Revocation {
        /**
         * Checks the identifier.
         *
         * @param tokenId its claim {@code jti}
         * @param until when it may be forgotten
         * @throws IllegalArgumentException if it is empty, too long or malformed, or the instant outside
         */
        public OfToken {
            tokenId = requireId(tokenId);
            until = roundUp(until);
        }
    }

    /**
     * All tokens of a subject but those whose claim {@code iat} is after an instant. That claim is in whole seconds as a
     * rule, so a token of the same second is refused, before or after: the safe side. Whoever logs in again within it
     * gets a token that is refused until the next one.
     *
     * <p>The claim comes from the issuer's clock: where that may run ahead of the one that gave the instant, add the
     * difference.
     *
     * @param subject whose: the claim {@code sub}
     * @param notBefore up to when; tokens issued later are accepted
     * @param until when the last token that was issued before has expired, and by how much the clocks of verifiers may
     *     differ
     */
    record OfSubject(String subject, Instant notBefore, Instant until) implements Revocation {
        /**
         * Checks the subject.
         *
         * @param subject whose
         * @param notBefore up to when
         * @param until when it may be forgotten
         * @throws IllegalArgumentException if it is empty, too long or malformed, or an instant outside, or the end
         *     before the beginning
         */
        public OfSubject {
            subject = requireId(subject);
            notBefore = roundUp(notBefore);
            until = roundUp(until);
            if (until.isBefore(notBefore)) {
                throw new IllegalArgumentException("until must not be before notBefore");
            }
        }

        boolean covers(Instant issuedAt) {
            return !issuedAt.isAfter(notBefore);
        }

        /** Both in one: no token that either refuses is accepted. */
        OfSubject merge(OfSubject other) {
            return new OfSubject(subject, later(notBefore, other.notBefore), later(until, other.until));
        }
    }

    private static String requireId(String text) {
        if (text.isEmpty()
                || text.length() > 256
                || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException("An identifier must be 1 to 256 characters of well-formed Unicode");
        }
        return text;
    }

    /** To what every store can hold, so that a revocation comes back as it was. */
    private static Instant roundUp(Instant instant) {
        if (instant.isBefore(Instant.EPOCH) || instant.isAfter(Instant.parse("9999-12-31T23:59:59.999Z"))) {
            throw new IllegalArgumentException("An instant must be in the years 1970 to 9999");
        }
        return Instant.ofEpochMilli(instant.plusNanos(999_999).toEpochMilli());
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
