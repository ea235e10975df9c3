package io.github.mutls;

import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Function;

/**
 * A body on its way to a subscriber: a piece is read when one was asked for. Everything that the subscriber is told, it is told on the
 * executor, one after the other.
 */
final class Published<T> implements Flow.Subscription {
    private final Body body;
    private final Flow.Subscriber<? super T> subscriber;
    private final Function<byte[], T> wrap;
    private final Executor executor;
    /** Keeps the stream from the collector. */
    private final Object owner;

    private long demand;
    /** Somebody is reading or telling. */
    private boolean busy;
    private boolean over;
    private Throwable wrong;

    Published(Body body, Flow.Subscriber<? super T> subscriber, Function<byte[], T> wrap, Executor executor, Object owner) {
        this.body = body;
        this.subscriber = subscriber;
        this.wrap = wrap;
        this.executor = executor;
        this.owner = owner;
    }

    /** Lets it flow. */
    void begin() {
        synchronized (this) {
            // Requests within onSubscribe are served after it.
            busy = true;
        }
        subscriber.onSubscribe(this);
        next();
    }

    static void refuse(Flow.Subscriber<?> subscriber, String why) {
        subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {}
        });
        subscriber.onError(new IllegalStateException(why));
    }

    @Override
    public void request(long n) {
        synchronized (this) {
            if (n <= 0) {
                wrong = new IllegalArgumentException("a demand of " + n + " is none");
            } else {
                demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            }
            if (busy || over) {
                return;
            }
            busy = true;
        }
        Completions.run(executor, this::next);
    }

    @Override
    public void cancel() {
        synchronized (this) {
            over = true;
        }
        body.close();
    }

    /** Reads if there is a demand. Who calls it has `busy`. */
    private void next() {
        Throwable failure;
        synchronized (this) {
            failure = wrong;
            if (over || (failure == null && demand == 0)) {
                busy = false;
                return;
            }
            if (failure == null && demand != Long.MAX_VALUE) {
                demand--;
            }
        }
        if (failure != null) {
            body.close();
            end(failure);
        } else if (body.isHere()) {
            here();
        } else {
            body.readLater(Call.PREFETCH, false, (bytes, failed) -> Completions.run(executor, () -> tell(bytes, failed)));
        }
    }

    /** All of a body that came with its head is one piece. */
    private void here() {
        byte[] bytes = null;
        Failure failed = null;
        try {
            bytes = body.readAll();
        } catch (MutlsException e) {
            failed = e.failure();
        }
        if (bytes != null && bytes.length > 0) {
            subscriber.onNext(wrap.apply(bytes));
        }
        end(failed == null ? null : failed.exception());
    }

    private void tell(byte[] bytes, Failure failed) {
        if (failed != null || bytes.length == 0) {
            end(failed == null ? null : failed.exception());
            return;
        }
        synchronized (this) {
            if (over) {
                return;
            }
        }
        try {
            subscriber.onNext(wrap.apply(bytes));
        } catch (Throwable e) {
            body.close();
            end(e);
            return;
        }
        next();
    }

    private void end(Throwable failure) {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
        }
        if (failure == null) {
            subscriber.onComplete();
        } else {
            subscriber.onError(failure);
        }
        java.lang.ref.Reference.reachabilityFence(owner);
    }
}
