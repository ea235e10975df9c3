package io.github.mutls;

import java.io.ByteArrayOutputStream;
import java.lang.ref.Reference;
import java.util.concurrent.CompletableFuture;

/**
 * The native side of an answer's stream: read by one thread at a time, closed by any. Closing before the end closes the connection, and
 * the peer sees it.
 */
final class Body implements Runnable {
    /** The most that one read brings. */
    static final int PIECE = 256 * 1024;
    /** What a waiting read brings at most. */
    private static final int BUFFER = 64 * 1024;

    private static final byte[] NOTHING = {};

    /** Takes the bytes that were read, none at the end of the body, or why there are none. */
    interface Reader {
        void read(byte[] bytes, Failure failure);
    }

    private final StreamHead head;
    private final MutlsClient client;
    private final Token token;
    private final Upload upload;
    /** Of the body's length, where it is known, else -1. */
    private long left;
    /** Whether the rest of the body came with the head, so that reading it does not wait. */
    private final boolean here;

    private long response;
    private long buffer;
    private boolean reading;
    private boolean closed;
    private boolean ended;
    private Failure failed;

    /** The head as it is kept beside the body. */
    static final class StreamHead extends Head {
        StreamHead(long response, MutlsClient client, Scratch out) {
            super(response, client, out);
        }
    }

    Body(long response, Token token, Upload upload, MutlsClient client, Scratch out) {
        this.response = response;
        this.token = token;
        this.upload = upload;
        this.client = client;
        head = new StreamHead(response, client, out);
        Natives.abi.responseContentLength(response, out.at(Scratch.NUMBER), 0);
        left = out.get(Scratch.NUMBER);
        Natives.abi.responseAtHand(response, out.at(Scratch.NUMBER), 0);
        here = left >= 0 && out.get(Scratch.NUMBER) >= left;
    }

    Head head() {
        return head;
    }

    MutlsClient client() {
        return client;
    }

    /** Whether all of it can be read without waiting. */
    boolean isHere() {
        return here;
    }

    private synchronized boolean begin() throws MutlsException {
        if (closed) {
            throw Failure.local(Code.CLOSED, Phase.BODY, Origin.CALLER, false, "the response is closed", "Read it before it is closed.")
                    .exception();
        }
        if (failed != null) {
            throw failed.exception();
        }
        if (reading) {
            throw Failure.refused(Code.BAD_OPTION, "another read of this body is under way", "Read a body from one thread at a time.")
                    .exception();
        }
        reading = !ended;
        return reading;
    }

    private synchronized void over(int length, Failure failure) {
        reading = false;
        if (left >= 0) {
            left -= length;
        }
        failed = failure;
        ended = failure == null && length == 0;
        if (failure != null || ended || closed) {
            release();
        }
    }

    /** Waits for the next bytes; 0 is the end of the body. */
    int read(byte[] into, int offset, int length) throws MutlsException {
        if (length == 0 || !begin()) {
            return 0;
        }
        if (!here && !Waiting.allowed()) {
            byte[] bytes = await(Math.min(length, PIECE), false);
            System.arraycopy(bytes, 0, into, offset, bytes.length);
            return bytes.length;
        }
        int got = waitFor(Math.min(length, BUFFER), into, offset);
        if (got > 0 && left == 0 && begin()) {
            // Behind the last byte the end is at hand, and with it the connection is free for others.
            waitFor(1, into, offset + got - 1);
        }
        return got;
    }

    private int waitFor(int most, byte[] into, int offset) throws MutlsException {
        Abi abi = Natives.abi;
        if (buffer == 0) {
            buffer = abi.allocate(BUFFER);
        }
        int got = 0;
        Failure failure = null;
        Scratch out = Scratch.take();
        try {
            int status;
            out.wait.begin(token.handle());
            try {
                status = abi.responseRead(response, buffer, most, out.at(Scratch.LENGTH), out.at(Scratch.ERROR));
            } finally {
                out.wait.end();
            }
            if (status == 0) {
                got = (int) out.get(Scratch.LENGTH);
                abi.read(buffer, into, offset, got);
            } else {
                failure = Failure.taken(out.take(Scratch.ERROR), out);
            }
        } finally {
            out.close();
            over(got, failure);
            Reference.reachabilityFence(this);
        }
        if (failure != null) {
            throw failure.exception();
        }
        return got;
    }

    /** Submits a read, and waits for it. */
    private byte[] await(int most, boolean all) throws MutlsException {
        CompletableFuture<Call.Outcome<byte[]>> outcome = new CompletableFuture<>();
        submitBegun(most, all, (bytes, failure) -> outcome.complete(new Call.Outcome<>(bytes, failure)));
        return Call.await(outcome, token::cancel).get();
    }

    /** The rest of it. */
    byte[] readAll() throws MutlsException {
        if (here) {
            return takeHere();
        }
        if (Waiting.allowed()) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            byte[] piece = new byte[BUFFER];
            int length;
            while ((length = read(piece, 0, piece.length)) > 0) {
                all.write(piece, 0, length);
            }
            return all.toByteArray();
        }
        return begin() ? await(0, true) : NOTHING;
    }

    /** All of a body that is here. */
    private byte[] takeHere() throws MutlsException {
        byte[] all = new byte[Math.toIntExact(left)];
        int at = 0;
        int length;
        do {
            // The last one meets the end.
            length = at < all.length ? read(all, at, all.length - at) : read(new byte[1], 0, 1);
            at += length;
        } while (length > 0);
        return all;
    }

    /** Submits a read; the reader is called on the completions' thread, or on this one. */
    void readLater(int most, boolean all, Reader reader) {
        try {
            if (begin()) {
                submitBegun(most, all, reader);
            } else {
                reader.read(NOTHING, null);
            }
        } catch (MutlsException e) {
            reader.read(null, e.failure());
        }
    }

    private void submitBegun(int most, boolean all, Reader reader) {
        Abi abi = Natives.abi;
        try (Scratch out = Scratch.take()) {
            int status = Completions.submit(
                    (completion, done) -> completed(completion, done, all, reader),
                    (id, queue) -> all
                            ? abi.responseSubmitReadAll(response, -1, id, queue, out.at(Scratch.ERROR))
                            : abi.responseSubmitRead(response, Math.min(most, PIECE), id, queue, out.at(Scratch.ERROR)),
                    out);
            out.check(status);
        } catch (MutlsException e) {
            over(0, e.failure());
            reader.read(null, e.failure());
        }
    }

    private void completed(long completion, int status, boolean all, Reader reader) {
        if (status != 0) {
            Failure failure = Completions.failure(completion);
            over(0, failure);
            reader.read(null, failure);
            return;
        }
        byte[] bytes;
        try (Scratch out = Scratch.take()) {
            Natives.abi.completionBytes(completion, out.at(Scratch.VIEW), out.at(Scratch.LENGTH), 0);
            bytes = out.view();
        } finally {
            Natives.abi.completionFree(completion);
        }
        over(all ? 0 : bytes.length, null);
        if (!all && bytes.length > 0 && left == 0) {
            readLater(1, false, (end, failure) -> reader.read(bytes, null));
            return;
        }
        reader.read(bytes, null);
    }

    /** Ends it, from any thread. A read that is under way ends with an error. */
    void close() {
        boolean underWay;
        synchronized (this) {
            closed = true;
            underWay = reading;
            if (!underWay) {
                release();
            }
        }
        if (underWay) {
            token.cancel();
        }
    }

    /** What the collector does with one that was forgotten. */
    @Override
    public void run() {
        close();
    }

    private void release() {
        if (response == 0) {
            return;
        }
        Abi abi = Natives.abi;
        abi.responseFree(response);
        response = 0;
        if (buffer != 0) {
            abi.release(buffer);
            buffer = 0;
        }
        token.free();
        if (upload != null) {
            upload.stop();
        }
    }
}
