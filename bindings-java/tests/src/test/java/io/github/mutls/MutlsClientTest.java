package io.github.mutls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client's own interface. */
class MutlsClientTest {
    private static JsonNode json(MutlsResponse response) throws IOException {
        return Sandbox.JSON.readTree(response.bytes());
    }

    private static <E extends MutlsException> E fails(Class<E> kind, Code code, org.junit.jupiter.api.function.Executable act) {
        E failure = assertThrows(kind, act);
        assertEquals(code, failure.code());
        return failure;
    }

    @Test
    void aCallAnswers() throws Exception {
        try (MutlsClient client = Sandbox.mutual().build()) {
            MutlsResponse response = client.send(
                    MutlsRequest.newBuilder("GET", "echo?a=1").param("b", "x y&ü").header("X-Twice", "1").header("X-Twice", "caf\u00e9").build());
            assertEquals(200, response.status());
            JsonNode echo = json(response);
            assertEquals("a=1&b=x%20y%26%C3%BC", echo.get("query").asText());
            assertTrue(echo.get("headers").toString().contains("caf\u00e9"));
            assertTrue(echo.get("client").get("subject").asText().contains("valid.client.sandbox.test"));
            assertEquals(Sandbox.url("required") + "/echo?a=1&b=x%20y%26%C3%BC", response.url());
            assertEquals("1.1", response.httpVersion());
            assertEquals("application/json", response.headers().firstValue("Content-Type").orElseThrow());
            assertEquals(response.bytes().length, response.contentLength().orElseThrow());
            HandshakeReport report = response.handshake();
            assertEquals("sent", report.clientCertificate().summary());
            assertEquals("localhost", report.serverName());
            assertTrue(report.serverVerified() && report.completed());
            assertTrue(report.serverChain().get(0).names().contains("localhost"));
            assertTrue(report.timing("handshake").orElseThrow() > 0);
            assertSame(report, client.get("echo").handshake(), "a connection's report is asked once");
        }
    }

    @Test
    void futuresAnswer() throws Exception {
        try (MutlsClient client = Sandbox.mutual().build()) {
            List<CompletableFuture<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                String path = i % 2 == 0 ? "bytes/1000" : "chunked/300000/7000";
                all.add(client.getAsync(path).thenApply(response -> response.bytes().length));
            }
            for (int i = 0; i < 50; i++) {
                assertEquals(i % 2 == 0 ? 1000 : 300_000, all.get(i).get());
            }
            CompletionException failure = assertThrows(CompletionException.class, () -> client.getAsync("reset").thenApply(r -> 1).join());
            assertEquals(Code.CONNECTION_RESET, assertInstanceOf(MutlsConnectException.class, failure.getCause()).code());
            assertThrows(CompletionException.class, () -> client.getAsync("ftp://x").join());
        }
    }

    @Test
    void blockingWithinACallbackHarmsNobody() throws Exception {
        try (MutlsClient client = Sandbox.mutual().build()) {
            CompletableFuture<Integer> nested = client.getAsync("echo").thenApply(r -> client.getAsync("bytes/5").join().bytes().length);
            assertEquals(5, nested.get(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void theChosenExecutorTakesWhatBecomesOfAnAnswer() throws Exception {
        List<Thread> chosen = new ArrayList<>();
        try (MutlsClient client = Sandbox.mutual().executor(task -> {
            Thread thread = new Thread(task);
            synchronized (chosen) {
                chosen.add(thread);
            }
            thread.start();
        }).build()) {
            assertEquals(200, client.getAsync("echo").get().status());
        }
        assertFalse(chosen.isEmpty());
    }

    @Test
    void bodiesStreamDown() throws Exception {
        try (MutlsClient client = Sandbox.mutual().build()) {
            byte[] pattern = Sandbox.pattern(700_000);
            for (String path : new String[] {"bytes/700000", "chunked/700000/9999"}) {
                MutlsRequest get = MutlsRequest.newBuilder("GET", path).build();
                try (MutlsStream stream = client.stream(get)) {
                    assertArrayEquals(pattern, stream.inputStream().readAllBytes());
                    assertEquals(-1, stream.inputStream().read());
                }
                try (MutlsStream stream = client.streamAsync(get).get()) {
                    assertEquals(0, stream.inputStream().read());
                    byte[] rest = stream.readAll();
                    assertEquals(699_999, rest.length);
                }
                assertTrue(client.get("echo").connectionReused(), "a body that was read gives its connection back");
            }
            MutlsStream closed = client.stream(MutlsRequest.newBuilder("GET", "bytes/700000").build());
            closed.close();
            fails(MutlsCancelledException.class, Code.CLOSED, () -> closed.inputStream().read());
        }
    }

    @Test
    void aShortBodyIsNoEnd() throws Exception {
        try (MutlsClient client = Sandbox.mutual().build()) {
            MutlsRequest get = MutlsRequest.newBuilder("GET", "truncated/1000/2000").build();
            fails(MutlsBodyException.class, Code.BODY_TRUNCATED, () -> client.send(get));
            try (MutlsStream stream = client.stream(get)) {
                fails(MutlsBodyException.class, Code.BODY_TRUNCATED, () -> stream.inputStream().readAllBytes());
                fails(MutlsBodyException.class, Code.BODY_TRUNCATED, () -> stream.inputStream().read());
            }
        }
    }

    @Test
    void bodiesStreamUp(@TempDir Path folder) throws Exception {
        byte[] pattern = Sandbox.pattern(900_000);
        Path file = Files.write(folder.resolve("body"), pattern);
        try (MutlsClient client = Sandbox.mutual().build()) {
            for (MutlsRequest.Builder request : List.of(
                    MutlsRequest.newBuilder("POST", "upload").body(pattern),
                    MutlsRequest.newBuilder("POST", "upload").body(new ByteArrayInputStream(pattern), 900_000),
                    MutlsRequest.newBuilder("POST", "upload").body(new ByteArrayInputStream(pattern), -1),
                    MutlsRequest.newBuilder("POST", "upload").body(BodyPublishers.ofFile(file)))) {
                assertEquals(900_000, json(client.send(request.build())).get("length").asInt());
            }
            MutlsRequest later = MutlsRequest.newBuilder("POST", "upload").body(Files.newInputStream(file), -1).build();
            assertEquals(900_000, json(client.sendAsync(later).get()).get("length").asInt());
            MutlsRequest published = MutlsRequest.newBuilder("POST", "upload").body(BodyPublishers.ofFile(file)).build();
            assertEquals(900_000, json(client.sendAsync(published).get()).get("length").asInt());
            assertEquals("{\"a\":1}", new String(java.util.Base64.getDecoder().decode(
                    json(client.post("echo", "{\"a\":1}")).get("body_base64").asText()), StandardCharsets.UTF_8));
        }
    }

    @Test
    void aSourceThatFailsIsTheCause() throws Exception {
        IOException own = new IOException("the disk is gone");
        InputStream broken = new InputStream() {
            private int left = 100_000;

            @Override
            public int read() throws IOException {
                if (left-- == 0) {
                    throw own;
                }
                return 'x';
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                into[offset] = (byte) read();
                return 1;
            }
        };
        try (MutlsClient client = Sandbox.mutual().build()) {
            MutlsRequest post = MutlsRequest.newBuilder("POST", "upload").body(broken, -1).build();
            assertSame(own, fails(MutlsBodyException.class, Code.BODY_SOURCE_FAILED, () -> client.send(post)).getCause());
            var failing = BodyPublishers.fromPublisher(subscriber -> subscriber.onSubscribe(new java.util.concurrent.Flow.Subscription() {
                @Override
                public void request(long n) {
                    subscriber.onError(own);
                }

                @Override
                public void cancel() {}
            }));
            MutlsRequest published = MutlsRequest.newBuilder("POST", "upload").body(failing).build();
            Throwable failure = assertThrows(CompletionException.class, () -> client.sendAsync(published).join()).getCause();
            assertSame(own, failure.getCause());
        }
    }

    @Test
    void anEarlyAnswerEndsTheUpload() throws Exception {
        try (MutlsClient client = Sandbox.mutual().build()) {
            InputStream endless = new InputStream() {
                @Override
                public int read() {
                    return 'x';
                }

                @Override
                public int read(byte[] into, int offset, int length) {
                    return length;
                }
            };
            assertEquals(413, client.send(MutlsRequest.newBuilder("POST", "early-413").body(endless, -1).build()).status());
        }
    }

    @Test
    void errorsTellEverything() {
        JsonNode encrypted = Sandbox.identity("encrypted");
        MutlsClient.Builder builder =
                MutlsClient.builder().certFile(encrypted.get("chain").asText()).keyFile(encrypted.get("key").asText()).passphrase("wrong-secret");
        MutlsIdentityException failure = fails(MutlsIdentityException.class, Code.PASSPHRASE_WRONG, builder::build);
        assertEquals(204, failure.number());
        assertEquals(Phase.CONFIG, failure.phase());
        assertEquals(Origin.LOCAL, failure.origin());
        assertEquals(Family.IDENTITY, failure.family());
        assertTrue(failure.getMessage().contains(failure.summary()) && failure.getMessage().contains(failure.hint()));
        assertFalse(failure.toString().contains("wrong-secret") || builder.toString().contains("wrong-secret"));
        fails(MutlsConfigException.class, Code.BAD_OPTION, () -> MutlsClient.fromJson("{\"certt\": 1}", Map.of()));
        fails(MutlsConfigException.class, Code.BAD_OPTION, () -> MutlsClient.fromJson("{", Map.of()));
    }

    @Test
    void aRefusalTellsTheAlert() throws Exception {
        JsonNode wrong = Sandbox.identity("wrong_ca");
        try (MutlsClient client = MutlsClient.builder()
                .cert(wrong.get("chain").asText()).key(wrong.get("key").asText()).ca(Sandbox.file("ca")).proxy("none").build()) {
            MutlsHandshakeException failure = fails(
                    MutlsHandshakeException.class, Code.CLIENT_CERT_REJECTED, () -> client.get(Sandbox.url("required") + "/echo"));
            TlsAlert alert = failure.tlsAlert().orElseThrow();
            assertEquals("48 unknown_ca true", alert.number() + " " + alert.name() + " " + alert.received());
            assertEquals("sent", failure.handshake().orElseThrow().clientCertificate().summary());
            assertEquals(Origin.PEER, failure.origin());
            ByteArrayOutputStream written = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(written)) {
                out.writeObject(failure);
            }
            MutlsException copy = (MutlsException) new ObjectInputStream(new ByteArrayInputStream(written.toByteArray())).readObject();
            assertEquals(failure.getMessage() + failure.tlsAlert().orElseThrow(), copy.getMessage() + copy.tlsAlert().orElseThrow());
        }
    }

    @Test
    void whatIsBadIsRefused() throws Exception {
        try (MutlsClient client = Sandbox.mutual().build()) {
            fails(MutlsConfigException.class, Code.BAD_HEADER,
                    () -> client.send(MutlsRequest.newBuilder("GET", "echo").header("X", "a\r\nb").build()));
            fails(MutlsConfigException.class, Code.BAD_HEADER,
                    () -> client.send(MutlsRequest.newBuilder("GET", "echo").header("X", "\u20ac").build()));
            fails(MutlsConfigException.class, Code.BAD_HEADER,
                    () -> client.send(MutlsRequest.newBuilder("GET", "echo").header("", "b").build()));
            fails(MutlsConfigException.class, Code.BAD_OPTION, () -> client.send(MutlsRequest.newBuilder("G T", "echo").build()));
            fails(MutlsConfigException.class, Code.BAD_URL, () -> client.get("http://a b/"));
            fails(MutlsConfigException.class, Code.SCOPE_REFUSED, () -> client.get(Sandbox.url("optional") + "/echo"));
            assertThrows(IllegalStateException.class,
                    () -> MutlsRequest.newBuilder("POST", "x").body("a").body(new ByteArrayInputStream(new byte[1]), 1).build());
            assertThrows(NullPointerException.class, () -> MutlsRequest.newBuilder("GET", null));
            fails(MutlsTimeoutException.class, Code.TIMEOUT,
                    () -> client.send(MutlsRequest.newBuilder("GET", "silence").timeout(Duration.ofMillis(100)).build()));
            fails(MutlsTimeoutException.class, Code.TIMEOUT, () -> client.send(
                    MutlsRequest.newBuilder("GET", "silence").timeouts(t -> t.firstByte(Duration.ofMillis(100))).build()));
        }
    }

    @Test
    void aClosedClientRefuses() throws Exception {
        MutlsClient client = Sandbox.mutual().build();
        String id = Sandbox.newId();
        CompletableFuture<MutlsResponse> slow =
                client.sendAsync(MutlsRequest.newBuilder("GET", "delay/500").header("X-Sandbox-Id", id).build());
        Sandbox.log(id, "seen=1");
        assertTrue(client.close(Duration.ofSeconds(60)), "the call in flight finishes");
        assertEquals(200, slow.get().status());
        fails(MutlsCancelledException.class, Code.CLOSED, () -> client.get("echo"));
        client.close();
        assertTrue(client.close(Duration.ZERO));
    }

    @Test
    void aReloadSwapsTheIdentity() throws Exception {
        try (MutlsClient client = Sandbox.mutual().build()) {
            JsonNode rotated = Sandbox.identity("rotated");
            client.reload(Sandbox.mutual().cert(rotated.get("chain").asText()).key(rotated.get("key").asText()));
            assertTrue(json(client.get("echo")).get("client").get("subject").asText().contains("rotated"));
            assertThrows(MutlsIdentityException.class, () -> client.reload(Sandbox.mutual().cert("/nowhere.crt")));
            assertEquals(200, client.get("echo").status());
        }
    }

    @Test
    void secretsInMemoryWork() throws Exception {
        JsonNode encrypted = Sandbox.identity("encrypted");
        byte[] cert = Files.readAllBytes(Path.of(encrypted.get("chain").asText()));
        String key = Files.readString(Path.of(encrypted.get("key").asText()));
        char[] passphrase = encrypted.get("passphrase").asText().toCharArray();
        String ca = Files.readString(Path.of(Sandbox.file("ca")));
        try (MutlsClient client = MutlsClient.builder().cert(cert).key(key).passphrase(passphrase).ca(ca)
                .hosts(Sandbox.hosts()).proxy("none").build()) {
            assertEquals(200, client.get(Sandbox.url("required") + "/echo").status());
        }
        try (MutlsClient client = MutlsClient.builder()
                .identity(identity -> identity.name("one").certPem(cert).keyPem(key).passphrase(passphrase))
                .trust(trust -> trust.caPem(ca)).proxy("none").build()) {
            MutlsResponse response = client.get(Sandbox.url("required") + "/echo");
            assertEquals("one", response.handshake().clientCertificate().identity());
        }
    }

    @Test
    void connectionsAreKeptByIdentity() throws Exception {
        try (MutlsClient one = Sandbox.mutual().build(); MutlsClient other = Sandbox.mutual().build()) {
            int first = json(one.get("connection")).get("connection_id").asInt();
            assertEquals(first, json(one.get("connection")).get("connection_id").asInt());
            assertNotEquals(first, json(other.get("connection")).get("connection_id").asInt());
        }
    }
}
