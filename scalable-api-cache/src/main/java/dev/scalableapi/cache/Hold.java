package dev.scalableapi.cache;

import dev.scalableapi.core.cache.Lease;
import java.util.Optional;

/**
 * The right of one process to load a key, which is renewed for as long as the load may take. Where there is no store
 * there is no lease, and none is needed. Thread-safe.
 */
final class Hold<K, V> {
    private final FarLevel<K, V> far;
    private final Timer timer;
    final Optional<Lease> lease;
    private volatile boolean over;

    private Hold(FarLevel<K, V> far, Timer timer, Optional<Lease> lease) {
        this.far = far;
        this.timer = timer;
        this.lease = lease;
    }

    static <K, V> Hold<K, V> of(FarLevel<K, V> far, Timer timer, Optional<Lease> lease) {
        Hold<K, V> hold = new Hold<>(far, timer, lease);
        lease.ifPresent(hold::renewLater);
        return hold;
    }

    private void renewLater(Lease held) {
        timer.later(far.renewal(), () -> {
            if (!over) {
                far.renew(held).whenComplete((stands, failure) -> {
                    // One that got lost stays lost; one whose renewal failed may still stand.
                    if (failure != null || stands) {
                        renewLater(held);
                    }
                });
            }
        });
    }

    /** No longer renewed; to be followed by a commit or a release. */
    void end() {
        over = true;
    }

    /** Gives the lease back, where there is one. */
    void release() {
        end();
        if (lease.isPresent()) {
            far.release(lease.get());
        }
    }
}
