package io.github.mutls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.ResourceBundle;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is told of connections and certificates. */
class EventsTest {
    private final List<Event> events = Collections.synchronizedList(new ArrayList<>());

    private List<String> names() {
        List<String> names = events.stream().map(Event::name).collect(Collectors.toList());
        events.clear();
        return names;
    }

    private static MutlsClient.Builder expiring() {
        JsonNode identity = Sandbox.identity("expiring");
        return Sandbox.mutual().cert(Path.of(identity.get("chain").asText())).key(Path.of(identity.get("key").asText()));
    }

    @Test
    void connectionsAndCertificates() throws Exception {
        MutlsClient client = expiring().onEvent(events::add).build();
        Event soon = events.get(0);
        assertEquals("identity_expiring", soon.name());
        assertEquals(System.Logger.Level.WARNING, soon.level());
        assertEquals(5, soon.daysLeft().orElseThrow());
        assertTrue(soon.subject().contains("expiring"));
        assertTrue(soon.message().contains("expires in 5 days"));
        events.clear();
        HandshakeReport report = client.get("echo?token=abc").handshake();
        Event connected = events.get(0);
        assertEquals("connected", connected.name());
        assertEquals("localhost", connected.host());
        assertFalse(connected.resumed());
        assertEquals(5, connected.daysLeft().orElseThrow());
        assertEquals(5, report.clientCertificate().daysLeft().orElseThrow());
        assertEquals(report.serverDaysLeft(), connected.serverDaysLeft());
        assertFalse(connected.toJson().contains("token"));
        events.clear();
        client.get("echo");
        assertEquals(List.of(), names());
        client.get("close-if-reused");
        assertEquals(List.of("retried", "connected"), names());
        // Told before the future is completed.
        client.getAsync("close-if-reused").get();
        assertEquals(List.of("retried", "connected"), names());
        client.reload(expiring().expiryWarningDays(100_000));
        assertTrue(names().contains("identity_expiring"));
    }

    @Test
    void failures() throws Exception {
        MutlsClient client = MutlsClient.builder().ca(Sandbox.file("ca")).proxy("none").onEvent(events::add).build();
        MutlsException failure = assertThrows(MutlsException.class, () -> client.get(Sandbox.url("tls12") + "/secret-path"));
        assertEquals(List.of("handshake_failed"), events.stream().map(Event::name).collect(Collectors.toList()));
        assertEquals(System.Logger.Level.INFO, events.get(0).level());
        assertEquals("client_cert_required", events.get(0).code());
        assertEquals(failure.hint(), events.get(0).hint());
        assertFalse(events.get(0).toJson().contains("secret-path"));
    }

    @Test
    void loggers() throws Exception {
        List<String> lines = new ArrayList<>();
        System.Logger logger = new System.Logger() {
            @Override
            public String getName() {
                return "mutls";
            }

            @Override
            public boolean isLoggable(Level level) {
                return true;
            }

            @Override
            public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
                lines.add(level + " " + message);
            }

            @Override
            public void log(Level level, ResourceBundle bundle, String format, Object... params) {
                lines.add(level + " " + format);
            }
        };
        expiring().onEvent(Event.to(logger)).build().get("echo");
        assertEquals(2, lines.size());
        assertTrue(lines.get(0).startsWith("WARNING our certificate "), lines.get(0));
        assertTrue(lines.get(1).startsWith("DEBUG connected to localhost:"), lines.get(1));
    }

    @Test
    void whatAConsumerThrowsBreaksNothing() throws Exception {
        List<String> thrown = Collections.synchronizedList(new ArrayList<>());
        int[] status = new int[1];
        Thread thread = new Thread(() -> {
            try {
                status[0] = expiring()
                        .onEvent(event -> {
                            throw new IllegalStateException(event.name());
                        })
                        .build()
                        .get("echo")
                        .status();
            } catch (MutlsException e) {
                thrown.add(e.toString());
            }
        });
        thread.setUncaughtExceptionHandler((where, what) -> thrown.add(what.getMessage()));
        thread.start();
        thread.join();
        assertEquals(200, status[0]);
        assertEquals(List.of("identity_expiring", "connected"), thrown);
    }
}
