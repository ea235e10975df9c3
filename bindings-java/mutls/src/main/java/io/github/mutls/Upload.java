package io.github.mutls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;

/** The sending end of a request body, which takes bytes as fast as they are sent. */
final class Upload implements Flow.Subscriber<ByteBuffer> {
    private static final int PIECE = 128 * 1024;

    private final Executor executor;
    private long handle;
    private Flow.Subscription subscription;
    private Throwable problem;

    Upload(long handle, Executor executor) {
        this.handle = handle;
        this.executor = executor;
    }

    /** Hands a stream over, on this thread, until it ends or the call does. */
    void pump(InputStream in, Runnable cancel) throws MutlsException {
        byte[] piece = new byte[PIECE];
        try (in) {
            int length;
            while ((length = in.read(piece)) >= 0) {
                CompletableFuture<Call.Outcome<Integer>> room = new CompletableFuture<>();
                if (length > 0 && !write(piece, length, status -> room.complete(new Call.Outcome<>(status, null)))) {
                    return;
                }
                if (length > 0) {
                    Call.Outcome<Integer> status = Call.await(room, cancel);
                    if (status.failure != null || status.value != 0) {
                        // Why is what the call says.
                        return;
                    }
                }
            }
            finish();
        } catch (IOException | RuntimeException e) {
            fail(e);
        } finally {
            stop();
        }
    }

    /** What happens when there is room for more, or the request has ended. */
    private interface Then {
        void with(int status);
    }

    /** False if the request has ended. */
    private boolean write(byte[] bytes, int length, Then then) throws MutlsException {
        Abi abi = Natives.abi;
        synchronized (this) {
            if (handle == 0) {
                return false;
            }
            try (Scratch out = Scratch.take()) {
                long data = out.put(bytes, 0, length);
                return 0 == Completions.submit(
                        (completion, status) -> {
                            abi.completionFree(completion);
                            then.with(status);
                        },
                        (id, queue) -> abi.bodySubmitWrite(handle, data, length, id, queue, 0),
                        out);
            }
        }
    }

    private synchronized void finish() {
        if (handle != 0) {
            Natives.abi.bodyFinish(handle, 0);
        }
    }

    /** The source failed, and with it the request. */
    synchronized void fail(Throwable cause) {
        problem = cause;
        if (handle != 0) {
            byte[] reason = cause.toString().getBytes(StandardCharsets.UTF_8);
            try (Scratch out = Scratch.take()) {
                Natives.abi.bodyAbort(handle, out.put(reason), reason.length, 0);
            }
        }
    }

    synchronized Throwable problem() {
        return problem;
    }

    /** No more is wanted. */
    void stop() {
        Flow.Subscription wanted;
        synchronized (this) {
            Natives.abi.bodyFree(handle);
            handle = 0;
            wanted = subscription;
            subscription = null;
        }
        if (wanted != null) {
            Completions.run(executor, wanted::cancel);
        }
    }

    @Override
    public void onSubscribe(Flow.Subscription to) {
        boolean over;
        synchronized (this) {
            over = handle == 0 || subscription != null;
            if (!over) {
                subscription = to;
            }
        }
        if (over) {
            to.cancel();
        } else {
            to.request(1);
        }
    }

    @Override
    public void onNext(ByteBuffer item) {
        byte[] bytes = new byte[item.remaining()];
        item.get(bytes);
        try {
            if (bytes.length == 0) {
                more();
            } else if (!write(bytes, bytes.length, status -> room(status))) {
                stop();
            }
        } catch (MutlsException e) {
            fail(e);
            stop();
        }
    }

    private void room(int status) {
        if (status == 0) {
            // The publisher may take its time to make more.
            Completions.run(executor, this::more);
        } else {
            stop();
        }
    }

    private void more() {
        Flow.Subscription from;
        synchronized (this) {
            from = subscription;
        }
        if (from != null) {
            from.request(1);
        }
    }

    @Override
    public void onError(Throwable cause) {
        fail(cause);
        forget();
    }

    @Override
    public void onComplete() {
        finish();
        forget();
    }

    /** The publisher is through: there is nothing to cancel there. */
    private void forget() {
        synchronized (this) {
            subscription = null;
        }
        stop();
    }
}
