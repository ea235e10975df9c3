package io.github.mutls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Why calls fail. */
class DiagnosisTest {
    private static final MutlsRequest REQUEST =
            MutlsRequest.newBuilder("DELETE", Sandbox.url("required") + "/echo").build();

    private static MutlsClient.Builder pair(String certificate, String key) {
        return MutlsClient.builder().cert(Sandbox.identity(certificate).get("chain").asText())
                .key(Sandbox.identity(key).get("key").asText()).ca(Sandbox.file("ca")).proxy("none");
    }

    @Test
    void aClientThatWorks() throws Exception {
        try (MutlsClient client = pair("valid", "valid").build()) {
            Diagnosis found = client.diagnose(REQUEST);
            assertEquals(Diagnosis.State.OK, found.state(), found::toString);
            assertNull(found.code());
            assertEquals(
                    List.of("options", "identity", "trust", "proxy", "dns", "connect", "handshake", "without_identity", "answer"),
                    found.steps().stream().map(Diagnosis.Step::name).collect(Collectors.toList()));
            assertTrue(found.html().contains("<svg"), found.html());
        }
    }

    @Test
    void aClientThatCannotBeMade() throws Exception {
        Diagnosis found = pair("valid", "mismatch").diagnose(REQUEST);
        assertEquals("key_mismatch", found.code(), found::toString);
        Diagnosis.Step failed = found.steps().stream().filter(step -> step.state() == Diagnosis.State.FAILED).findFirst().get();
        assertEquals("identity", failed.name());
        assertTrue(failed.cure().length() > 10);
    }
}
