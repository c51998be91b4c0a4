package dev.scalableapi.redis;

import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/** A name server that answers each question for an address with the present one, and a time to live of a day. */
final class FakeNameServer implements AutoCloseable {
    private static final int HEADER = 12;
    private static final int TYPE_A = 1;
    private static final int DAY = 86_400;

    private final DatagramSocket socket;
    private final AtomicInteger questions = new AtomicInteger();
    private volatile InetAddress address;

    private FakeNameServer(DatagramSocket socket, InetAddress address) {
        this.socket = socket;
        this.address = address;
    }

    static FakeNameServer answering(InetAddress address) {
        try {
            FakeNameServer server =
                    new FakeNameServer(new DatagramSocket(0, InetAddress.getLoopbackAddress()), address);
            Thread thread = new Thread(server::serve, "fake-name-server");
            thread.setDaemon(true);
            thread.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    DnsServerAddressStreamProvider provider() {
        return new SingletonDnsServerAddressStreamProvider(
                new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort()));
    }

    void answer(InetAddress present) {
        address = present;
    }

    /** {@return how many questions for an IPv4 address were answered} */
    int questions() {
        return questions.get();
    }

    private void serve() {
        byte[] buffer = new byte[512];
        while (!socket.isClosed()) {
            try {
                DatagramPacket question = new DatagramPacket(buffer, buffer.length);
                socket.receive(question);
                byte[] answer = answer(Arrays.copyOf(buffer, question.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** The question repeated, with one record if it asks for an IPv4 address, else with none. */
    private byte[] answer(byte[] query) {
        int end = HEADER;
        while (query[end] != 0) {
            end += query[end] + 1;
        }
        boolean known = ByteBuffer.wrap(query).getShort(end + 1) == TYPE_A;
        ByteBuffer answer = ByteBuffer.allocate(end + 5 + (known ? 16 : 0));
        answer.putShort(ByteBuffer.wrap(query).getShort()).putShort((short) 0x8180);
        answer.putShort((short) 1).putShort((short) (known ? 1 : 0)).putInt(0);
        answer.put(query, HEADER, end + 5 - HEADER);
        if (known) {
            questions.incrementAndGet();
            answer.putShort((short) (0xC000 | HEADER)).putShort((short) TYPE_A).putShort((short) 1);
            answer.putInt(DAY).putShort((short) 4).put(address.getAddress());
        }
        return answer.array();
    }

    @Override
    public void close() {
        socket.close();
    }
}
