package io.github.mutls;

/** A cancel token that may be cancelled and freed in any order, by any thread. */
final class Token {
    private long handle;
    private CancelToken owner;

    Token(long handle) {
        this.handle = handle;
    }

    /** Makes one for a native request. */
    static Token forRequest(long request, CancelToken owner, Scratch out) throws MutlsException {
        out.check(Natives.abi.cancelTokenNew(out.at(Scratch.TOKEN), out.at(Scratch.ERROR)));
        Token token = new Token(out.take(Scratch.TOKEN));
        try {
            out.check(Natives.abi.requestSetCancelToken(request, token.handle, out.at(Scratch.ERROR)));
        } catch (MutlsException e) {
            token.free();
            throw e;
        }
        if (owner != null) {
            token.owner = owner;
            owner.attach(token);
        }
        return token;
    }

    synchronized long handle() {
        return handle;
    }

    synchronized void cancel() {
        if (handle != 0) {
            Natives.abi.cancelTokenCancel(handle, 0);
        }
    }

    void free() {
        if (owner != null) {
            owner.detach(this);
        }
        synchronized (this) {
            long freed = handle;
            handle = 0;
            Natives.abi.cancelTokenFree(freed);
        }
    }
}
