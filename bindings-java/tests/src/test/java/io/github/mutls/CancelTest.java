package io.github.mutls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every way to end a call, in every phase of it; the server sees the connection close. */
class CancelTest {
    /** Far more than a cancelled call takes, far less than the sandbox would make it wait. */
    private static final long SOON_MS = 15_000;

    /** A body without end. */
    static final class Endless extends InputStream {
        @Override
        public int read() {
            return 0;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            return length;
        }
    }

    private static final class Phases {
        final String name;
        final String url;
        final boolean uploads;
        /** Whether the server gets to know of the request. */
        final boolean known;

        Phases(String name, String url, boolean uploads, boolean known) {
            this.name = name;
            this.url = url;
            this.uploads = uploads;
            this.known = known;
        }

        MutlsRequest.Builder request(String id) {
            MutlsRequest.Builder request = MutlsRequest.newBuilder(uploads ? "POST" : "GET", url).header("X-Sandbox-Id", id);
            return uploads ? request.body(new Endless(), -1) : request;
        }
    }

    private static List<Phases> phases() {
        return List.of(
                new Phases("connecting", Sandbox.url("tcp_unaccepted"), false, false),
                new Phases("shaking hands", Sandbox.url("tcp_silent"), false, false),
                new Phases("sending", "upload-slow?bytes_per_s=20000000", true, true),
                new Phases("waiting", "silence", false, true),
                new Phases("within a body", "drip?bytes=1000&ms=200", false, true));
    }

    private interface Act {
        void on(MutlsClient client, Phases phase, String id) throws Exception;
    }

    private static List<DynamicTest> each(Act act) {
        List<DynamicTest> tests = new ArrayList<>();
        for (Phases phase : phases()) {
            tests.add(DynamicTest.dynamicTest(phase.name, () -> {
                String id = Sandbox.newId();
                try (MutlsClient client = Sandbox.mutual().hosts(Sandbox.hosts()).build()) {
                    act.on(client, phase, id);
                    if (phase.known) {
                        assertTrue(Sandbox.sawTheEnd(id), "the server did not see the connection close");
                    }
                    assertEquals(200, client.get("echo").status());
                }
            }));
        }
        return tests;
    }

    /** Waits until the call has got where it is to be ended. */
    private static void underWay(Phases phase, String id) throws InterruptedException {
        if (phase.known) {
            Sandbox.log(id, "seen=1");
        }
        Thread.sleep(100);
    }

    private static void interrupts(MutlsClient client, Phases phase, String id, boolean streamed) throws Exception {
        FutureTask<String> call = new FutureTask<>(() -> {
            try {
                if (streamed) {
                    try (MutlsStream stream = client.stream(phase.request(id).build())) {
                        stream.inputStream().readAllBytes();
                    }
                } else {
                    client.send(phase.request(id).build());
                }
                return "it ended";
            } catch (MutlsCancelledException e) {
                return e.code() + " " + Thread.currentThread().isInterrupted();
            }
        });
        Thread thread = new Thread(call);
        thread.start();
        underWay(phase, id);
        thread.interrupt();
        assertEquals("cancelled true", call.get(SOON_MS, TimeUnit.MILLISECONDS));
    }

    @TestFactory
    List<DynamicTest> anInterruptEndsAndStaysSet() {
        return each((client, phase, id) -> interrupts(client, phase, id, false));
    }

    @TestFactory
    List<DynamicTest> anInterruptEndsAStream() {
        return each((client, phase, id) -> interrupts(client, phase, id, true));
    }

    @TestFactory
    List<DynamicTest> aCancelledFutureEnds() {
        return each((client, phase, id) -> {
            CompletableFuture<MutlsResponse> future = client.sendAsync(phase.request(id).build());
            underWay(phase, id);
            assertTrue(future.cancel(true));
            assertThrows(CancellationException.class, future::join);
        });
    }

    @TestFactory
    List<DynamicTest> aDerivedFutureEndsToo() {
        return each((client, phase, id) -> {
            CompletableFuture<Integer> future = client.sendAsync(phase.request(id).build()).thenApply(MutlsResponse::status);
            underWay(phase, id);
            future.cancel(true);
            assertThrows(CancellationException.class, future::join);
        });
    }

    @TestFactory
    List<DynamicTest> aTimeoutOfTheFutureEnds() {
        return each((client, phase, id) -> {
            CompletableFuture<MutlsResponse> future = client.sendAsync(phase.request(id).build()).orTimeout(500, TimeUnit.MILLISECONDS);
            assertInstanceOf(TimeoutException.class, assertThrows(ExecutionException.class, future::get).getCause());
        });
    }

    @TestFactory
    List<DynamicTest> aTokenEnds() {
        return each((client, phase, id) -> {
            CancelToken token = new CancelToken();
            FutureTask<Code> call = new FutureTask<>(() -> {
                MutlsRequest request = phase.request(id).cancelToken(token).build();
                return assertThrows(MutlsCancelledException.class, () -> client.send(request)).code();
            });
            new Thread(call).start();
            underWay(phase, id);
            token.cancel();
            assertEquals(Code.CANCELLED, call.get(SOON_MS, TimeUnit.MILLISECONDS));
            assertEquals(Code.CANCELLED, assertThrows(
                    MutlsCancelledException.class, () -> client.send(phase.request(id).cancelToken(token).build())).code());
        });
    }

    @TestFactory
    List<DynamicTest> closingTheClientEnds() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Phases phase : phases()) {
            tests.add(DynamicTest.dynamicTest(phase.name, () -> {
                String id = Sandbox.newId();
                MutlsClient client = Sandbox.mutual().hosts(Sandbox.hosts()).build();
                CompletableFuture<MutlsResponse> future = client.sendAsync(phase.request(id).build());
                FutureTask<Throwable> call = new FutureTask<>(
                        () -> assertThrows(MutlsCancelledException.class, () -> client.send(phase.request(Sandbox.newId()).build())));
                new Thread(call).start();
                underWay(phase, id);
                client.close();
                assertInstanceOf(MutlsCancelledException.class, assertThrows(
                        ExecutionException.class, () -> future.get(SOON_MS, TimeUnit.MILLISECONDS)).getCause());
                call.get(SOON_MS, TimeUnit.MILLISECONDS);
                if (phase.known) {
                    assertTrue(Sandbox.sawTheEnd(id));
                }
            }));
        }
        return tests;
    }

    @Test
    void closingAStreamEndsItsRead() throws Exception {
        try (MutlsClient client = Sandbox.mutual().build()) {
            for (boolean async : new boolean[] {false, true}) {
                String id = Sandbox.newId();
                MutlsRequest request = MutlsRequest.newBuilder("GET", "drip?bytes=3&ms=20000").header("X-Sandbox-Id", id).build();
                MutlsStream stream = async ? client.streamAsync(request).get() : client.stream(request);
                FutureTask<Boolean> read = new FutureTask<>(() -> {
                    assertThrows(IOException.class, () -> stream.inputStream().readAllBytes());
                    return true;
                });
                new Thread(read).start();
                Thread.sleep(200);
                stream.close();
                assertTrue(read.get(SOON_MS, TimeUnit.MILLISECONDS));
                assertTrue(Sandbox.sawTheEnd(id));
            }
        }
    }

    @Test
    void closingEarlyAborts() throws Exception {
        try (MutlsClient client = Sandbox.mutual().build()) {
            for (String path : List.of("large/1000000000", "drip?bytes=1000&ms=50")) {
                String id = Sandbox.newId();
                try (MutlsStream stream = client.stream(MutlsRequest.newBuilder("GET", path).header("X-Sandbox-Id", id).build())) {
                    assertTrue(stream.inputStream().read() >= 0);
                }
                assertTrue(Sandbox.sawTheEnd(id));
            }
        }
    }

    @Test
    void anInterruptedThreadSendsNothing() throws Exception {
        try (MutlsClient client = Sandbox.mutual().build()) {
            String id = Sandbox.newId();
            for (MutlsRequest request : List.of(
                    MutlsRequest.newBuilder("GET", "echo").header("X-Sandbox-Id", id).build(),
                    MutlsRequest.newBuilder("POST", "upload").header("X-Sandbox-Id", id).body(BodyPublishers.ofString("x")).build())) {
                Thread.currentThread().interrupt();
                MutlsCancelledException failure = assertThrows(MutlsCancelledException.class, () -> client.send(request));
                assertTrue(Thread.interrupted() && failure.isNotProcessed());
            }
            assertEquals(0, Sandbox.log(id, "wait_ms=0").get("seen").asInt());
        }
    }

    @Test
    void anInterruptIsNotLeftToTheNextCall() throws Exception {
        try (MutlsClient client = Sandbox.mutual().build()) {
            for (int i = 0; i < 20; i++) {
                Thread self = Thread.currentThread();
                Thread other = new Thread(self::interrupt);
                other.start();
                try {
                    client.get("delay/5");
                } catch (MutlsCancelledException e) {
                    assertTrue(self.isInterrupted());
                }
                while (other.isAlive()) {
                    Thread.onSpinWait();
                }
                Thread.interrupted();
                assertEquals(200, client.get("echo").status());
            }
        }
    }
}
