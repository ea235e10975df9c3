package io.github.mutls.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.mutls.CancelToken;
import io.github.mutls.Head;
import io.github.mutls.MutlsClient;
import io.github.mutls.MutlsException;
import io.github.mutls.MutlsRequest;
import io.github.mutls.MutlsResponse;
import io.github.mutls.MutlsStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** One call of a step. */
final class Call {
    private final MutlsClient client;
    private final JsonNode step;
    private Head head;

    Call(MutlsClient client, JsonNode step) {
        this.client = client;
        this.step = step;
    }

    void run() throws Exception {
        long begun = System.nanoTime();
        byte[] body = null;
        MutlsException failure = null;
        try {
            body = step.hasNonNull("cancel_after_ms") && !Conformance.async ? interrupted() : make();
        } catch (MutlsException e) {
            failure = e;
        }
        judge(body, failure, (System.nanoTime() - begun) / 1_000_000);
    }

    /** Cancels by what Java has for it: an interrupt of the thread that waits. Futures are cancelled by a token, which tells more. */
    private byte[] interrupted() throws Exception {
        Thread self = Thread.currentThread();
        long after = step.get("cancel_after_ms").asLong();
        CountDownLatch over = new CountDownLatch(1);
        FutureTask<Boolean> interrupter = new FutureTask<>(() -> {
            boolean late = over.await(after, TimeUnit.MILLISECONDS);
            if (!late) {
                self.interrupt();
            }
            return !late;
        });
        if (after == 0) {
            interrupter.run();
        } else {
            new Thread(interrupter).start();
        }
        try {
            return make();
        } finally {
            over.countDown();
            boolean set = Thread.interrupted();
            boolean sent = interrupter.get();
            if (sent && !set && !Thread.interrupted()) {
                throw new Mismatch("the interrupt is lost");
            }
        }
    }

    private byte[] make() throws Exception {
        MutlsRequest request = request();
        String read = step.path("read").asText("whole");
        if (read.equals("whole") && !(Conformance.async && step.hasNonNull("times"))) {
            MutlsResponse response = Conformance.async ? wait(client.sendAsync(request)) : client.send(request);
            head = response;
            return response.bytes();
        }
        try (MutlsStream stream = Conformance.async ? wait(client.streamAsync(request)) : client.stream(request)) {
            head = stream;
            switch (read) {
                case "whole":
                    return published(stream);
                case "first":
                    byte[] first = new byte[16];
                    int length = stream.inputStream().read(first);
                    return java.util.Arrays.copyOf(first, Math.max(0, length));
                default:
                    return new byte[0];
            }
        }
    }

    private static <T> T wait(CompletableFuture<T> future) throws Exception {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
        }
    }

    private static byte[] published(MutlsStream stream) throws Exception {
        CompletableFuture<byte[]> whole = new CompletableFuture<>();
        stream.publisher().subscribe(new Flow.Subscriber<ByteBuffer>() {
            private final ByteArrayOutputStream all = new ByteArrayOutputStream();
            private Flow.Subscription subscription;

            @Override
            public void onSubscribe(Flow.Subscription to) {
                subscription = to;
                to.request(1);
            }

            @Override
            public void onNext(ByteBuffer item) {
                byte[] bytes = new byte[item.remaining()];
                item.get(bytes);
                all.writeBytes(bytes);
                subscription.request(1);
            }

            @Override
            public void onError(Throwable cause) {
                whole.completeExceptionally(cause);
            }

            @Override
            public void onComplete() {
                whole.complete(all.toByteArray());
            }
        });
        return wait(whole);
    }

    private MutlsRequest request() {
        MutlsRequest.Builder builder = MutlsRequest.newBuilder(step.path("method").asText("GET"), step.get("url").asText());
        step.path("headers").forEach(header -> builder.header(header.get(0).asText(), header.get(1).asText()));
        options(builder, step.path("options"));
        if (Conformance.async && step.hasNonNull("cancel_after_ms")) {
            builder.cancelToken(cancelLater(step.get("cancel_after_ms").asLong()));
        }
        JsonNode body = step.path("body");
        if (body.isMissingNode() || body.isNull()) {
            return builder.build();
        }
        byte[] data = body.hasNonNull("pattern")
                ? Claim.pattern(body.get("pattern"))
                : body.path("text").asText().getBytes(StandardCharsets.UTF_8);
        if (!body.hasNonNull("stream")) {
            return builder.body(data).build();
        }
        long length = body.get("stream").asText().equals("sized") ? body.path("announced").asLong(data.length) : -1;
        if (Conformance.async) {
            var source = BodyPublishers.ofByteArrays(pieces(data));
            BodyPublisher sized = length == 0 ? BodyPublishers.noBody() : BodyPublishers.fromPublisher(source, Math.max(1, length));
            return builder.body(length >= 0 ? sized : source).build();
        }
        return builder.body(new Pieces(data), length).build();
    }

    private static CancelToken cancelLater(long ms) {
        CancelToken token = new CancelToken();
        if (ms == 0) {
            token.cancel();
        } else {
            CompletableFuture.delayedExecutor(ms, TimeUnit.MILLISECONDS).execute(token::cancel);
        }
        return token;
    }

    private static List<byte[]> pieces(byte[] data) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < data.length; at += 10_000) {
            pieces.add(java.util.Arrays.copyOfRange(data, at, Math.min(data.length, at + 10_000)));
        }
        return pieces;
    }

    /** A stream that gives little at once. */
    private static final class Pieces extends InputStream {
        private final ByteArrayInputStream in;

        Pieces(byte[] data) {
            in = new ByteArrayInputStream(data);
        }

        @Override
        public int read() {
            return in.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return in.read(into, offset, Math.min(length, 10_000));
        }
    }

    private static void options(MutlsRequest.Builder builder, JsonNode options) {
        if (options.hasNonNull("timeout_ms")) {
            builder.timeout(Duration.ofMillis(options.get("timeout_ms").asLong()));
        }
        if (options.hasNonNull("timeouts")) {
            builder.timeouts(timeouts -> Clients.fill(timeouts, "timeouts", options.get("timeouts"), Map.of()));
        }
        if (options.hasNonNull("decompress")) {
            builder.decompress(options.get("decompress").asBoolean());
        }
        if (options.hasNonNull("redirects")) {
            builder.redirects(options.get("redirects").get("follow").asText());
        }
    }

    private void judge(byte[] body, MutlsException failure, long took) throws Exception {
        if (failure != null) {
            if (!step.hasNonNull("error")) {
                throw failure;
            }
            Claim.error(step.get("error"), failure, "the call");
        } else if (!step.hasNonNull("answer")) {
            throw new Mismatch("expected an error, got " + head);
        } else {
            Claim.answer(step.get("answer"), head, body);
        }
        if (step.hasNonNull("report")) {
            String report = failure == null ? head.handshake().toJson() : failure.handshake().map(Object::toString).orElse("null");
            Claim.hold(Claim.mismatch(step.get("report"), Conformance.JSON.readTree(report), "report"));
        }
        if (step.hasNonNull("within_ms") && took > step.get("within_ms").asLong()) {
            throw new Mismatch("it took " + took + " ms, not " + step.get("within_ms"));
        }
    }
}
