package io.github.mutls;

import java.io.IOException;
import java.net.CookieHandler;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;

/** One request of {@code java.net.http}, and its answer on the way to a body handler. */
final class Exchange<T> {
    /** Bodies up to this size that lie in memory go out as a whole, and can be sent again. */
    private static final int IN_MEMORY = 64 * 1024;
    /** Headers that core makes itself. */
    private static final Set<String> OURS = Set.of("connection", "content-length", "transfer-encoding");

    /** Methods whose requests tell that there is no body. */
    private static final Set<String> BODIED = Set.of("POST", "PUT", "PATCH");

    private final MutlsHttpClient from;
    private final HttpRequest request;
    private final HttpResponse.BodyHandler<T> handler;

    Exchange(MutlsHttpClient from, HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        this.from = from;
        this.request = request;
        this.handler = handler;
    }

    /** Waits for the head, and for what the handler makes of the body. */
    HttpResponse<T> send(MutlsClient client) throws IOException, InterruptedException, ExecutionException {
        Body body = client.open(outgoing());
        CompletionStage<T> made = deliver(client, body);
        CompletableFuture<T> future = made.toCompletableFuture();
        try {
            return new SeamResponse<>(request, body.head(), future.isDone() ? future.join() : future.get());
        } catch (InterruptedException e) {
            body.close();
            throw e;
        } catch (CompletionException e) {
            throw new ExecutionException(e.getCause());
        }
    }

    CompletableFuture<HttpResponse<T>> sendAsync(MutlsClient client) throws IOException {
        return client.submit(outgoing(), 0, (body, future) -> {
            CompletionStage<T> made;
            try {
                made = deliver(client, body);
            } catch (Throwable e) {
                body.close();
                future.fail(e);
                return;
            }
            made.whenComplete((value, failure) -> {
                if (failure == null) {
                    future.deliver(new SeamResponse<>(request, body.head(), value));
                } else {
                    body.close();
                    future.fail(cause(failure));
                }
            });
        }, Exchange::translated);
    }

    private CompletionStage<T> deliver(MutlsClient client, Body body) throws IOException {
        Head head = body.head();
        try {
            CookieHandler cookies = from.cookieHandler().orElse(null);
            if (cookies != null) {
                cookies.put(request.uri(), head.headers().map());
            }
            HttpResponse.BodySubscriber<T> subscriber = handler.apply(new SeamResponse<>(request, head, null));
            if (body.isHere()) {
                whole(body, subscriber);
            } else {
                Published<List<ByteBuffer>> published = new Published<>(
                        body, new Translating(subscriber), bytes -> List.of(ByteBuffer.wrap(bytes).asReadOnlyBuffer()), from.working(), this);
                // A body that is forgotten is closed with its subscription.
                MutlsClient.CLEANER.register(published, body);
                published.begin();
            }
            return subscriber.getBody();
        } catch (RuntimeException e) {
            body.close();
            throw new IOException(e.getMessage(), e);
        } catch (IOException | Error e) {
            body.close();
            throw e;
        }
    }

    /** All of a body that came with its head: the subscriber is told on this thread. */
    private void whole(Body body, HttpResponse.BodySubscriber<T> subscriber) {
        byte[] bytes;
        try {
            bytes = body.readAll();
        } catch (MutlsException e) {
            subscriber.onSubscribe(new Once(() -> subscriber.onError(translated(e))));
            return;
        }
        subscriber.onSubscribe(new Once(() -> {
            if (bytes.length > 0) {
                subscriber.onNext(List.of(ByteBuffer.wrap(bytes).asReadOnlyBuffer()));
            }
            subscriber.onComplete();
        }));
    }

    /** A subscription that brings everything with the first demand. */
    private static final class Once implements Flow.Subscription {
        private Runnable all;

        Once(Runnable all) {
            this.all = all;
        }

        @Override
        public void request(long n) {
            Runnable now;
            synchronized (this) {
                now = all;
                all = null;
            }
            if (now != null) {
                now.run();
            }
        }

        @Override
        public synchronized void cancel() {
            all = null;
        }
    }

    /** Tells a subscriber of failures as java.net.http does. */
    private final class Translating implements Flow.Subscriber<List<ByteBuffer>> {
        private final Flow.Subscriber<List<ByteBuffer>> to;

        Translating(Flow.Subscriber<List<ByteBuffer>> to) {
            this.to = to;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            to.onSubscribe(subscription);
        }

        @Override
        public void onNext(List<ByteBuffer> item) {
            to.onNext(item);
        }

        @Override
        public void onError(Throwable cause) {
            to.onError(cause instanceof MutlsException ? translated((MutlsException) cause) : cause);
        }

        @Override
        public void onComplete() {
            to.onComplete();
        }
    }

    private MutlsRequest outgoing() throws IOException {
        URI uri = request.uri();
        MutlsRequest.Builder out = MutlsRequest.newBuilder(request.method(), uri.toString()).redirects(from.follow());
        request.headers().map().forEach((name, values) -> {
            if (!OURS.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                values.forEach(value -> out.header(name, value));
            }
        });
        cookies(uri, out);
        // As java.net.http: a handler gets the body as it came.
        out.decompress(false);
        if (request.expectContinue()) {
            out.header("Expect", "100-continue");
        }
        request.timeout().ifPresent(limit -> {
            out.timeout(limit);
            from.connectTimeout().ifPresent(each -> out.timeouts(timeouts -> timeouts.dns(each).connect(each).handshake(each)));
        });
        HttpRequest.BodyPublisher publisher = request.bodyPublisher().orElse(null);
        if (publisher == null || publisher.contentLength() == 0) {
            boolean bodied = publisher != null && BODIED.contains(request.method());
            return (bodied ? out.body(new byte[0]) : out).build();
        }
        if (publisher.contentLength() > 0 && publisher.contentLength() <= IN_MEMORY) {
            byte[] bytes = Collected.now(publisher);
            if (bytes != null) {
                return out.body(bytes).build();
            }
        }
        return out.body(publisher).build();
    }

    private void cookies(URI uri, MutlsRequest.Builder out) throws IOException {
        CookieHandler cookies = from.cookieHandler().orElse(null);
        if (cookies != null) {
            Map<String, List<String>> own = cookies.get(uri, request.headers().map());
            own.forEach((name, values) -> {
                if (!values.isEmpty()) {
                    out.header(name, String.join("; ", values));
                }
            });
        }
    }

    /** The exception that code for java.net.http expects. */
    static IOException translated(MutlsException e) {
        HttpTimeoutException late = e.code() == Code.CONNECT_TIMEOUT || e.family() == Family.TIMEOUT && connecting(e.phase())
                ? new HttpConnectTimeoutException(e.getMessage())
                : e.code() == Code.TIMEOUT ? new HttpTimeoutException(e.getMessage()) : null;
        IOException as = late != null ? late : closest(e);
        if (as == null) {
            return e;
        }
        as.initCause(e);
        return as;
    }

    private static boolean connecting(Phase phase) {
        return phase == Phase.DNS || phase == Phase.CONNECT || phase == Phase.PROXY || phase == Phase.HANDSHAKE;
    }

    private static IOException closest(MutlsException e) {
        switch (e.code()) {
            case CONNECT_REFUSED:
            case UNREACHABLE:
            case HOST_NOT_FOUND:
                return new java.net.ConnectException(e.getMessage());
            default:
                break;
        }
        switch (e.family()) {
            case IDENTITY:
            case TRUST:
            case HANDSHAKE:
                return new javax.net.ssl.SSLHandshakeException(e.getMessage());
            default:
                return null;
        }
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** What a body handler or publisher threw, for the one who waits. */
    static IOException unwrapped(Throwable cause) {
        Throwable of = cause(cause);
        if (of instanceof MutlsException) {
            return translated((MutlsException) of);
        }
        if (of instanceof Error) {
            throw (Error) of;
        }
        return of instanceof IOException ? (IOException) of : new IOException(of.getMessage(), of);
    }
}
