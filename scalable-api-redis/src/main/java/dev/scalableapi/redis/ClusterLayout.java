package dev.scalableapi.redis;

import java.util.stream.Collectors;

/** What of CLUSTER INFO changes when masters or their slots do. */
final class ClusterLayout {
    private ClusterLayout() {}

    static String of(String info) {
        return info.lines()
                .filter(line -> line.startsWith("cluster_current_epoch:")
                        || line.startsWith("cluster_slots_")
                        || line.startsWith("cluster_size:")
                        || line.startsWith("cluster_state:"))
                .map(String::strip)
                .sorted()
                .collect(Collectors.joining(" "));
    }
}
