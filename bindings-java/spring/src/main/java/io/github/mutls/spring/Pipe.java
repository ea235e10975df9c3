package io.github.mutls.spring;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.Flow;

/** What is written on one side is published on the other, when it is asked for. */
final class Pipe implements HttpRequest.BodyPublisher {
    private static final int PIECE = 64 * 1024;

    private final long length;
    private Flow.Subscriber<? super ByteBuffer> subscriber;
    private long demand;
    private boolean over;

    Pipe(long length) {
        this.length = length < 0 ? -1 : length;
    }

    /** The request has ended, and takes no more. */
    static final class Over extends IOException {
        private static final long serialVersionUID = 1L;

        Over() {
            super("the request has ended");
        }
    }

    @Override
    public long contentLength() {
        return length;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> to) {
        to.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                demanded(to, n);
            }

            @Override
            public void cancel() {
                over();
            }
        });
    }

    private synchronized void demanded(Flow.Subscriber<? super ByteBuffer> to, long n) {
        subscriber = to;
        demand += n;
        notifyAll();
    }

    synchronized void over() {
        over = true;
        notifyAll();
    }

    /** Waits until bytes are wanted. */
    private synchronized Flow.Subscriber<? super ByteBuffer> wanted() throws IOException {
        while (demand == 0 && !over) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while the request's body was sent");
            }
        }
        if (over) {
            throw new Over();
        }
        demand--;
        return subscriber;
    }

    OutputStream output() {
        return new BufferedOutputStream(new OutputStream() {
            private boolean closed;

            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                if (count > 0) {
                    wanted().onNext(ByteBuffer.wrap(Arrays.copyOfRange(bytes, offset, offset + count)));
                }
            }

            @Override
            public void close() throws IOException {
                if (!closed) {
                    closed = true;
                    wanted().onComplete();
                }
            }
        }, PIECE);
    }
}
