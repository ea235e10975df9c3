package io.github.mutls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.mutls.spring.MutlsClientHttpConnector;
import io.github.mutls.spring.MutlsClientHttpRequestFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.InputStreamResource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Spring's three clients, used as its manual shows. */
class SpringTest {
    private static MutlsClient client;
    private static RestTemplate template;
    private static RestClient rest;
    private static WebClient web;
    private static String base;

    @BeforeAll
    static void open() throws Exception {
        base = Sandbox.url("required");
        client = Sandbox.mutual().hosts(Sandbox.hosts()).build();
        template = new RestTemplate(new MutlsClientHttpRequestFactory(client));
        rest = RestClient.builder().requestFactory(new MutlsClientHttpRequestFactory(client)).baseUrl(base).build();
        web = WebClient.builder().clientConnector(new MutlsClientHttpConnector(client)).baseUrl(base)
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(2_000_000)).build();
    }

    @AfterAll
    static void close() {
        client.close();
    }

    private static <T extends Throwable> T root(Class<T> kind, Throwable failure) {
        Throwable at = failure;
        while (at != null && !kind.isInstance(at)) {
            at = at.getCause();
        }
        return assertInstanceOf(kind, at, failure.toString());
    }

    @Test
    void aRestTemplateCalls() throws Exception {
        JsonNode echo = template.getForObject(base + "/echo?a={a}", JsonNode.class, "x y");
        assertEquals("a=x%20y", echo.get("query").asText());
        HttpHeaders headers = new HttpHeaders();
        headers.add("X-A", "1");
        headers.add("X-A", "2");
        ResponseEntity<JsonNode> posted =
                template.exchange(base + "/echo", HttpMethod.POST, new HttpEntity<>(Map.of("a", 1), headers), JsonNode.class);
        assertEquals(HttpStatus.OK, posted.getStatusCode());
        assertEquals(MediaType.APPLICATION_JSON, posted.getHeaders().getContentType());
        assertEquals(7, posted.getBody().get("body_length").asInt());
        assertTrue(posted.getBody().get("headers").toString().contains("[\"x-a\",\"1\"],[\"x-a\",\"2\"]"));
        assertArrayEquals(Sandbox.pattern(400_000), template.getForObject(base + "/bytes/400000", byte[].class));
        assertEquals(List.of("one", "two"), template.getForEntity(base + "/dup-headers", String.class).getHeaders().get("x-dup"));
        assertEquals(HttpStatus.FOUND, template.getForEntity(base + "/redirect-chain/2", String.class).getStatusCode());
        MutlsClientHttpRequestFactory following = new MutlsClientHttpRequestFactory(client);
        following.setRedirects("same_origin");
        assertEquals(HttpStatus.OK, new RestTemplate(following).getForEntity(base + "/redirect-chain/2", String.class).getStatusCode());
        assertThrows(HttpClientErrorException.NotFound.class, () -> template.getForObject(base + "/status/404", String.class));
        assertThrows(HttpServerErrorException.class, () -> template.getForObject(base + "/status/503", String.class));
        assertEquals("br or gzip", template.getForObject(base + "/gzip", JsonNode.class).get("encoding").asText().replaceFirst("gzip|br", "br or gzip"));
    }

    @Test
    void bodiesStream(@TempDir Path folder) throws Exception {
        byte[] pattern = Sandbox.pattern(3_000_000);
        Path file = Files.write(folder.resolve("body"), pattern);
        assertEquals(3_000_000, template.postForObject(base + "/upload", new FileSystemResource(file), JsonNode.class).get("length").asInt());
        InputStreamResource unsized = new InputStreamResource(new ByteArrayInputStream(pattern)) {
            @Override
            public long contentLength() {
                return -1;
            }
        };
        assertEquals(3_000_000, rest.post().uri("/upload").body(unsized).retrieve().body(JsonNode.class).get("length").asInt());
        AtomicLong length = new AtomicLong();
        template.execute(base + "/large/30000000", HttpMethod.GET, null, response -> {
            length.set(response.getBody().transferTo(java.io.OutputStream.nullOutputStream()));
            return null;
        });
        assertEquals(30_000_000, length.get());
        Integer early = rest.post().uri("/early-413").body(new FileSystemResource(file)).exchange((q, r) -> r.getStatusCode().value());
        assertEquals(413, early.intValue());
        IOException own = new IOException("mine");
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw own;
            }
        };
        ResourceAccessException failure = assertThrows(ResourceAccessException.class, () -> rest.post().uri("/upload").body(out -> {
            out.write(pattern);
            broken.read();
        }).retrieve().toBodilessEntity());
        assertEquals(own, failure.getCause());
    }

    @Test
    void whatIsNotReadClosesTheConnection() {
        String id = Sandbox.newId();
        rest.get().uri("/large/1000000000").header("X-Sandbox-Id", id).exchange((request, response) -> response.getBody().read());
        assertTrue(Sandbox.sawTheEnd(id));
    }

    @Test
    void aRestClientCalls() {
        JsonNode echo = rest.put().uri("/echo").contentType(MediaType.TEXT_PLAIN).body("hello").retrieve().body(JsonNode.class);
        assertEquals("PUT 5", echo.get("method").asText() + " " + echo.get("body_length").asInt());
        assertTrue(echo.get("client").get("subject").asText().contains("valid"));
        assertEquals(204, rest.delete().uri("/status/204").retrieve().toBodilessEntity().getStatusCode().value());
    }

    @Test
    void failuresAreSprings() {
        ResourceAccessException failure =
                assertThrows(ResourceAccessException.class, () -> template.getForObject(Sandbox.url("server_expired"), String.class));
        assertEquals(Code.SERVER_EXPIRED, root(MutlsTrustException.class, failure).code());
        assertEquals(Code.BODY_TRUNCATED, root(MutlsBodyException.class, assertThrows(
                RuntimeException.class, () -> template.getForObject(base + "/truncated/10/20", byte[].class))).code());
        MutlsClientHttpRequestFactory impatient = new MutlsClientHttpRequestFactory(client);
        impatient.setReadTimeout(Duration.ofMillis(100));
        assertEquals(Code.TIMEOUT, root(MutlsTimeoutException.class, assertThrows(ResourceAccessException.class,
                () -> new RestTemplate(impatient).getForObject(base + "/silence", String.class))).code());
        assertEquals(Code.SERVER_EXPIRED, root(MutlsTrustException.class, assertThrows(WebClientRequestException.class,
                () -> web.get().uri(Sandbox.url("server_expired")).retrieve().toBodilessEntity().block())).code());
    }

    @Test
    void anInterruptEndsTheCall() throws Exception {
        String id = Sandbox.newId();
        FutureTask<Boolean> call = new FutureTask<>(() -> {
            assertThrows(ResourceAccessException.class,
                    () -> rest.get().uri("/silence").header("X-Sandbox-Id", id).retrieve().toBodilessEntity());
            return Thread.currentThread().isInterrupted();
        });
        Thread thread = new Thread(call);
        thread.start();
        Sandbox.log(id, "seen=1");
        thread.interrupt();
        assertTrue(call.get(15, TimeUnit.SECONDS), "the flag stays set");
        assertTrue(Sandbox.sawTheEnd(id));
    }

    @Test
    void aWebClientCalls() {
        JsonNode echo = web.post().uri("/echo").header("X-A", "1").bodyValue(Map.of("a", 1)).retrieve().bodyToMono(JsonNode.class).block();
        assertEquals("POST 7", echo.get("method").asText() + " " + echo.get("body_length").asInt());
        assertTrue(echo.get("client").get("subject").asText().contains("valid"));
        assertArrayEquals(Sandbox.pattern(400_000), web.get().uri("/chunked/400000/1000").retrieve().bodyToMono(byte[].class).block());
        JsonNode cookies = web.get().uri("/cookies").cookie("a", "1").cookie("b", "2").retrieve().bodyToMono(JsonNode.class).block();
        assertEquals("{\"a\":\"1\",\"b\":\"2\"}", cookies.get("cookies").toString());
        var set = web.get().uri("/cookies/set?c=3").exchangeToMono(answer -> Mono.just(answer.cookies())).block();
        assertEquals("3 /", set.getFirst("c").getValue() + " " + set.getFirst("c").getPath());
        assertThrows(WebClientResponseException.NotFound.class, () -> web.get().uri("/status/404").retrieve().toBodilessEntity().block());
        assertEquals(20, web.get().uri("/stream/20").retrieve().bodyToFlux(JsonNode.class).count().block());
        List<Integer> all = Flux.range(0, 100).flatMap(i -> web.get().uri("/delay/50").retrieve().toBodilessEntity().map(r -> 1), 100)
                .collectList().block();
        assertEquals(100, all.size());
    }

    @Test
    void aWebClientStreams() {
        byte[] piece = Sandbox.pattern(50_000);
        Flux<DataBuffer> body = Flux.range(0, 40).map(i -> DefaultDataBufferFactory.sharedInstance.wrap(piece));
        JsonNode sent = web.post().uri("/upload").body(BodyInserters.fromDataBuffers(body)).retrieve().bodyToMono(JsonNode.class).block();
        assertEquals(2_000_000, sent.get("length").asInt());
        Long length = web.get().uri("/large/20000000").retrieve().bodyToFlux(DataBuffer.class).map(buffer -> {
            long bytes = buffer.readableByteCount();
            DataBufferUtils.release(buffer);
            return bytes;
        }).reduce(0L, Long::sum).block();
        assertEquals(20_000_000, length);
    }

    @Test
    void disposingAWebClientsCallClosesTheConnection() throws Exception {
        for (String path : List.of("/silence", "/drip?bytes=1000&ms=50")) {
            String id = Sandbox.newId();
            Disposable call = web.get().uri(path).header("X-Sandbox-Id", id).retrieve().bodyToFlux(DataBuffer.class)
                    .doOnNext(DataBufferUtils::release).onErrorResume(e -> Mono.empty()).subscribe();
            Sandbox.log(id, "seen=1");
            Thread.sleep(150);
            call.dispose();
            assertTrue(Sandbox.sawTheEnd(id), path);
        }
        String text = web.get().uri("/bytes/5").retrieve().bodyToMono(String.class).block(Duration.ofSeconds(20));
        assertEquals(5, text.getBytes(StandardCharsets.ISO_8859_1).length);
    }
}
