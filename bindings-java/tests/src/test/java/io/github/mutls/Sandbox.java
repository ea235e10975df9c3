package io.github.mutls;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What {@code mutls sandbox} announced; one for each test process. */
final class Sandbox {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final AtomicLong IDS = new AtomicLong();
    /** Java's own, to ask the sandbox what it saw. */
    private static final HttpClient PLAIN = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final JsonNode ANNOUNCED = start();

    private Sandbox() {}

    private static JsonNode start() {
        try {
            String given = System.getenv("MUTLS_TEST_SANDBOX");
            if (given != null) {
                return JSON.readTree(given);
            }
            // It ends with its standard input, and so with us.
            Process process = new ProcessBuilder(System.getenv("MUTLS_BINARY"), "sandbox").redirectError(Redirect.DISCARD).start();
            BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            return JSON.readTree(out.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException("the sandbox does not start (MUTLS_BINARY names the mutls command)", e);
        }
    }

    static JsonNode announced() {
        return ANNOUNCED;
    }

    static String file(String name) {
        return ANNOUNCED.get("files").get(name).asText();
    }

    static JsonNode identity(String name) {
        return ANNOUNCED.get("identities").get(name);
    }

    static String url(String listener) {
        return ANNOUNCED.get("listeners").get(listener).get("url").asText();
    }

    /** All of the sandbox's listeners, as a scope. */
    static String[] hosts() {
        String[] hosts = new String[ANNOUNCED.get("listeners").size()];
        Iterator<JsonNode> each = ANNOUNCED.get("listeners").elements();
        for (int at = 0; at < hosts.length; at++) {
            hosts[at] = URI.create(each.next().get("url").asText()).getAuthority();
        }
        return hosts;
    }

    static MutlsClient.Builder mutual() {
        JsonNode valid = identity("valid");
        return MutlsClient.builder()
                .baseUrl(url("required") + "/")
                .cert(Path.of(valid.get("chain").asText()))
                .key(Path.of(valid.get("key").asText()))
                .ca(file("ca"))
                .proxy("none");
    }

    static MutlsHttpClient.Builder seam() {
        JsonNode valid = identity("valid");
        return MutlsHttpClient.newBuilder()
                .cert(valid.get("chain").asText())
                .key(valid.get("key").asText())
                .ca(file("ca"))
                .proxy("none");
    }

    /** What a further JVM is told to find the jars and these classes. */
    static List<String> java() {
        String given = System.getenv("MUTLS_TEST_JAVA");
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return given == null ? List.of("-cp", path) : List.of(given.split(" "));
    }

    /** What the sandbox remembers a request by. */
    static String newId() {
        return "java-" + ProcessHandle.current().pid() + "-" + System.nanoTime() + "-" + IDS.incrementAndGet();
    }

    /** What it saw of the requests with that id; it waits until the count is reached. */
    static JsonNode log(String id, String count) {
        return ask("/_log?id=" + id + "&" + count);
    }

    static JsonNode ask(String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url("plain") + path)).build();
            return JSON.readTree(PLAIN.send(request, BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static boolean sawTheEnd(String id) {
        return log(id, "aborted=1&wait_ms=20000").get("aborted").asInt() == 1;
    }

    static byte[] pattern(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (31L * i % 251);
        }
        return bytes;
    }
}
