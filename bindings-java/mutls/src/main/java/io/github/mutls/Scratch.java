package io.github.mutls;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Memory of C's for the inputs and outputs of a few calls. One thread has it at a time; reading and writing it costs no call.
 */
final class Scratch implements AutoCloseable {
    /** Slots for outputs. */
    static final int ERROR = 0, REQUEST = 8, RESPONSE = 16, BYTES = 24, BODY = 32, VIEW = 40, LENGTH = 48, NUMBER = 56, TOKEN = 64;

    private static final int SLOTS = 128;
    private static final int SIZE = 16 * 1024;
    private static final int KEPT = 256;
    private static final ConcurrentLinkedQueue<Scratch> IDLE = new ConcurrentLinkedQueue<>();
    private static final AtomicInteger IDLE_COUNT = new AtomicInteger();

    final Wait wait = new Wait();
    private final Abi abi = Natives.abi;
    private final ByteBuffer memory = ByteBuffer.allocateDirect(SIZE).order(ByteOrder.nativeOrder());
    private final long address = abi.addressOf(memory);
    private final ArrayList<Long> large = new ArrayList<>();

    private Scratch() {}

    static Scratch take() {
        Scratch scratch = IDLE.poll();
        if (scratch == null) {
            scratch = new Scratch();
        } else {
            IDLE_COUNT.decrementAndGet();
        }
        scratch.clear();
        return scratch;
    }

    private void clear() {
        for (int slot = 0; slot < SLOTS; slot += 8) {
            memory.putLong(slot, 0);
        }
        memory.position(SLOTS);
    }

    /** Gives it back, with whatever lies in it. */
    @Override
    public void close() {
        if (!large.isEmpty()) {
            large.forEach(abi::release);
            large.clear();
        }
        if (IDLE_COUNT.incrementAndGet() <= KEPT) {
            IDLE.add(this);
        } else {
            IDLE_COUNT.decrementAndGet();
            wait.retire();
        }
    }

    /** The address of a slot. */
    long at(int slot) {
        return address + slot;
    }

    long get(int slot) {
        return memory.getLong(slot);
    }

    int getInt(int slot) {
        return memory.getInt(slot);
    }

    /** What is in a slot, which is empty then. */
    long take(int slot) {
        long value = memory.getLong(slot);
        memory.putLong(slot, 0);
        return value;
    }

    /** Copies bytes to where C can read them until this is closed. */
    long put(byte[] bytes) {
        return put(bytes, 0, bytes.length);
    }

    long put(byte[] bytes, int offset, int length) {
        if (length <= memory.remaining()) {
            long where = address + memory.position();
            memory.put(bytes, offset, length);
            return where;
        }
        long where = abi.allocate(length);
        large.add(where);
        abi.write(where, bytes, offset, length);
        return where;
    }

    /** What the view in VIEW and LENGTH shows, as a copy. */
    byte[] view() {
        int length = Math.toIntExact(get(LENGTH));
        byte[] bytes = new byte[length];
        if (length > 0) {
            abi.read(get(VIEW), bytes, 0, length);
        }
        return bytes;
    }

    /** The same as text; null if there is none. */
    String text() {
        return get(VIEW) == 0 ? null : new String(view(), StandardCharsets.UTF_8);
    }

    /** Throws the error that lies in ERROR unless the status is good. */
    void check(int status) throws MutlsException {
        if (status != 0) {
            throw Failure.taken(take(ERROR), this).exception();
        }
    }
}
