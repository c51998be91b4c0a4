package dev.scalableapi.core.ratelimit;

import dev.scalableapi.core.http.Caller;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;

/** The limiters' keys for what a request tells of its sender; those of callers and addresses never coincide. */
final class LimitKeys {
    private static final int IPV6_NETWORK_BYTES = 8;

    private LimitKeys() {}

    /** The tenant's length keeps two pairs from making one key. */
    static String of(Caller caller) {
        return caller.tenant()
                .map(tenant -> "caller:" + tenant.length() + ":" + tenant + ":" + caller.id())
                .orElseGet(() -> "caller::" + caller.id());
    }

    static String of(InetSocketAddress peer) {
        InetAddress address = peer.getAddress();
        if (address == null) {
            return "host:" + peer.getHostString();
        }
        return address instanceof Inet6Address
                ? "net:" + HexFormat.of().formatHex(address.getAddress(), 0, IPV6_NETWORK_BYTES)
                : "addr:" + address.getHostAddress();
    }
}
