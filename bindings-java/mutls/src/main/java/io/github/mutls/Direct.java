package io.github.mutls;

import java.lang.ref.Reference;

/** Calls that wait in C on the thread that makes them: the quickest way. */
final class Direct {
    private Direct() {}

    /** Makes the call and gives the whole answer. */
    static MutlsResponse fetch(MutlsClient client, MutlsRequest request) throws MutlsException {
        Abi abi = Natives.abi;
        Scratch out = Scratch.take();
        long handle = 0;
        try {
            handle = request.make(out);
            long token = out.wait.spareToken(out);
            out.check(abi.requestSetCancelToken(handle, token, out.at(Scratch.ERROR)));
            int status;
            out.wait.begin(token);
            try {
                status = abi.clientFetch(
                        client.handle(), handle, -1, out.at(Scratch.RESPONSE), out.at(Scratch.BYTES), out.at(Scratch.ERROR));
            } finally {
                out.wait.end();
            }
            out.check(status);
            abi.bytesView(out.get(Scratch.BYTES), out.at(Scratch.VIEW), out.at(Scratch.LENGTH), 0);
            byte[] body = out.view();
            return new MutlsResponse(out.get(Scratch.RESPONSE), client, out, body);
        } finally {
            abi.requestFree(handle);
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
        long handle = 0;
        try {
            handle = request.make(out);
            long token = out.wait.spareToken(out);
            out.check(abi.requestSetCancelToken(handle, token, out.at(Scratch.ERROR)));
            int status;
            out.wait.begin(token);
            try {
                status = abi.clientSend(client.handle(), handle, out.at(Scratch.RESPONSE), out.at(Scratch.ERROR));
            } finally {
                out.wait.end();
            }
            out.check(status);
            // The stream outlives this call, and must not be cancelled with the thread's next one.
            return new Body(out.take(Scratch.RESPONSE), new Token(out.wait.giveToken()), null, client, out);
        } finally {
            abi.requestFree(handle);
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
