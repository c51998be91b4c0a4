package dev.scalableapi.redis;

import static dev.scalableapi.redis.ReplyFault.COMMAND;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyFaultTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MISDIRECTED | READONLY You can't write against a read only replica.",
                "MISDIRECTED | READONLY You can't write against a read only replica. script: 8b2, on @user_script:3.",
                "MISDIRECTED | ERR Error running script (call to f_1): @user_script:1: @user_script: 1: -READONLY You can't.",
                "MISDIRECTED | MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
                "MISDIRECTED | NOAUTH Authentication required.",
                "UNAVAILABLE | LOADING Redis is loading the dataset in memory",
                "UNAVAILABLE | BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
                "MISDIRECTED | CLUSTERDOWN The cluster is down",
                "MISDIRECTED | CLUSTERDOWN Hash slot not served",
                "COMMAND | MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
                "COMMAND | ERR Error running script (call to f_1): @user_script:1: @user_script: 1: -MISCONF Redis is.",
                "COMMAND | ERR Error running script (call to f_1): @user_script:1: READONLY",
                "COMMAND | OOM command not allowed when used memory > 'maxmemory'.",
                "COMMAND | NOREPLICAS Not enough good replicas to write.",
                "COMMAND | WRONGPASS invalid username-password pair or user is disabled.",
                "COMMAND | NOPERM User app has no permissions to run the 'ping' command",
                "COMMAND | TRYAGAIN Multiple keys request during rehashing of slot",
                "COMMAND | MOVED 1234 127.0.0.1:7000",
                "COMMAND | ASK 1234 127.0.0.1:7000",
                "COMMAND | CROSSSLOT Keys in request don't hash to the same slot",
                "COMMAND | UNBLOCKED client unblocked via CLIENT UNBLOCK",
                "COMMAND | NOSCRIPT No matching script.",
                "COMMAND | WRONGTYPE Operation against a key holding the wrong kind of value",
                "COMMAND | ERR the value of READONLY",
                "COMMAND | READONLYX",
                "COMMAND | ''"
            })
    void replyRevealsAFaultOfTheNodeByItsCode(ReplyFault fault, String reply) {
        assertThat(ReplyFault.of(reply)).isEqualTo(fault);
        assertThat(ReplyFault.of(new RedisCommandExecutionException(reply))).isEqualTo(fault);
        assertThat(ReplyFault.of(new CompletionException(new RedisCommandExecutionException(reply))))
                .isEqualTo(fault);
    }

    @Test
    void whatIsNoErrorReplyRevealsNothing() {
        assertThat(ReplyFault.of(new RedisCommandTimeoutException("READONLY"))).isEqualTo(COMMAND);
        assertThat(ReplyFault.of(new RedisException("READONLY"))).isEqualTo(COMMAND);
        assertThat(ReplyFault.of(new CompletionException(null))).isEqualTo(COMMAND);
        assertThat(ReplyFault.of(new RedisCommandExecutionException((String) null)))
                .isEqualTo(COMMAND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"READONLY x", "MASTERDOWN x", "NOAUTH x", "LOADING x", "BUSY x", "CLUSTERDOWN x"})
    void fiveRepliesOfANodeThatDoesNotServeOpenTheBreaker(String reply) {
        assertThat(openAfterFive(reply)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MISCONF x",
                "OOM x",
                "NOREPLICAS x",
                "NOPERM x",
                "WRONGPASS x",
                "TRYAGAIN x",
                "MOVED 1 a:1",
                "ERR"
            })
    void repliesToACommandAtFaultNeverOpenTheBreaker(String reply) {
        assertThat(openAfterFive(reply)).isFalse();
    }

    private static boolean openAfterFive(String reply) {
        Breaker breaker = new Breaker();
        for (int i = 0; i < 5; i++) {
            breaker.record(1, new CompletionException(new RedisCommandExecutionException(reply)));
        }
        return breaker.isOpen();
    }
}
