package io.github.mutls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done to certificates, keys and stores; what was made is read by openssl, keytool and the JDK. */
class ToolsTest {
    private static final String WORD = "changeit";

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), said);
        return said;
    }

    private static String of(String name, String what) {
        return Sandbox.identity(name).get(what).asText();
    }

    private static MutlsTools valid() {
        return MutlsTools.of(of("valid", "chain"), of("valid", "key"));
    }

    private static List<String> codes(ToolOutput checked) {
        return Json.list(checked.report().get("findings")).stream().map(one -> Json.object(one).get("code").toString())
                .collect(Collectors.toList());
    }

    @Test
    void filesAndServersAreTold() throws Exception {
        ToolOutput seen = MutlsTools.of(Path.of(of("valid", "chain")), Path.of(of("valid", "key"))).inspect();
        assertEquals(2, Json.list(seen.report().get("certificates")).size());
        assertTrue(seen.toJson().contains("CN=valid.client.sandbox.test"), seen.toJson());
        assertEquals(Set.of(), seen.names());
        assertNull(seen.part("output"));
        ToolOutput server = MutlsTools.of().url(Sandbox.url("required"))
                .client(client -> client.ca(Sandbox.file("ca")).proxy("none")).inspect();
        assertEquals(true, server.report().get("trusted"), server::toJson);
    }

    @Test
    void identitiesAreChecked() throws Exception {
        ToolOutput good = valid().ca(Sandbox.file("ca")).within(Duration.ofDays(1)).url(Sandbox.url("required"))
                .client(client -> client.ca(Sandbox.file("ca")).proxy("none")).check();
        assertEquals(true, good.report().get("ok"), good::toJson);
        ToolOutput bad = MutlsTools.of(of("valid", "chain"), of("mismatch", "key")).check();
        assertEquals(false, bad.report().get("ok"));
        assertTrue(codes(bad).contains("key_mismatch"), bad::toJson);
        assertTrue(valid().matches());
        assertFalse(MutlsTools.of(of("valid", "cert"), of("mismatch", "key")).matches());
        assertFalse(MutlsTools.of(of("valid", "cert")).within(Duration.ofDays(30)).needsRenewal());
        assertTrue(MutlsTools.of(of("valid", "cert")).within(Duration.ofDays(400)).needsRenewal());
    }

    @Test
    void aRequestIsMade(@TempDir Path folder) throws Exception {
        Path key = folder.resolve("a.key");
        Path csr = folder.resolve("a.csr");
        MutlsTools tools = MutlsTools.of().key("p-256").subject(Map.of("common_name", "services.company.com", "country", "CA"))
                .names("services.company.com").newPassphrase(WORD.toCharArray()).keyOutputFile(key).csrOutputFile(csr);
        assertEquals(Set.of(), tools.createCsr().names());
        assertTrue(run("openssl", "req", "-verify", "-noout", "-subject", "-in", csr.toString()).contains("services.company.com"));
        run("openssl", "pkey", "-noout", "-in", key.toString(), "-passin", "pass:" + WORD);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
        assertEquals(Code.BAD_OPTION, assertThrows(MutlsException.class, tools::createCsr).code(), "a file was overwritten unasked");
        tools.overwrite(true).createCsr();
        MutlsException refused = assertThrows(MutlsException.class,
                () -> MutlsTools.of().profile("trulioo").subject("CN=services.company.com,C=CANADA").createCsr());
        assertEquals(Code.BAD_OPTION, refused.code());
    }

    @Test
    void storesAreWritten(@TempDir Path folder) throws Exception {
        for (String type : List.of("PKCS12", "JKS")) {
            ToolOutput made = valid().name("app").to(type.toLowerCase()).newPassphrase(WORD).convert();
            assertEquals("ToolOutput[output]", made.toString());
            KeyStore store = KeyStore.getInstance(type);
            store.load(new ByteArrayInputStream(made.part("output")), WORD.toCharArray());
            assertEquals(2, store.getCertificateChain("app").length);
            assertTrue(store.getKey("app", WORD.toCharArray()) != null);
            byte[] pem = MutlsTools.of().and(made.part("output")).passphrase(WORD).to("pem").unencrypted(true).convert().part("output");
            assertTrue(new String(pem).contains("BEGIN PRIVATE KEY"));
            assertTrue(MutlsTools.of(of("valid", "cert"), new String(pem)).matches());
        }
        Path trusted = folder.resolve("trust.jks");
        MutlsTools.of(Sandbox.file("ca")).to("jks").name("Root").newPassphrase(WORD).outputFile(trusted).convert();
        assertTrue(run("keytool", "-list", "-keystore", trusted.toString(), "-storepass", WORD).contains("root, "));
        byte[] bundle = MutlsTools.of(of("valid", "cert")).ca(Sandbox.file("chain")).bundle().part("bundle");
        assertArrayEquals(Files.readAllBytes(Path.of(of("valid", "chain"))), bundle);
    }

    @Test
    void whatCannotBeReadIsTold() {
        MutlsTools shut = MutlsTools.of(of("encrypted", "key")).to("pkcs8").unencrypted(true);
        assertEquals(Code.PASSPHRASE_REQUIRED, assertThrows(MutlsIdentityException.class, shut::convert).code());
        assertEquals(Code.PASSPHRASE_WRONG, assertThrows(MutlsIdentityException.class, shut.passphrase("wrong")::convert).code());
        assertFalse(shut.toString().contains("wrong"));
        assertEquals(Code.BAD_OPTION, assertThrows(MutlsException.class, () -> valid().to("pem").inspect()).code());
    }

    @Test
    void anInterruptEndsAQuestion() throws Exception {
        List<AtomicReference<Throwable>> ends = new ArrayList<>();
        for (boolean before : new boolean[] {false, true}) {
            AtomicReference<Throwable> end = new AtomicReference<>();
            Thread asking = new Thread(() -> {
                if (before) {
                    Thread.currentThread().interrupt();
                }
                try {
                    MutlsTools.of().url(Sandbox.url("tcp_silent"))
                            .client(client -> client.proxy("none").timeouts(timeouts -> timeouts.handshake(null))).inspect();
                } catch (Throwable e) {
                    end.set(e);
                }
            });
            asking.start();
            Thread.sleep(100);
            asking.interrupt();
            asking.join();
            ends.add(end);
        }
        for (AtomicReference<Throwable> end : ends) {
            assertTrue(end.get() instanceof MutlsCancelledException, String.valueOf(end.get()));
        }
    }
}
