package dev.scalableapi.examples.shop.http;

import java.util.List;

/** Measures with many writes. */
class ProductWriteSystemTest extends ProductWriteTest {
    @Override
    int writes() {
        return 100;
    }

    @Override
    void measured(List<Long> micros) {
        System.out.printf(
                "A write is seen by the other instance after %d µs (median), %d µs (99th percentile)%n",
                micros.get(micros.size() / 2), micros.get(micros.size() * 99 / 100));
    }
}
