package io.github.mutls;

import java.util.concurrent.CompletableFuture;

/** A future whose end ends the call: cancelled, timed out or completed by somebody else. So does cancelling what is derived from it. */
final class CallFuture<T> extends CompletableFuture<T> {
    private final Runnable cancel;
    private final boolean derived;

    CallFuture(Runnable cancel) {
        this(cancel, false);
    }

    private CallFuture(Runnable cancel, boolean derived) {
        this.cancel = cancel;
        this.derived = derived;
    }

    /** As the call ends; false if nobody waits for it any more. */
    boolean deliver(T value) {
        return super.complete(value);
    }

    boolean fail(Throwable cause) {
        return super.completeExceptionally(cause);
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CallFuture<>(cancel, true);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean pending = !isDone();
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (pending) {
            cancel.run();
        }
        return cancelled;
    }

    @Override
    public boolean complete(T value) {
        return ended(super.complete(value));
    }

    @Override
    public boolean completeExceptionally(Throwable cause) {
        return ended(super.completeExceptionally(cause));
    }

    private boolean ended(boolean byThis) {
        if (byThis && !derived) {
            cancel.run();
        }
        return byThis;
    }
}
