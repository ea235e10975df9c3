package io.github.mutls;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Ends the calls that it was given to, in whatever phase they are, from any thread. They end with {@link Code#CANCELLED}, and the peers
 * see their connections close. Interrupts and cancelled futures need none.
 */
public final class CancelToken {
    private final Set<Token> calls = new HashSet<>();
    private boolean cancelled;

    /** Makes one that is not cancelled. */
    public CancelToken() {}

    /** Ends every call that carries it, now and later. It returns at once. */
    public void cancel() {
        List<Token> now;
        synchronized (this) {
            cancelled = true;
            now = new ArrayList<>(calls);
        }
        now.forEach(Token::cancel);
    }

    /**
     * Whether it was cancelled.
     *
     * @return true once it was
     */
    public synchronized boolean isCancelled() {
        return cancelled;
    }

    void attach(Token call) {
        boolean late;
        synchronized (this) {
            late = cancelled;
            calls.add(call);
        }
        if (late) {
            call.cancel();
        }
    }

    synchronized void detach(Token call) {
        calls.remove(call);
    }
}
