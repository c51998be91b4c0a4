package dev.scalableapi.auth.login;

import com.ibm.icu.lang.UProperty;
import com.ibm.icu.text.SpoofChecker;
import com.ibm.icu.text.SpoofChecker.RestrictionLevel;
import com.ibm.icu.text.UnicodeSet;
import java.text.Normalizer;
import java.util.Optional;
import rocks.xmpp.precis.PrecisProfile;
import rocks.xmpp.precis.PrecisProfiles;

/** UsernameCaseMapped, then Highly Restrictive. */
final class PrecisUsernameProfile implements UsernameProfile {
    private static final int MAX_LENGTH = 256;

    private final PrecisProfile precis = PrecisProfiles.USERNAME_CASE_MAPPED;
    private final SpoofChecker restriction = restriction();

    /**
     * The identifier profile (UTS 39 section 5.2) is PRECIS itself, so every visible character is allowed here. The set and
     * the check for invisible characters reject the variation selectors that the library for PRECIS accepts. The check of
     * numbers includes the contextual rule for Arabic digits (RFC 8264 section 4.2.5), which that library lacks.
     */
    private static SpoofChecker restriction() {
        UnicodeSet visible = new UnicodeSet()
                .applyIntPropertyValue(UProperty.DEFAULT_IGNORABLE_CODE_POINT, 0)
                .freeze();
        return new SpoofChecker.Builder()
                .setChecks(SpoofChecker.RESTRICTION_LEVEL | SpoofChecker.MIXED_NUMBERS | SpoofChecker.INVISIBLE)
                .setRestrictionLevel(RestrictionLevel.HIGHLY_RESTRICTIVE)
                .setAllowedChars(visible)
                .build();
    }

    @Override
    public Optional<String> prepare(String username) {
        return username.length() > MAX_LENGTH
                ? Optional.empty()
                : enforced(username).filter(this::isAcceptable);
    }

    /** Drops the exception, because its message names characters of the client's text. */
    private Optional<String> enforced(String username) {
        try {
            return Optional.of(precis.enforce(username));
        } catch (IllegalArgumentException rejected) {
            return Optional.empty();
        }
    }

    /** The rules are not idempotent by themselves (RFC 8264 section 7). */
    private boolean isAcceptable(String prepared) {
        return prepared.length() <= MAX_LENGTH
                && isRestricted(prepared)
                && enforced(prepared).filter(prepared::equals).isPresent();
    }

    /**
     * The checker decomposes the text itself to find repeated marks, but reads only as many characters as the text had
     * before.
     */
    private boolean isRestricted(String prepared) {
        return !restriction.failsChecks(Normalizer.normalize(prepared, Normalizer.Form.NFD));
    }

    /** {@return the names of the two standards} */
    @Override
    public String toString() {
        return "UsernameProfile[UsernameCaseMapped, Highly Restrictive]";
    }
}
