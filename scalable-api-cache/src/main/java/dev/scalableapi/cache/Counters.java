package dev.scalableapi.cache;

import java.util.concurrent.atomic.LongAdder;

/** The numbers behind {@link CacheStatistics}. */
final class Counters {
    final LongAdder nearHits = new LongAdder();
    final LongAdder storeHits = new LongAdder();
    final LongAdder staleServed = new LongAdder();
    final LongAdder loads = new LongAdder();
    final LongAdder loadFailures = new LongAdder();
    final LongAdder refreshes = new LongAdder();
    final LongAdder leaseWaits = new LongAdder();
    final LongAdder lostLeases = new LongAdder();
    final LongAdder storeFailures = new LongAdder();

    CacheStatistics statistics() {
        return new CacheStatistics(
                nearHits.sum(),
                storeHits.sum(),
                staleServed.sum(),
                loads.sum(),
                loadFailures.sum(),
                refreshes.sum(),
                leaseWaits.sum(),
                lostLeases.sum(),
                storeFailures.sum());
    }
}
