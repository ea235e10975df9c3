package io.github.mutls.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.mutls.MutlsClient;
import io.github.mutls.MutlsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** One case. */
final class Case {
    private final JsonNode data;
    private final Map<String, byte[]> attachments = new HashMap<>();

    Case(JsonNode data) {
        this.data = data;
    }

    void run() throws Exception {
        for (Map.Entry<String, JsonNode> attachment : data.path("attachments").properties()) {
            attachments.put(attachment.getKey(), Files.readAllBytes(Path.of(attachment.getValue().asText())));
        }
        MutlsClient client = construct();
        if (client == null) {
            return;
        }
        int number = 0;
        for (JsonNode step : data.path("steps")) {
            number++;
            try {
                run(client, step);
            } catch (Exception e) {
                throw new Mismatch("step " + number + " (" + step.path("url").asText() + ")", e);
            }
        }
    }

    private MutlsClient make(JsonNode config) throws Exception {
        return Clients.make(config.isMissingNode() || config.isNull() ? JsonNodeFactory.instance.objectNode() : config, attachments);
    }

    /** The case's client; null if it rightly cannot be made. */
    private MutlsClient construct() throws Exception {
        JsonNode claim = data.path("construct_error");
        boolean wrong = claim.isObject();
        MutlsClient client;
        try {
            client = make(data.path("config"));
        } catch (MutlsException e) {
            if (!wrong) {
                throw e;
            }
            Claim.error(claim, e, "the client");
            return null;
        }
        if (wrong) {
            throw new Mismatch("the client: expected " + claim.get("code") + ", got a client");
        }
        return client;
    }

    private void run(MutlsClient of, JsonNode step) throws Exception {
        MutlsClient client = step.hasNonNull("config") ? make(step.get("config")) : of;
        if (step.path("close").asBoolean()) {
            of.close();
        }
        Thread.sleep(step.path("pause_ms").asLong());
        if (!step.hasNonNull("parallel")) {
            for (int i = 0; i < step.path("times").asInt(1); i++) {
                new Call(client, step).run();
            }
            return;
        }
        List<FutureTask<Void>> calls = new ArrayList<>();
        for (int i = 0; i < step.get("parallel").asInt(); i++) {
            Callable<Void> call = () -> {
                new Call(client, step).run();
                return null;
            };
            FutureTask<Void> task = new FutureTask<>(call);
            calls.add(task);
            new Thread(task).start();
        }
        for (FutureTask<Void> call : calls) {
            try {
                call.get();
            } catch (ExecutionException e) {
                throw (Exception) e.getCause();
            }
        }
    }
}
