package io.github.mutls;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An answer whose body streams. Close it: closing before the end of the body closes the connection, and the peer sees it.
 *
 * <p>A body that is cut short is an exception, never an end. Memory stays flat however large it is.
 */
public final class MutlsStream extends Head implements AutoCloseable {
    private final Body body;
    private final Cleaner.Cleanable forgotten;
    private final InputStream in = new In();
    private final AtomicBoolean published = new AtomicBoolean();

    MutlsStream(Body body) {
        super(body.head());
        this.body = body;
        forgotten = MutlsClient.CLEANER.register(this, body);
    }

    /**
     * The body, as it comes. An interrupt ends a read that waits, and stays set; so does closing from another thread.
     *
     * @return always the same one; closing it closes this
     */
    public InputStream inputStream() {
        return in;
    }

    /**
     * What is left of the body.
     *
     * @return all of it
     * @throws MutlsException if it does not come to its proper end
     */
    public byte[] readAll() throws MutlsException {
        try {
            return body.readAll();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * What is left of the body as text, in the charset that the answer names, else in UTF-8.
     *
     * @return the text
     * @throws MutlsException if it does not come to its proper end
     */
    public String readText() throws MutlsException {
        return new String(readAll(), charset());
    }

    /**
     * The body for one subscriber, as fast as that asks for it. Its pieces come on the client's executor; cancelling closes the connection.
     *
     * @return a publisher, which fails with a {@link MutlsException}
     */
    public Flow.Publisher<ByteBuffer> publisher() {
        return subscriber -> {
            Objects.requireNonNull(subscriber);
            if (published.compareAndSet(false, true)) {
                new Published<>(body, subscriber, ByteBuffer::wrap, body.client().executor(), this).begin();
            } else {
                Published.refuse(subscriber, "the body has a subscriber already");
            }
        };
    }

    /** Closes it, from any thread. */
    @Override
    public void close() {
        forgotten.clean();
    }

    /** The body as a stream. */
    private final class In extends InputStream {
        private final byte[] one = new byte[1];

        @Override
        public int read() throws IOException {
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            if (length == 0) {
                return 0;
            }
            try {
                int got = body.read(into, offset, length);
                return got == 0 ? -1 : got;
            } finally {
                Reference.reachabilityFence(MutlsStream.this);
            }
        }

        @Override
        public void close() {
            MutlsStream.this.close();
        }
    }
}
