package io.github.mutls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes of their own, each doing what {@link Roles} has under its name. */
class ProcessTest {
    private static Process start(String role, String... properties) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(Sandbox.java());
        command.addAll(Arrays.asList(properties));
        command.addAll(List.of("io.github.mutls.Roles", role));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("MUTLS_TEST_SANDBOX", Sandbox.announced().toString());
        return builder.start();
    }

    /** Runs to a clean end within the time, and gives what was said. */
    private static String run(String role, String... properties) throws Exception {
        Process process = start(role, properties);
        process.getOutputStream().close();
        StringBuilder said = new StringBuilder();
        Thread reader = new Thread(() -> {
            try (InputStream out = process.getInputStream()) {
                said.append(new String(out.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                said.append(e);
            }
        });
        reader.start();
        boolean ended = process.waitFor(400, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        reader.join();
        System.out.print(role + " " + String.join(" ", properties) + ": " + said);
        assertTrue(ended, role + " does not end");
        assertEquals(0, process.exitValue(), said.toString());
        return said.toString();
    }

    private static int number(String said, String name) {
        Matcher found = Pattern.compile(name + "=(\\d+)").matcher(said);
        assertTrue(found.find(), said);
        return Integer.parseInt(found.group(1));
    }

    @Test
    void aThousandFuturesTakeNoThreadEach() throws Exception {
        String said = run("futures");
        assertEquals(1000, number(said, "answers"));
        // One a call would be a thousand, as the engine's own workers are.
        assertTrue(number(said, "java") < 200, said);
    }

    @Test
    void aThousandThreadsWait() throws Exception {
        assertEquals(1000, number(run("threads"), "answers"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "close", "halt"})
    void itEndsWithCallsInFlight(String how) throws Exception {
        assertEquals("", run("exit", "-Dhow=" + how));
    }

    @Test
    void nothingLeaksOverManyRequests() throws Exception {
        String said = run("leaks");
        assertEquals(100_000, number(said, "requests"));
        assertEquals(0, number(said, "left"), said);
    }

    @Test
    void theCollectorTakesWhatIsForgotten() throws Exception {
        String said = run("forgotten");
        assertTrue(said.contains("streams closed, clients freed"), said);
    }

    @Test
    void callsSurviveTheCollector() throws Exception {
        assertEquals(80, number(run("collecting", "-Xmx64m"), "answers"));
    }

    @Test
    void largeBodiesTakeNoMemory() throws Exception {
        String said = run("large", "-Xmx48m");
        assertEquals(1 << 28, number(said, "down"));
        assertEquals(1 << 28, number(said, "up"));
    }

    @Test
    void anIdleClientCostsNothing() throws Exception {
        // Of two seconds.
        assertTrue(number(run("idle"), "cpu_ms") < 400);
    }

    @Test
    void aLibraryThatDoesNotFitIsTold() throws Exception {
        for (String library : List.of("/nowhere/libmutls.so", "libc.so.6")) {
            Process process = start("one", "-Dmutls.library=" + library);
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(1, process.waitFor(), said);
            assertTrue(said.contains("UnsatisfiedLinkError") && said.contains(library), said);
        }
    }
}
