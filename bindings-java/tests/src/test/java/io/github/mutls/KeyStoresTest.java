package io.github.mutls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stores that the partner's page makes with openssl and keytool. */
class KeyStoresTest {
    private static final String PASSWORD = "myAppKeystorePassword";

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), said);
    }

    private static Path identity(Path folder) throws Exception {
        JsonNode valid = Sandbox.identity("valid");
        Path store = folder.resolve("myApp-keyStore.p12");
        run("openssl", "pkcs12", "-export", "-out", store.toString(), "-inkey", valid.get("key").asText(), "-certfile",
                Sandbox.file("chain"), "-in", valid.get("cert").asText(), "-passout", "pass:" + PASSWORD);
        return store;
    }

    private static Path trust(Path folder, String type) throws Exception {
        Path store = folder.resolve("trust." + type);
        run("keytool", "-import", "-noprompt", "-trustcacerts", "-storetype", type, "-keystore", store.toString(), "-storepass", PASSWORD,
                "-alias", "Root", "-file", Sandbox.file("ca"));
        return store;
    }

    private static KeyStore open(Path file) throws Exception {
        KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    @Test
    void storesComeInByTheirFiles(@TempDir Path folder) throws Exception {
        for (String type : List.of("PKCS12", "JKS")) {
            Path trusted = trust(folder, type);
            try (MutlsClient client = MutlsClient.builder().pkcs12File(identity(folder)).passphrase(PASSWORD)
                    .trust(trust -> trust.truststoreFile(trusted).truststorePassphrase(PASSWORD))
                    .tls(tls -> tls.minVersion("1.3")).proxy("none").build()) {
                MutlsResponse response = client.get(Sandbox.url("required") + "/echo");
                assertEquals(200, response.status());
                assertTrue(response.handshake().version().endsWith("1.3"));
            }
        }
    }

    @Test
    void storesComeInAsObjects(@TempDir Path folder) throws Exception {
        KeyStore keys = open(identity(folder));
        KeyStore trusted = open(trust(folder, "JKS"));
        try (MutlsClient client =
                MutlsClient.builder().keyStore(keys, PASSWORD.toCharArray()).trustStore(trusted).proxy("none").build()) {
            assertEquals(200, client.get(Sandbox.url("required") + "/echo").status());
        }
        assertThrows(IllegalArgumentException.class, () -> MutlsClient.builder().keyStore(trusted, null));
        assertThrows(IllegalArgumentException.class, () -> MutlsClient.builder().keyStore(keys, "wrong".toCharArray()));
        assertThrows(IllegalArgumentException.class, () -> MutlsClient.builder().trustStore(keys));
    }

    @Test
    void aWrongPasswordIsTold(@TempDir Path folder) throws Exception {
        MutlsClient.Builder builder = MutlsClient.builder().pkcs12File(identity(folder)).passphrase("wrong");
        assertEquals(Code.PASSPHRASE_WRONG, assertThrows(MutlsException.class, builder::build).code());
    }
}
