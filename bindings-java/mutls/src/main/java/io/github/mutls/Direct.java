package io.github.mutls;

import java.lang.ref.Reference;

/** Calls that wait in C on the thread that makes them: the quickest way. */
final class Direct {
    private Direct() {}

    /** Waits in C with a request, and gives the status. */
    interface Act {
        int on(long request);
    }

    /** Makes the request for an act, which an interrupt of this thread ends. */
    static void run(MutlsRequest request, Scratch out, Act act) throws MutlsException {
        Abi abi = Natives.abi;
        long handle = request.make(out);
        try {
            long token = out.wait.spareToken(out);
            out.check(abi.requestSetCancelToken(handle, token, out.at(Scratch.ERROR)));
            int status;
            out.wait.begin(token);
            try {
                status = act.on(handle);
            } finally {
                out.wait.end();
            }
            out.check(status);
        } finally {
            abi.requestFree(handle);
        }
    }

    /** Makes the call and gives the whole answer. */
    static MutlsResponse fetch(MutlsClient client, MutlsRequest request) throws MutlsException {
        Abi abi = Natives.abi;
        Scratch out = Scratch.take();
        try {
            run(request, out, handle -> abi.clientFetch(
                    client.handle(), handle, -1, out.at(Scratch.RESPONSE), out.at(Scratch.BYTES), out.at(Scratch.ERROR)));
            abi.bytesView(out.get(Scratch.BYTES), out.at(Scratch.VIEW), out.at(Scratch.LENGTH), 0);
            byte[] body = out.view();
            return new MutlsResponse(out.get(Scratch.RESPONSE), client, out, body);
        } finally {
            abi.bytesFree(out.get(Scratch.BYTES));
            abi.responseFree(out.get(Scratch.RESPONSE));
            out.close();
            Reference.reachabilityFence(client);
        }
    }

    /** Makes the call and gives an answer whose body streams. */
    static Body open(MutlsClient client, MutlsRequest request) throws MutlsException {
        Abi abi = Natives.abi;
        Scratch out = Scratch.take();
        try {
            run(request, out, handle -> abi.clientSend(client.handle(), handle, out.at(Scratch.RESPONSE), out.at(Scratch.ERROR)));
            // The stream outlives this call, and must not be cancelled with the thread's next one.
            return new Body(out.take(Scratch.RESPONSE), new Token(out.wait.giveToken()), null, client, out);
        } finally {
            out.close();
            Reference.reachabilityFence(client);
        }
    }

    static void refuseInterrupted() throws MutlsException {
        if (Thread.currentThread().isInterrupted()) {
            throw Failure.cancelled(true).exception();
        }
    }
}
