package io.github.mutls;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A submitted call, until its answer's head is there. */
final class Call {
    /** So much of a body comes with its head. */
    static final int PREFETCH = 64 * 1024;
    /** How long a cancelled call may take to say how far it came. */
    private static final long LAST_WORDS_MS = 1000;

    /** An outcome: the answer, or why there is none. */
    static final class Outcome<T> {
        final T value;
        final Failure failure;

        Outcome(T value, Failure failure) {
            this.value = value;
            this.failure = failure;
        }

        T get() throws MutlsException {
            if (failure != null) {
                throw failure.exception();
            }
            return value;
        }
    }

    private final MutlsClient client;
    private final Token token;
    private final Upload upload;
    private final CompletableFuture<Outcome<Body>> head = new CompletableFuture<>();

    private Call(MutlsClient client, Token token, Upload upload) {
        this.client = client;
        this.token = token;
        this.upload = upload;
    }

    /** Submits; throws if that cannot be done. The body of the request is not yet pushed. */
    static Call submit(MutlsClient client, MutlsRequest request, int prefetch) throws MutlsException {
        Abi abi = Natives.abi;
        long handle = 0;
        Token token = null;
        Upload upload = null;
        boolean submitted = false;
        try (Scratch out = Scratch.take()) {
            handle = request.make(out);
            token = Token.forRequest(handle, request.cancelToken(), out);
            if (prefetch > 0) {
                out.check(abi.requestSetPrefetch(handle, prefetch, out.at(Scratch.ERROR)));
            }
            if (request.streams()) {
                int status = abi.requestSetBodyPushed(handle, request.length(), out.at(Scratch.BODY), out.at(Scratch.ERROR));
                out.check(status);
                upload = new Upload(out.take(Scratch.BODY), client.executor());
            }
            Call call = new Call(client, token, upload);
            long made = handle;
            out.check(Completions.submit(
                    call::completed, (id, queue) -> abi.clientSubmit(client.handle(), made, id, queue, out.at(Scratch.ERROR)), out));
            submitted = true;
            return call;
        } finally {
            abi.requestFree(handle);
            if (!submitted) {
                if (upload != null) {
                    upload.stop();
                }
                if (token != null) {
                    token.free();
                }
            }
        }
    }

    private void completed(long completion, int status) {
        if (status != 0) {
            Failure failure = Completions.failure(completion);
            if (upload != null) {
                failure.source = failure.code == Code.BODY_SOURCE_FAILED ? upload.problem() : null;
                upload.stop();
            }
            token.free();
            head.complete(new Outcome<>(null, failure));
            return;
        }
        Abi abi = Natives.abi;
        Body body;
        try (Scratch out = Scratch.take()) {
            abi.completionTakeResponse(completion, out.at(Scratch.RESPONSE), 0);
            body = new Body(out.take(Scratch.RESPONSE), token, upload, client, out);
        } finally {
            abi.completionFree(completion);
        }
        if (!head.complete(new Outcome<>(body, null))) {
            body.close();
        }
    }

    Upload upload() {
        return upload;
    }

    /** Completed on the completions' thread, where nobody may wait. */
    CompletableFuture<Outcome<Body>> head() {
        return head;
    }

    void cancel() {
        token.cancel();
    }

    /** Waits; an interrupt cancels the call. */
    Body await() throws MutlsException {
        return await(head, this::cancel).get();
    }

    /** Waits for an outcome; an interrupt runs `cancel`, and stays set. */
    static <T> Outcome<T> await(CompletableFuture<Outcome<T>> future, Runnable cancel) throws MutlsException {
        try {
            return future.get();
        } catch (InterruptedException interrupted) {
            cancel.run();
            try {
                return future.get(LAST_WORDS_MS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException | InterruptedException | ExecutionException e) {
                Outcome<T> late = new Outcome<>(null, Failure.cancelled(false));
                future.complete(late);
                return late;
            } finally {
                Thread.currentThread().interrupt();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
