package io.github.mutls;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread's wait within C, and how an interrupt ends it. Java tells nobody that a thread was interrupted, so a watcher looks at the
 * threads that wait, and cancels for them. It sleeps while nobody waits.
 */
final class Wait {
    private static final long PERIOD_NANOS = 15_000_000;
    /** Periods without anybody waiting, after which the watcher sleeps. */
    private static final int PATIENCE = 20;

    private static final Set<Wait> ALL = ConcurrentHashMap.newKeySet();
    private static volatile boolean watching;
    private static Thread watcher;

    /** A token for one call after the other, as long as none was cancelled; 0 if there is none. */
    private long spare;
    private volatile Thread thread;
    private long token;

    Wait() {
        ALL.add(this);
    }

    /** The token that this thread's calls may carry one after the other. */
    long spareToken(Scratch out) throws MutlsException {
        if (spare == 0) {
            out.check(Natives.abi.cancelTokenNew(out.at(Scratch.TOKEN), out.at(Scratch.ERROR)));
            spare = out.take(Scratch.TOKEN);
        }
        return spare;
    }

    /** Gives the token away, to a stream that outlives the call. */
    long giveToken() {
        long given = spare;
        spare = 0;
        return given;
    }

    /** From here on an interrupt of this thread cancels the token. */
    void begin(long cancels) {
        synchronized (this) {
            token = cancels;
        }
        thread = Thread.currentThread();
        if (!watching) {
            watch();
        }
    }

    /** The wait is over. Afterwards nobody cancels for it. */
    synchronized void end() {
        thread = null;
        token = 0;
    }

    private synchronized void look() {
        if (thread != null && thread.isInterrupted()) {
            Natives.abi.cancelTokenCancel(token, 0);
            if (token == spare) {
                Natives.abi.cancelTokenFree(spare);
                spare = 0;
            }
            thread = null;
        }
    }

    /** The memory that it belongs to is given up. */
    void retire() {
        ALL.remove(this);
        Natives.abi.cancelTokenFree(giveToken());
    }

    private static synchronized void watch() {
        watching = true;
        if (watcher == null) {
            watcher = new Thread(Wait::run, "mutls-interrupts");
            watcher.setDaemon(true);
            watcher.setContextClassLoader(null);
            watcher.start();
        } else {
            LockSupport.unpark(watcher);
        }
    }

    private static void run() {
        int quiet = 0;
        while (true) {
            boolean anybody = false;
            for (Wait wait : ALL) {
                if (wait.thread != null) {
                    anybody = true;
                    wait.look();
                }
            }
            quiet = anybody ? 0 : quiet + 1;
            if (quiet > PATIENCE) {
                watching = false;
                // Whoever began to wait before this line was written is seen now; whoever begins later wakes us.
                if (ALL.stream().allMatch(wait -> wait.thread == null)) {
                    LockSupport.park();
                }
                watching = true;
                quiet = 0;
            }
            LockSupport.parkNanos(PERIOD_NANOS);
        }
    }
}
