package dev.scalableapi.core.http;

import java.util.concurrent.Flow;

/** For a subscriber that is refused: the protocol wants a subscription before the error. */
enum NoSubscription implements Flow.Subscription {
    INSTANCE;

    @Override
    public void request(long n) {}

    @Override
    public void cancel() {}
}
