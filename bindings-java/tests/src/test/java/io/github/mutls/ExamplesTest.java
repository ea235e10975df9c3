package io.github.mutls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every program of examples/java, run as it lies there, with the partner's own file names and the page's own commands. */
class ExamplesTest {
    @TempDir
    static Path folder;

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), said);
    }

    private static void files() throws Exception {
        JsonNode valid = Sandbox.identity("valid");
        Files.copy(Path.of(valid.get("cert").asText()), folder.resolve("my_app_cert.crt"));
        Files.copy(Path.of(valid.get("key").asText()), folder.resolve("my_app_private_key.pem"));
        Files.copy(Path.of(Sandbox.file("chain")), folder.resolve("lean_public_cert_chain.pem"));
        run("openssl", "pkcs12", "-export", "-out", "myApp-keyStore.p12", "-inkey", "my_app_private_key.pem", "-certfile",
                "lean_public_cert_chain.pem", "-in", "my_app_cert.crt", "-passout", "pass:myAppKeystorePassword");
        run("keytool", "-import", "-noprompt", "-trustcacerts", "-storetype", "JKS", "-keystore", "myApp-trustStore.jks", "-storepass",
                "myAppTruststorePassword", "-alias", "Root", "-file", Sandbox.file("ca"));
    }

    @TestFactory
    List<DynamicTest> everyExampleRuns() throws Exception {
        files();
        List<DynamicTest> tests = new ArrayList<>();
        List<Path> examples;
        try (Stream<Path> found = Files.list(Path.of(System.getenv().getOrDefault("MUTLS_EXAMPLES", "../../examples/java")))) {
            examples = found.filter(file -> file.toString().endsWith(".java")).sorted().collect(Collectors.toList());
        }
        assertTrue(examples.size() >= 4);
        for (Path example : examples) {
            String program = example.toAbsolutePath().toString();
            tests.add(DynamicTest.dynamicTest(example.getFileName().toString(), () -> {
                List<String> command = new ArrayList<>(List.of("java"));
                command.addAll(Sandbox.java());
                command.add(program);
                ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
                builder.environment().putAll(Map.of(
                        "LEAN_URL", Sandbox.announced().get("lean").get("base_url").asText(),
                        "LEAN_APP_TOKEN", Sandbox.announced().get("lean").get("app_token").asText(),
                        "KEY_STORE_PASSWORD", "myAppKeystorePassword",
                        "TRUST_STORE_PASSWORD", "myAppTruststorePassword"));
                Process process = builder.start();
                String said = new String(process.getInputStream().readAllBytes());
                assertEquals(0, process.waitFor(), said);
                assertTrue(said.contains("SANDBOX_BANK_ONE"), said);
            }));
        }
        return tests;
    }
}
