package io.github.mutls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Authenticator;
import java.net.CookieManager;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client behind {@code java.net.http}, used as its manual shows. */
class MutlsHttpClientTest {
    private static final HttpClient CLIENT = Sandbox.seam().build();

    @AfterAll
    static void close() {
        ((MutlsHttpClient) CLIENT).close();
    }

    private static HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(URI.create(Sandbox.url("required") + path));
    }

    private static JsonNode json(String text) throws IOException {
        return Sandbox.JSON.readTree(text);
    }

    @Test
    void everyBodyHandlerWorks(@TempDir Path folder) throws Exception {
        byte[] pattern = Sandbox.pattern(300_000);
        for (String path : List.of("/bytes/300000", "/chunked/300000/7777")) {
            HttpRequest get = at(path).build();
            assertArrayEquals(pattern, CLIENT.send(get, BodyHandlers.ofByteArray()).body());
            assertArrayEquals(pattern, CLIENT.sendAsync(get, BodyHandlers.ofByteArray()).get().body());
            Path file = CLIENT.send(get, BodyHandlers.ofFile(folder.resolve("body"))).body();
            assertArrayEquals(pattern, Files.readAllBytes(file));
            try (InputStream in = CLIENT.send(get, BodyHandlers.ofInputStream()).body()) {
                assertArrayEquals(pattern, in.readAllBytes());
            }
            try (InputStream in = CLIENT.sendAsync(get, BodyHandlers.ofInputStream()).get().body()) {
                assertArrayEquals(pattern, in.readAllBytes());
            }
            assertEquals("x", CLIENT.send(get, BodyHandlers.replacing("x")).body());
            CLIENT.send(get, BodyHandlers.discarding());
            AtomicLong length = new AtomicLong();
            CLIENT.send(get, BodyHandlers.ofByteArrayConsumer(piece -> length.addAndGet(piece.map(b -> b.length).orElse(0))));
            assertEquals(300_000, length.get());
        }
        assertEquals(20, CLIENT.send(at("/stream/20").build(), BodyHandlers.ofLines()).body().count());
        assertEquals("", CLIENT.send(at("/status/204").build(), BodyHandlers.ofString()).body());
        assertEquals("", CLIENT.send(at("/bytes/0").build(), BodyHandlers.ofString()).body());
        assertEquals("", CLIENT.send(at("/bytes/5").method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.ofString()).body());
    }

    @Test
    void requestsAreSentAsWritten() throws Exception {
        HttpResponse<String> response = CLIENT.send(
                at("/echo?x=1").header("X-A", "1").header("X-A", "2").setHeader("Accept", "text/plain").POST(BodyPublishers.ofString("hello")).build(),
                BodyHandlers.ofString());
        JsonNode echo = json(response.body());
        assertEquals("POST", echo.get("method").asText());
        assertEquals("x=1", echo.get("query").asText());
        assertEquals(5, echo.get("body_length").asInt());
        assertTrue(echo.get("headers").toString().contains("[\"x-a\",\"1\"],[\"x-a\",\"2\"]"), echo.toString());
        assertEquals(200, response.statusCode());
        assertEquals(HttpClient.Version.HTTP_1_1, response.version());
        assertEquals("application/json", response.headers().firstValue("content-type").orElseThrow());
        assertEquals(URI.create(Sandbox.url("required") + "/echo?x=1"), response.uri());
        assertTrue(response.previousResponse().isEmpty());
        SSLSession session = response.sslSession().orElseThrow();
        assertEquals("TLSv1.3", session.getProtocol());
        assertTrue(session.getCipherSuite().startsWith("TLS"));
        assertTrue(((X509Certificate) session.getPeerCertificates()[0]).getSubjectAlternativeNames().toString().contains("localhost"));
        assertEquals("localhost", session.getPeerHost());
    }

    @Test
    void everyBodyPublisherWorks(@TempDir Path folder) throws Exception {
        byte[] pattern = Sandbox.pattern(500_000);
        Path file = Files.write(folder.resolve("body"), pattern);
        var published = BodyPublishers.fromPublisher(BodyPublishers.ofByteArrays(List.of(pattern, pattern)));
        for (HttpRequest.BodyPublisher body : List.of(BodyPublishers.ofByteArray(pattern), BodyPublishers.ofFile(file),
                BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(pattern)))) {
            HttpRequest post = at("/upload").POST(body).build();
            assertEquals(500_000, json(CLIENT.send(post, BodyHandlers.ofString()).body()).get("length").asInt());
            assertEquals(500_000, json(CLIENT.sendAsync(post, BodyHandlers.ofString()).get().body()).get("length").asInt());
        }
        HttpRequest twice = at("/upload").POST(published).build();
        assertEquals(1_000_000, json(CLIENT.send(twice, BodyHandlers.ofString()).body()).get("length").asInt());
        HttpRequest none = at("/echo").POST(BodyPublishers.noBody()).build();
        assertEquals(0, json(CLIENT.send(none, BodyHandlers.ofString()).body()).get("body_length").asInt());
        HttpRequest expecting = at("/continue").expectContinue(true).POST(BodyPublishers.ofFile(file)).build();
        assertTrue(json(CLIENT.send(expecting, BodyHandlers.ofString()).body()).get("expected_continue").asBoolean());
    }

    @Test
    void aSlowSubscriberHoldsTheServerBack() throws Exception {
        AtomicInteger pieces = new AtomicInteger();
        CompletableFuture<Flow.Subscription> subscribed = new CompletableFuture<>();
        HttpRequest get = at("/large/1000000000").header("X-Sandbox-Id", "slow" + Sandbox.newId()).build();
        HttpResponse<Flow.Publisher<List<ByteBuffer>>> response = CLIENT.send(get, BodyHandlers.ofPublisher());
        response.body().subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscribed.complete(subscription);
                subscription.request(3);
            }

            @Override
            public void onNext(List<ByteBuffer> item) {
                pieces.incrementAndGet();
            }

            @Override
            public void onError(Throwable cause) {}

            @Override
            public void onComplete() {}
        });
        Thread.sleep(500);
        assertEquals(3, pieces.get(), "no more is told than was asked for");
        subscribed.get().cancel();
        assertTrue(Sandbox.sawTheEnd(get.headers().firstValue("X-Sandbox-Id").orElseThrow()));
    }

    @Test
    void cancellingClosesTheSocket() throws Exception {
        for (String path : List.of("/silence", "/drip?bytes=1000&ms=100")) {
            String id = Sandbox.newId();
            HttpRequest get = at(path).header("X-Sandbox-Id", id).build();
            CompletableFuture<HttpResponse<String>> future = CLIENT.sendAsync(get, BodyHandlers.ofString());
            Sandbox.log(id, "seen=1");
            assertTrue(future.cancel(true));
            assertThrows(CancellationException.class, future::join);
            assertTrue(Sandbox.sawTheEnd(id), path);
        }
        String id = Sandbox.newId();
        InputStream body = CLIENT.send(at("/large/1000000000").header("X-Sandbox-Id", id).build(), BodyHandlers.ofInputStream()).body();
        assertTrue(body.read() >= 0);
        body.close();
        assertTrue(Sandbox.sawTheEnd(id));
    }

    @Test
    void anInterruptClosesTheSocket() throws Exception {
        for (String path : List.of("/silence", "/drip?bytes=1000&ms=100")) {
            String id = Sandbox.newId();
            FutureTask<Boolean> call = new FutureTask<>(() -> {
                assertThrows(InterruptedException.class,
                        () -> CLIENT.send(at(path).header("X-Sandbox-Id", id).build(), BodyHandlers.ofString()));
                return true;
            });
            Thread thread = new Thread(call);
            thread.start();
            Sandbox.log(id, "seen=1");
            Thread.sleep(50);
            thread.interrupt();
            assertTrue(call.get(15, TimeUnit.SECONDS));
            assertTrue(Sandbox.sawTheEnd(id), path);
        }
    }

    @Test
    void failuresAreThoseOfTheHost() throws Exception {
        HttpTimeoutException late = assertThrows(HttpTimeoutException.class,
                () -> CLIENT.send(at("/silence").timeout(Duration.ofMillis(200)).build(), BodyHandlers.ofString()));
        assertEquals(Code.TIMEOUT, ((MutlsException) late.getCause()).code());
        Throwable later = assertThrows(ExecutionException.class,
                () -> CLIENT.sendAsync(at("/silence").timeout(Duration.ofMillis(200)).build(), BodyHandlers.ofString()).get()).getCause();
        assertInstanceOf(HttpTimeoutException.class, later);
        try (MutlsHttpClient client = Sandbox.seam().connectTimeout(Duration.ofMillis(200)).build()) {
            assertThrows(HttpConnectTimeoutException.class,
                    () -> client.send(HttpRequest.newBuilder(URI.create(Sandbox.url("tcp_silent"))).build(), BodyHandlers.ofString()));
        }
        assertThrows(java.net.ConnectException.class,
                () -> CLIENT.send(HttpRequest.newBuilder(URI.create(Sandbox.url("refused"))).build(), BodyHandlers.ofString()));
        SSLHandshakeException refused = assertThrows(SSLHandshakeException.class,
                () -> CLIENT.send(HttpRequest.newBuilder(URI.create(Sandbox.url("server_expired"))).build(), BodyHandlers.ofString()));
        assertEquals(Code.SERVER_EXPIRED, ((MutlsException) refused.getCause()).code());
        assertThrows(MutlsBodyException.class, () -> CLIENT.send(at("/truncated/10/20").build(), BodyHandlers.ofString()));
        try (InputStream body = CLIENT.send(at("/truncated/10/200000").build(), BodyHandlers.ofInputStream()).body()) {
            assertThrows(IOException.class, body::readAllBytes);
        }
        IOException own = new IOException("mine");
        IOException got = assertThrows(IOException.class, () -> CLIENT.send(at("/echo").build(),
                info -> BodySubscribers.mapping(BodySubscribers.ofString(java.nio.charset.StandardCharsets.UTF_8), text -> {
                    throw new UncheckedIOException(own);
                })));
        assertSame(own, got.getCause().getCause());
        RuntimeException thrown = new IllegalStateException("in the handler");
        assertSame(thrown, assertThrows(IOException.class, () -> CLIENT.send(at("/echo").build(), info -> {
            throw thrown;
        })).getCause());
    }

    @Test
    void redirectsAndCookiesAreTheHosts() throws Exception {
        HttpRequest away = at("/redirect-chain/2").build();
        assertEquals(302, CLIENT.send(away, BodyHandlers.discarding()).statusCode());
        CookieManager jar = new CookieManager();
        try (MutlsHttpClient following = Sandbox.seam().followRedirects(HttpClient.Redirect.NORMAL).build();
                MutlsHttpClient kept = Sandbox.seam().cookieHandler(jar).build()) {
            HttpResponse<String> response = following.send(away, BodyHandlers.ofString());
            assertEquals(200, response.statusCode());
            assertTrue(response.uri().getPath().endsWith("/echo"));
            kept.send(at("/cookies/set?a=1").build(), BodyHandlers.discarding());
            assertEquals("{\"a\":\"1\"}", json(kept.send(at("/cookies").build(), BodyHandlers.ofString()).body()).get("cookies").toString());
        }
    }

    @Test
    void aProxySelectorIsAskedEachTime() throws Exception {
        URI proxy = URI.create(Sandbox.url("proxy"));
        AtomicInteger asked = new AtomicInteger();
        ProxySelector selector = new ProxySelector() {
            @Override
            public List<java.net.Proxy> select(URI uri) {
                asked.incrementAndGet();
                return uri.getPath().contains("connection")
                        ? List.of(new java.net.Proxy(java.net.Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), proxy.getPort())))
                        : List.of(java.net.Proxy.NO_PROXY);
            }

            @Override
            public void connectFailed(URI uri, java.net.SocketAddress address, IOException e) {}
        };
        try (MutlsHttpClient client = Sandbox.seam().proxy(selector).build()) {
            assertEquals(200, client.send(at("/echo").build(), BodyHandlers.discarding()).statusCode());
            assertEquals(200, client.send(at("/connection").build(), BodyHandlers.discarding()).statusCode());
            assertEquals(2, asked.get());
            assertTrue(client.proxy().isPresent());
        }
    }

    @Test
    void whatCannotBeHonouredIsRefused() throws Exception {
        HttpClient.Builder builder = Sandbox.seam();
        SSLContext context = SSLContext.getDefault();
        assertTrue(assertThrows(UnsupportedOperationException.class, () -> builder.sslContext(context)).getMessage().contains("keyStore"));
        assertThrows(UnsupportedOperationException.class, () -> builder.authenticator(new Authenticator() {}));
        SSLParameters old = new SSLParameters(null, new String[] {"TLSv1"});
        assertThrows(UnsupportedOperationException.class, () -> builder.sslParameters(old));
        assertThrows(UnsupportedOperationException.class,
                () -> builder.sslParameters(new SSLParameters(new String[] {"TLS_AES_128_GCM_SHA256"})));
        builder.version(HttpClient.Version.HTTP_2).priority(1).sslParameters(new SSLParameters(null, new String[] {"TLSv1.2", "TLSv1.1"}));
        HttpResponse<Void> response = builder.build().send(at("/echo").build(), BodyHandlers.discarding());
        assertEquals("TLSv1.2", response.sslSession().orElseThrow().getProtocol());
        assertThrows(UnsupportedOperationException.class,
                () -> Sandbox.seam().cookieHandler(new CookieManager()).followRedirects(HttpClient.Redirect.ALWAYS).build());
        assertInstanceOf(MutlsIdentityException.class,
                assertThrows(UncheckedIOException.class, () -> Sandbox.seam().cert("/nowhere").build()).getCause());
        assertThrows(UnsupportedOperationException.class, CLIENT::newWebSocketBuilder);
    }

    @Test
    void manyAtOnce() throws Exception {
        List<CompletableFuture<String>> all = new java.util.ArrayList<>();
        for (int i = 0; i < 200; i++) {
            HttpRequest request = at("/delay/100").build();
            all.add(CLIENT.sendAsync(request, BodyHandlers.ofString()).thenApply(HttpResponse::body));
        }
        assertEquals(1, all.stream().map(CompletableFuture::join).collect(Collectors.toSet()).size());
    }
}
