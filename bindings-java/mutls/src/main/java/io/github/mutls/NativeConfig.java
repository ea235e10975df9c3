package io.github.mutls;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** A config document and its attachments, until there is a native config of them. */
final class NativeConfig {
    private final String document;
    private final Map<String, byte[]> attachments;

    NativeConfig(String document, Map<String, byte[]> attachments) {
        this.document = document;
        this.attachments = attachments;
    }

    /** What is done with the handle of a native config. */
    interface Use {
        void with(long config, Scratch out) throws MutlsException;
    }

    void use(Use use) throws MutlsException {
        Natives.require();
        Abi abi = Natives.abi;
        byte[] json = document.getBytes(StandardCharsets.UTF_8);
        long memory = abi.allocate(Math.max(1, json.length));
        long config = 0;
        try (Scratch out = Scratch.take()) {
            abi.write(memory, json, 0, json.length);
            int status = abi.configNew(memory, json.length, out.at(Scratch.RESPONSE), out.at(Scratch.ERROR));
            out.check(status);
            config = out.take(Scratch.RESPONSE);
            for (Map.Entry<String, byte[]> attachment : attachments.entrySet()) {
                attach(config, attachment.getKey(), attachment.getValue(), out);
            }
            use.with(config, out);
        } finally {
            abi.configFree(config);
            // A document from outside may hold secrets.
            abi.write(memory, new byte[json.length], 0, json.length);
            abi.release(memory);
            Arrays.fill(json, (byte) 0);
        }
    }

    private static void attach(long config, String name, byte[] value, Scratch out) throws MutlsException {
        Abi abi = Natives.abi;
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        long memory = abi.allocate(Math.max(1, value.length));
        try {
            abi.write(memory, value, 0, value.length);
            out.check(abi.configSetBytes(config, out.put(utf8), utf8.length, memory, value.length, out.at(Scratch.ERROR)));
        } finally {
            abi.write(memory, new byte[value.length], 0, value.length);
            abi.release(memory);
        }
    }
}
