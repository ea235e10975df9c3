package io.github.mutls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

/** A small request body, if its publisher has it in memory. */
final class Collected implements Flow.Subscriber<ByteBuffer> {
    private final ByteArrayOutputStream all = new ByteArrayOutputStream();
    private Flow.Subscription subscription;
    private boolean complete;
    private Throwable failure;

    private Collected() {}

    /** The bytes; null if they do not come at once, and then the publisher may be asked anew. */
    static byte[] now(HttpRequest.BodyPublisher publisher) throws IOException {
        Collected collected = new Collected();
        publisher.subscribe(collected);
        return collected.bytes(publisher.contentLength());
    }

    private synchronized byte[] bytes(long announced) throws IOException {
        if (failure instanceof IOException) {
            throw (IOException) failure;
        }
        if (failure != null) {
            throw new IOException(failure);
        }
        if (complete && all.size() != announced) {
            throw new IOException("the request body has " + all.size() + " bytes, and " + announced + " were announced");
        }
        if (!complete && subscription != null) {
            subscription.cancel();
        }
        return complete ? all.toByteArray() : null;
    }

    @Override
    public void onSubscribe(Flow.Subscription to) {
        synchronized (this) {
            subscription = to;
        }
        to.request(Long.MAX_VALUE);
    }

    @Override
    public synchronized void onNext(ByteBuffer item) {
        byte[] bytes = new byte[item.remaining()];
        item.get(bytes);
        all.writeBytes(bytes);
    }

    @Override
    public synchronized void onError(Throwable cause) {
        failure = cause;
    }

    @Override
    public synchronized void onComplete() {
        complete = true;
    }
}
