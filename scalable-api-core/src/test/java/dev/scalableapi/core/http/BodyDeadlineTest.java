package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.testkit.TestRun;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class BodyDeadlineTest {
    private static final Duration BOUND = TestRun.PATIENCE;
    private static final BodyDeadline SHORT = BodyDeadline.of(Duration.ofMillis(1));
    private static final BodyDeadline LONG = BodyDeadline.of(Duration.ofDays(1));

    private final ManualPublisher source = new ManualPublisher();

    @Test
    void contentThatDoesNotComeInTimeIs408AndIsNotReadOn() {
        CompletableFuture<byte[]> read =
                SHORT.limit(Body.streaming(source)).bytes(10).toCompletableFuture();

        assertThat(read)
                .failsWithin(BOUND)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(ApiException.class, late -> {
                    assertThat(late.status()).isEqualTo(408);
                    assertThat(late.code()).isEqualTo("REQUEST_TIMEOUT");
                });
        assertThat(source.cancelled).hasValue(1);
        source.next("late");
        source.complete();
    }

    @Test
    void contentThatComesInTimeIsWhole() {
        Body body = LONG.limit(Body.streaming(source, 3));
        assertThat(body.length()).isEqualTo(3);
        CompletableFuture<byte[]> read = body.bytes(10).toCompletableFuture();
        source.next("te");
        source.next("a");
        source.complete();

        assertThat(read).isCompleted();
        assertThat(read.join()).isEqualTo("tea".getBytes(StandardCharsets.UTF_8));
        assertThat(source.cancelled).hasValue(0);
    }

    @Test
    void failureOfTheSourceIsTheFailure() {
        CompletableFuture<byte[]> read =
                LONG.limit(Body.streaming(source)).bytes(10).toCompletableFuture();
        IllegalStateException own = new IllegalStateException("own");
        source.fail(own);

        assertThat(read).failsWithin(BOUND).withThrowableThat().havingCause().isSameAs(own);
    }

    @Test
    void contentInMemoryStaysWhatItIs() {
        Body memory = Body.of("tea");
        assertThat(SHORT.limit(memory)).isSameAs(memory);
        assertThat(SHORT.limit(Body.empty())).isSameAs(Body.empty());
    }

    @Test
    void alarmWaitsForTheItemThatIsBeingDelivered() {
        List<String> events = new ArrayList<>();
        CountDownLatch released = new CountDownLatch(1);
        Flow.Publisher<List<ByteBuffer>> stream = (Body.Streaming) SHORT.limit(Body.streaming(source));
        CountDownLatch ended = new CountDownLatch(1);
        stream.subscribe(new Recorder(events, released, ended));
        Thread delivery = new Thread(() -> source.next("tea"));
        delivery.start();
        // Unless the alarm was first, it cannot be told before the item was taken.
        await().until(() -> !synchronizedCopy(events).isEmpty());
        boolean itemFirst = synchronizedCopy(events).get(0).equals("item begins");
        released.countDown();
        await().until(() -> ended.getCount() == 0);

        if (itemFirst) {
            assertThat(synchronizedCopy(events)).containsExactly("item begins", "item ends", "408");
        } else {
            assertThat(synchronizedCopy(events)).containsExactly("408");
        }
    }

    private static List<String> synchronizedCopy(List<String> events) {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    private record Recorder(List<String> events, CountDownLatch released, CountDownLatch ended)
            implements Flow.Subscriber<List<ByteBuffer>> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> item) {
            record("item begins");
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            record("item ends");
        }

        @Override
        public void onError(Throwable failure) {
            record(failure instanceof ApiException told ? Integer.toString(told.status()) : "other");
            ended.countDown();
        }

        @Override
        public void onComplete() {
            record("end");
            ended.countDown();
        }

        private void record(String event) {
            synchronized (events) {
                events.add(event);
            }
        }
    }

    /** As the JDK's server does: it reads on the thread that asks, which is back when all is read. */
    @Test
    void contentThatDripsWhileItsReaderSubscribesIs408() {
        List<String> told = new ArrayList<>();
        Flow.Publisher<List<ByteBuffer>> dripping = subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
            private volatile boolean cancelled;

            @Override
            public void request(long n) {
                await().atMost(BOUND).pollDelay(Duration.ZERO).until(() -> {
                    subscriber.onNext(List.of(ByteBuffer.allocate(1)));
                    return cancelled;
                });
            }

            @Override
            public void cancel() {
                cancelled = true;
            }
        });

        ((Body.Streaming) SHORT.limit(Body.streaming(dripping)))
                .subscribe(new Listener(told, subscription -> subscription.request(Long.MAX_VALUE)));

        assertThat(told).containsExactly("subscription", "408");
    }

    /** Notes all that is told but items. */
    private record Listener(List<String> told, Consumer<Flow.Subscription> first)
            implements Flow.Subscriber<List<ByteBuffer>> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            told.add("subscription");
            first.accept(subscription);
        }

        @Override
        public void onNext(List<ByteBuffer> item) {}

        @Override
        public void onError(Throwable failure) {
            told.add(failure instanceof ApiException late ? Integer.toString(late.status()) : "other");
        }

        @Override
        public void onComplete() {
            told.add("end");
        }
    }

    @Test
    void readerThatHasCancelledIsToldNothing() {
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        subscribe(told, Flow.Subscription::cancel);
        List<String> toldLater = Collections.synchronizedList(new ArrayList<>());
        subscribe(toldLater, subscription -> {});

        await().until(() -> toldLater.size() == 2);
        assertThat(toldLater).containsExactly("subscription", "408");
        assertThat(told).containsExactly("subscription");
        assertThat(source.cancelled).hasValue(2);
    }

    private void subscribe(List<String> told, Consumer<Flow.Subscription> first) {
        ((Body.Streaming) SHORT.limit(Body.streaming(source))).subscribe(new Listener(told, first));
    }

    @Test
    void filterLimitsTheContentOfRequests() {
        ApiFilter filter = SHORT.filter();
        assertThat(filter.stage()).isEqualTo(Stage.LIMITS);
        ApiRequest request =
                ApiRequest.builder("POST", "/").body(Body.streaming(source)).build();
        ApiHandler handler = received -> received.body().bytes(10).thenApply(bytes -> ApiResponse.of(200));

        assertThat(ApiPipeline.of(handler, filter)
                        .handle(request)
                        .toCompletableFuture()
                        .orTimeout(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                        .join()
                        .status())
                .isEqualTo(408);
        ApiRequest empty = ApiRequest.builder("POST", "/").build();
        assertThat(filter.filter(empty, received -> {
                            assertThat(received).isSameAs(empty);
                            return CompletableFuture.completedFuture(ApiResponse.of(204));
                        })
                        .toCompletableFuture())
                .isCompleted();
    }

    @Test
    void deadlineIsPositive() {
        assertThatIllegalArgumentException().isThrownBy(() -> BodyDeadline.of(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> BodyDeadline.of(Duration.ofNanos(-1)));
    }
}
