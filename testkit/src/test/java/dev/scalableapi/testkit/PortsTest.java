package dev.scalableapi.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PortsTest {
    @Test
    void portsAreBelowThoseOfOutgoingConnectionsAndDiffer() {
        Set<Integer> ports = new TreeSet<>();
        for (int i = 0; i < 200; i++) {
            ports.add(Ports.free());
        }

        assertThat(ports).hasSize(200).allSatisfy(port -> assertThat(port).isBetween(10_000, 32_767));
    }

    @Test
    void portWithAServerIsPassedOver() throws IOException {
        int next = Ports.free() + 1;
        if (next == Ports.END) {
            next = Ports.FIRST;
        }
        try (ServerSocket server = new ServerSocket(next, 1, Ports.loopback())) {
            assertThat(Ports.free()).isNotEqualTo(server.getLocalPort());
        }
    }
}
