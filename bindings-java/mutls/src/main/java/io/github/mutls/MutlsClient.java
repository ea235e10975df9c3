package io.github.mutls;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Calls an API over mutual TLS. It serves any number of threads at once, and keeps its connections: make one, and keep it.
 *
 * <pre>{@code
 * MutlsClient client = MutlsClient.builder()
 *         .baseUrl("https://api.example/v1/")
 *         .cert("cert.crt").key("key.pem").ca("ca.pem")
 *         .build();
 * String banks = client.get("banks").text();
 * }</pre>
 *
 * <p>Methods that wait throw a {@link MutlsException} if there is no complete answer. An interrupt ends the call with
 * {@link Code#CANCELLED}, and the thread stays interrupted. A client that is never closed harms nothing.
 */
public final class MutlsClient implements AutoCloseable {
    static final Cleaner CLEANER = Cleaner.create();
    /** So many connections are remembered. */
    private static final int REMEMBERED = 4096;

    private final Native own = new Native();
    private final Executor executor;
    private final Consumer<? super Event> onEvent;
    private final ConcurrentHashMap<Long, Connection> connections = new ConcurrentHashMap<>();

    private static final class Native implements Runnable {
        private long handle;
        private long events;

        @Override
        public void run() {
            Natives.abi.clientFree(handle);
            Natives.abi.queueFree(events);
        }
    }

    MutlsClient(NativeConfig config, Executor executor, Consumer<? super Event> onEvent) throws MutlsException {
        this.onEvent = onEvent;
        this.executor = executor == null ? Completions.threads() : executor;
        config.use((native_, out) -> {
            out.check(Natives.abi.clientNew(native_, out.at(Scratch.NUMBER), out.at(Scratch.ERROR)));
            own.handle = out.get(Scratch.NUMBER);
        });
        CLEANER.register(this, own);
        if (onEvent != null) {
            try (Scratch out = Scratch.take()) {
                out.check(Natives.abi.queueNew(out.at(Scratch.NUMBER), out.at(Scratch.ERROR)));
                own.events = out.get(Scratch.NUMBER);
                out.check(Natives.abi.clientObserve(own.handle, own.events, 0, out.at(Scratch.ERROR)));
            }
            tell();
        }
    }

    /**
     * Begins a client.
     *
     * @return a builder with the options of the config document
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Makes a client from a config document in JSON, such as a profile file holds. Its {@code _ms} keys are milliseconds.
     *
     * @param document the JSON
     * @param attachments what {@code {"ref": "name"}} stands for, by name
     * @return a client
     * @throws MutlsException if something in it cannot be used
     */
    public static MutlsClient fromJson(String document, Map<String, byte[]> attachments) throws MutlsException {
        return fromJson(document, attachments, null);
    }

    /**
     * The same, with somebody who is told of events.
     *
     * @param document the JSON
     * @param attachments what {@code {"ref": "name"}} stands for, by name
     * @param onEvent see {@link ClientBuilder#onEvent}
     * @return a client
     * @throws MutlsException if something in it cannot be used
     */
    public static MutlsClient fromJson(String document, Map<String, byte[]> attachments, Consumer<? super Event> onEvent)
            throws MutlsException {
        return new MutlsClient(new NativeConfig(document, new HashMap<>(attachments)), null, onEvent);
    }

    /** The options of a client. */
    public static final class Builder extends ClientBuilder<Builder> {
        private Builder() {}

        /**
         * Makes the client. Everything that the options name is read and checked now.
         *
         * @return a client
         * @throws MutlsException if something cannot be used
         */
        public MutlsClient build() throws MutlsException {
            return new MutlsClient(config(), chosenExecutor(), chosenOnEvent());
        }

        /**
         * Finds out why calls fail, whether or not a client can be made. Of the request it takes URL and headers; method and body are
         * not used.
         *
         * @param request what fails
         * @return what was found; what is wrong is in it, and not an exception
         * @throws MutlsException for options that do not exist, and an interrupt
         */
        public Diagnosis diagnose(MutlsRequest request) throws MutlsException {
            Diagnosis[] found = new Diagnosis[1];
            config().use((config, out) -> found[0] = Diagnosis.of(
                    request, this, (handle, at, error) -> Natives.abi.diagnose(config, handle, 1, at, error)));
            return found[0];
        }
    }

    /**
     * Swaps in other options, or the same ones to read their files anew. Calls in flight finish on the old ones; on an exception the
     * old ones stay.
     *
     * @param options what the client is to be made of
     * @throws MutlsException if something cannot be used
     */
    public void reload(Builder options) throws MutlsException {
        options.config().use((config, out) -> out.check(Natives.abi.clientReload(own.handle, config, out.at(Scratch.ERROR))));
        tell();
        Reference.reachabilityFence(this);
    }

    /**
     * Sends a request and waits for its whole answer.
     *
     * @param request what to send
     * @return the answer, whatever its status
     * @throws MutlsException if there is no complete answer
     */
    public MutlsResponse send(MutlsRequest request) throws MutlsException {
        Direct.refuseInterrupted();
        if (request.isDirect()) {
            try {
                return Direct.fetch(this, request);
            } finally {
                tell();
            }
        }
        Body body = await(Call.submit(this, request, Call.PREFETCH), request);
        try {
            return new MutlsResponse(body.head(), body.readAll());
        } finally {
            body.close();
        }
    }

    /**
     * Sends a request and waits for the head of its answer.
     *
     * @param request what to send
     * @return the answer, whatever its status; close it
     * @throws MutlsException if there is none
     */
    public MutlsStream stream(MutlsRequest request) throws MutlsException {
        return new MutlsStream(open(request));
    }

    Body open(MutlsRequest request) throws MutlsException {
        Direct.refuseInterrupted();
        if (request.isDirect()) {
            try {
                return Direct.open(this, request);
            } finally {
                tell();
            }
        }
        return await(Call.submit(this, request, 0), request);
    }

    private Body await(Call call, MutlsRequest request) throws MutlsException {
        try {
            if (request.stream() != null) {
                call.upload().pump(request.stream(), call::cancel);
            } else {
                push(call, request);
            }
            return call.await();
        } finally {
            tell();
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Sends a request. Cancelling the future, or one that is derived from it, ends the call, and so does a timeout of the future.
     *
     * @param request what to send
     * @return the whole answer, whatever its status, or a {@link MutlsException}
     */
    public CompletableFuture<MutlsResponse> sendAsync(MutlsRequest request) {
        return submit(request, Call.PREFETCH, (body, future) -> {
            if (body.isHere()) {
                whole(body, future);
                return;
            }
            body.readLater(0, true, (bytes, failure) -> Completions.run(executor, () -> {
                if (failure == null) {
                    future.deliver(new MutlsResponse(body.head(), bytes));
                } else {
                    future.fail(failure.exception());
                }
                body.close();
            }));
        });
    }

    private void whole(Body body, CallFuture<MutlsResponse> future) {
        try {
            future.deliver(new MutlsResponse(body.head(), body.readAll()));
        } catch (MutlsException e) {
            future.fail(e);
        } finally {
            body.close();
        }
    }

    /**
     * Sends a request. Cancelling the future ends the call.
     *
     * @param request what to send
     * @return the answer as soon as its head is there, whatever its status, or a {@link MutlsException}; close it
     */
    public CompletableFuture<MutlsStream> streamAsync(MutlsRequest request) {
        return submit(request, 0, (body, future) -> {
            MutlsStream stream = new MutlsStream(body);
            if (!future.deliver(stream)) {
                stream.close();
            }
        });
    }

    /** What becomes of an answer, on the executor. */
    interface Then<T> {
        void with(Body body, CallFuture<T> future);
    }

    private <T> CallFuture<T> submit(MutlsRequest request, int prefetch, Then<T> then) {
        return submit(request, prefetch, then, failure -> failure);
    }

    <T> CallFuture<T> submit(MutlsRequest request, int prefetch, Then<T> then, Function<MutlsException, Throwable> shown) {
        Call call;
        try {
            call = Call.submit(this, request, prefetch);
        } catch (MutlsException e) {
            CallFuture<T> refused = new CallFuture<>(() -> {});
            refused.fail(shown.apply(e));
            return refused;
        } finally {
            Reference.reachabilityFence(this);
        }
        CallFuture<T> future = new CallFuture<>(call::cancel);
        call.head().thenAccept(outcome -> Completions.run(executor, () -> {
            tell();
            if (outcome.failure != null) {
                future.fail(shown.apply(outcome.failure.exception()));
            } else if (future.isDone()) {
                outcome.value.close();
            } else {
                then.with(outcome.value, future);
            }
        }));
        push(call, request);
        return future;
    }

    /** Tells of what has happened. */
    private void tell() {
        if (onEvent != null) {
            Event.tell(own.events, onEvent);
            Reference.reachabilityFence(this);
        }
    }

    /** Lets the body of the request flow. */
    private void push(Call call, MutlsRequest request) {
        Upload upload = call.upload();
        if (request.publisher() != null) {
            Completions.run(executor, () -> {
                try {
                    request.publisher().subscribe(upload);
                } catch (RuntimeException e) {
                    upload.onError(e);
                }
            });
        } else if (request.stream() != null) {
            Completions.run(executor, () -> {
                try {
                    upload.pump(request.stream(), call::cancel);
                } catch (IOException e) {
                    upload.onError(e);
                }
            });
        }
    }

    /**
     * Finds out why calls fail: see {@link Builder#diagnose}. Reads the client's files anew, and uses none of its connections.
     *
     * @param request what fails
     * @return what was found
     * @throws MutlsException for an interrupt
     */
    public Diagnosis diagnose(MutlsRequest request) throws MutlsException {
        return Diagnosis.of(request, this, (handle, at, error) -> Natives.abi.clientDiagnose(own.handle, handle, 1, at, error));
    }

    /**
     * GET.
     *
     * @param url absolute, or relative to {@code baseUrl}
     * @return the whole answer
     * @throws MutlsException if there is no complete answer
     */
    public MutlsResponse get(String url) throws MutlsException {
        return send(MutlsRequest.newBuilder("GET", url).build());
    }

    /**
     * POST.
     *
     * @param url absolute, or relative to {@code baseUrl}
     * @param json the body, sent as {@code application/json}
     * @return the whole answer
     * @throws MutlsException if there is no complete answer
     */
    public MutlsResponse post(String url, String json) throws MutlsException {
        return send(MutlsRequest.newBuilder("POST", url).json(json).build());
    }

    /**
     * GET without waiting.
     *
     * @param url absolute, or relative to {@code baseUrl}
     * @return the whole answer, or a {@link MutlsException}
     */
    public CompletableFuture<MutlsResponse> getAsync(String url) {
        return sendAsync(MutlsRequest.newBuilder("GET", url).build());
    }

    /** Refuses new calls, cancels those in flight, and closes every connection. */
    @Override
    public void close() {
        close(Duration.ZERO);
    }

    /**
     * Refuses new calls, waits for those in flight, cancels what is left, and closes every connection.
     *
     * @param drain how long to wait
     * @return whether all had finished
     */
    public boolean close(Duration drain) {
        try (Scratch out = Scratch.take()) {
            long patience = Math.max(0, Part.milliseconds(drain));
            Natives.abi.clientClose(own.handle, patience, out.at(Scratch.NUMBER), 0);
            return out.getInt(Scratch.NUMBER) == 1;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public String toString() {
        return "MutlsClient";
    }

    long handle() {
        return own.handle;
    }

    Executor executor() {
        return executor;
    }

    /** The connection that an answer came on. */
    Connection connection(long response, Scratch out) {
        Natives.abi.responseConnection(response, out.at(Scratch.NUMBER), 0);
        Long number = out.get(Scratch.NUMBER);
        Connection known = connections.get(number);
        if (known == null) {
            known = new Connection(response, out);
            if (connections.size() >= REMEMBERED) {
                // Those in use are learned anew.
                connections.clear();
            }
            connections.put(number, known);
        }
        return known;
    }
}
