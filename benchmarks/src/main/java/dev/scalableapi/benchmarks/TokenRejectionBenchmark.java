package dev.scalableapi.benchmarks;

import dev.scalableapi.auth.SignatureAlgorithm;
import dev.scalableapi.auth.Verification.Reason;
import dev.scalableapi.auth.Verification.Rejected;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What does a bad token cost? Anyone can send these, so they should cost less than a good one. HS256. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up.
public class TokenRejectionBenchmark {
    private static final int CACHED_TOKENS = 10_000;
    private static final int OVERSIZE = 9 * 1024;

    @Param
    public Flaw flaw;

    private String token;
    private TokenVerifier ours;
    private TokenVerifier javaJwt;
    private TokenVerifier nimbus;

    @Setup
    public void prepare() throws Exception {
        SampleToken sample = SampleToken.of(SignatureAlgorithm.HS256);
        token = flaw.token(sample);
        ours = TokenVerifier.ours(sample, CACHED_TOKENS).tried(sample);
        javaJwt = TokenVerifier.javaJwt(sample).tried(sample);
        nimbus = TokenVerifier.nimbus(sample).tried(sample);
        Object result = ours.verify(token);
        if (!new Rejected(flaw.reason).equals(result)) {
            throw new IllegalStateException("Not " + flaw.reason + " but " + result);
        }
        rejection(javaJwt);
        rejection(nimbus);
    }

    @Benchmark
    public Object ours() throws Exception {
        return ours.verify(token);
    }

    @Benchmark
    public Exception javaJwt() {
        return rejection(javaJwt);
    }

    @Benchmark
    public Exception nimbus() {
        return rejection(nimbus);
    }

    private Exception rejection(TokenVerifier verifier) {
        try {
            verifier.verify(token);
        } catch (Exception rejection) {
            return rejection;
        }
        throw new IllegalStateException("It accepts " + flaw);
    }

    /** What is wrong with the token. */
    public enum Flaw {
        OVERSIZED(Reason.TOO_LARGE) {
            @Override
            String token(SampleToken sample) throws GeneralSecurityException {
                String token = sample.valid();
                return token + "A".repeat(OVERSIZE - token.length());
            }
        },
        NO_DOTS(Reason.MALFORMED) {
            @Override
            String token(SampleToken sample) throws GeneralSecurityException {
                return sample.valid().replace('.', '-');
            }
        },
        PAYLOAD_NOT_BASE64(Reason.MALFORMED) {
            @Override
            String token(SampleToken sample) throws GeneralSecurityException {
                String token = sample.valid();
                int at = token.lastIndexOf('.') - 10;
                return token.substring(0, at) + '!' + token.substring(at + 1);
            }
        },
        HEADER_NOT_JSON(Reason.MALFORMED) {
            @Override
            String token(SampleToken sample) throws GeneralSecurityException {
                return sample.signed("{\"alg\":\"HS256\",\"typ\":at+jwt}", 60);
            }
        },
        UNKNOWN_KEY(Reason.UNKNOWN_KEY) {
            @Override
            String token(SampleToken sample) throws GeneralSecurityException {
                return SampleToken.of(sample.algorithm()).signed(SampleToken.header("another", "HS256"), 60);
            }
        },
        ALGORITHM_NONE(Reason.WRONG_ALGORITHM) {
            @Override
            String token(SampleToken sample) throws GeneralSecurityException {
                return sample.signed(SampleToken.header(SampleToken.KID, "none"), 60);
            }
        },
        BAD_SIGNATURE(Reason.BAD_SIGNATURE) {
            @Override
            String token(SampleToken sample) throws GeneralSecurityException {
                return sample.tampered();
            }
        },
        EXPIRED(Reason.EXPIRED) {
            @Override
            String token(SampleToken sample) throws GeneralSecurityException {
                return sample.expired();
            }
        };

        private final Reason reason;

        Flaw(Reason reason) {
            this.reason = reason;
        }

        abstract String token(SampleToken sample) throws GeneralSecurityException;
    }
}
