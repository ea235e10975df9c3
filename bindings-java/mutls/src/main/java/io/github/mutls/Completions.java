package io.github.mutls;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Brings the completions of submitted calls to those that wait for them. One thread waits for all, and ends when for a while nobody
 * waits. No thread of C's ever calls into Java.
 */
final class Completions {
    /** Takes a completion, which it owns and frees. It is called on the one thread, and must not wait. */
    interface Handler {
        void completed(long completion, int status);
    }

    /** What is submitted under an id; gives the status of the submission. */
    interface Submission {
        int submit(long id, long queue);
    }

    private static final long PATIENCE_MS = 10_000;
    private static final ConcurrentHashMap<Long, Handler> WAITING = new ConcurrentHashMap<>();
    private static final AtomicLong IDS = new AtomicLong();
    private static long queue;
    private static volatile boolean running;

    private Completions() {}

    /** Submits, and lets the handler have the completion. If the submission fails, its error is where it was to be written. */
    static int submit(Handler handler, Submission submission, Scratch out) throws MutlsException {
        if (!running) {
            start(out);
        }
        Long id = IDS.incrementAndGet();
        WAITING.put(id, handler);
        // The thread may have ended for want of anybody who waits.
        if (!running) {
            start(out);
        }
        int status = submission.submit(id, queue);
        if (status != 0) {
            WAITING.remove(id);
        }
        return status;
    }

    private static synchronized void start(Scratch out) throws MutlsException {
        if (running) {
            return;
        }
        if (queue == 0) {
            out.check(Natives.abi.queueNew(out.at(Scratch.NUMBER), out.at(Scratch.ERROR)));
            queue = out.get(Scratch.NUMBER);
        }
        running = true;
        Thread thread = new Thread(Completions::run, "mutls-completions");
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        thread.start();
    }

    private static void run() {
        Abi abi = Natives.abi;
        try (Scratch out = Scratch.take()) {
            while (true) {
                int status = abi.queuePop(queue, PATIENCE_MS, out.at(Scratch.RESPONSE), 0);
                long completion = out.take(Scratch.RESPONSE);
                if (status != 0) {
                    throw new IllegalStateException("mutls: the queue of completions gave " + status);
                }
                if (completion != 0) {
                    deliver(abi, completion, out);
                } else if (WAITING.isEmpty() && ended()) {
                    return;
                }
            }
        }
    }

    private static synchronized boolean ended() {
        running = false;
        if (WAITING.isEmpty()) {
            return true;
        }
        running = true;
        return false;
    }

    private static void deliver(Abi abi, long completion, Scratch out) {
        abi.completionInfo(completion, out.at(Scratch.VIEW), out.at(Scratch.LENGTH), out.at(Scratch.NUMBER), 0);
        Handler handler = WAITING.remove(out.get(Scratch.VIEW));
        if (handler == null) {
            abi.completionFree(completion);
            return;
        }
        try {
            handler.completed(completion, out.getInt(Scratch.NUMBER));
        } catch (Throwable e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    /** The error of a completion that failed, which is freed. */
    static Failure failure(long completion) {
        try (Scratch out = Scratch.take()) {
            Natives.abi.completionTakeError(completion, out.at(Scratch.NUMBER), 0);
            return Failure.taken(out.take(Scratch.NUMBER), out);
        } finally {
            Natives.abi.completionFree(completion);
        }
    }

    /** Runs on the executor; if that takes nothing any more, here. */
    static void run(Executor executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (RuntimeException e) {
            task.run();
        }
    }

    /** The executor of clients that were given none. */
    static Executor threads() {
        return Threads.POOL;
    }

    private static final class Threads {
        private static final AtomicLong NUMBERS = new AtomicLong();
        private static final Executor POOL =
                new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "mutls-callback-" + NUMBERS.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }
}
