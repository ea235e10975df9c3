package io.github.mutls.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The conformance runner for Java: {@code Conformance [--async] CASES} prints one outcome a line. docs/conformance.md says what a case is.
 *
 * <p>The plain run makes its clients with the builder wherever that can say what the case wants, and its calls wait; with
 * {@code --async} clients come from the document's JSON and calls are futures.
 */
public final class Conformance {
    static final ObjectMapper JSON = new ObjectMapper();
    static boolean async;
    private static final int AT_ONCE = 4;
    private static final long PATIENCE_MS = 90_000;

    private Conformance() {}

    public static void main(String[] arguments) throws Exception {
        async = List.of(arguments).contains("--async");
        JsonNode table = JSON.readTree(new File(arguments[arguments.length - 1]));
        ConcurrentLinkedQueue<JsonNode> together = new ConcurrentLinkedQueue<>();
        List<JsonNode> alone = new ArrayList<>();
        table.get("cases").forEach(one -> (one.path("alone").asBoolean() ? alone : together).add(one));
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            Thread thread = new Thread(() -> {
                for (JsonNode one = together.poll(); one != null; one = together.poll()) {
                    guarded(one);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        alone.forEach(Conformance::guarded);
        // Most cases are to be said with the builder, or it is not tested.
        System.err.println("clients made with the builder: " + Clients.built + ", from JSON: " + Clients.parsed);
        System.exit(async || Clients.built.get() > 20 * Clients.parsed.get() ? 0 : 1);
    }

    /** On a thread of its own, so that a case that hangs fails alone. */
    private static void guarded(JsonNode data) {
        AtomicReference<Throwable> problem = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                new Case(data).run();
            } catch (Throwable e) {
                problem.set(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        ObjectNode outcome = JSON.createObjectNode().put("id", data.get("id").asText()).put("outcome", "pass");
        try {
            thread.join(PATIENCE_MS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (thread.isAlive()) {
            StringBuilder where = new StringBuilder("it hangs:");
            for (StackTraceElement element : thread.getStackTrace()) {
                where.append("\n\tat ").append(element);
            }
            outcome.put("outcome", "fail").put("detail", where.toString());
        } else if (problem.get() != null) {
            outcome.put("outcome", "fail").put("detail", told(problem.get()));
        }
        synchronized (JSON) {
            System.out.println(outcome);
        }
    }

    private static String told(Throwable problem) {
        StringBuilder text = new StringBuilder();
        for (Throwable e = problem; e != null; e = e.getCause()) {
            text.append(e);
            if (!(e instanceof Mismatch)) {
                for (StackTraceElement element : e.getStackTrace()) {
                    text.append("\n\tat ").append(element);
                }
            }
            text.append("; ");
        }
        return text.toString();
    }
}
