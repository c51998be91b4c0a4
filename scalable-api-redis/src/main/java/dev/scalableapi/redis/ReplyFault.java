package dev.scalableapi.redis;

import io.lettuce.core.RedisCommandExecutionException;
import java.util.concurrent.CompletionException;

/** What an error reply reveals about the node that sent it. The guide has a table of the replies. */
enum ReplyFault {
    /** The node works; it rejects this command. */
    COMMAND,
    /** The node serves nothing for now. */
    UNAVAILABLE,
    /**
     * The node is not the primary, its cluster does not serve, or the connection has lost its login. Only a new
     * connection helps, or a new map of the cluster.
     */
    MISDIRECTED;

    /** Redis 6 and earlier put the reply to a script's command inside a reply of their own. */
    private static final String IN_SCRIPT = "ERR Error running script";

    private static final String NESTED = ": -";

    /** {@return the fault; {@link #COMMAND} if the failure is not an error reply} */
    static ReplyFault of(Throwable failure) {
        return isErrorReply(failure) ? of(String.valueOf(cause(failure).getMessage())) : COMMAND;
    }

    static boolean isErrorReply(Throwable failure) {
        return cause(failure) instanceof RedisCommandExecutionException;
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    /** {@return the fault that an error reply reveals} */
    static ReplyFault of(String reply) {
        return switch (code(reply)) {
            case "READONLY", "MASTERDOWN", "CLUSTERDOWN", "NOAUTH" -> MISDIRECTED;
            case "LOADING", "BUSY" -> UNAVAILABLE;
            default -> COMMAND;
        };
    }

    private static String code(String reply) {
        int nested = reply.startsWith(IN_SCRIPT) ? reply.indexOf(NESTED) : -1;
        int begin = nested < 0 ? 0 : nested + NESTED.length();
        int end = reply.indexOf(' ', begin);
        return reply.substring(begin, end < 0 ? reply.length() : end);
    }
}
