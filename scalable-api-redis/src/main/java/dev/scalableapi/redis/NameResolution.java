package dev.scalableapi.redis;

import io.lettuce.core.resource.Transports;
import io.netty.channel.socket.SocketChannel;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Resolves the names of Redis servers by DNS, again for each attempt to connect. Nothing is cached, neither by netty
 * nor by the JVM: after a failover a name leads to another node, whatever time to live its former record had.
 */
final class NameResolution {
    /** Time after which the next name server is asked. */
    private static final Duration QUERY_TIMEOUT = Duration.ofSeconds(2);

    private NameResolution() {}

    static AddressResolverGroup<InetSocketAddress> uncached(DnsServerAddressStreamProvider servers) {
        return new DnsAddressResolverGroup(new DnsNameResolverBuilder()
                .datagramChannelType(Transports.datagramChannelClass())
                .socketChannelType(Transports.socketChannelClass().asSubclass(SocketChannel.class))
                .nameServerProvider(servers)
                .queryTimeoutMillis(QUERY_TIMEOUT.toMillis())
                .resolveCache(NoopDnsCache.INSTANCE)
                .cnameCache(NoopDnsCnameCache.INSTANCE));
    }
}
