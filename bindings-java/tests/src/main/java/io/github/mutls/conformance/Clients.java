package io.github.mutls.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.mutls.MutlsClient;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Clients of a case's config document: with the builder where that has a way to say it, else from the JSON. */
final class Clients {
    static final AtomicInteger built = new AtomicInteger();
    static final AtomicInteger parsed = new AtomicInteger();
    private static final Map<String, String> NAMES = names();

    private Clients() {}

    /** The names of the options in Java, by path. */
    private static Map<String, String> names() {
        try {
            Map<String, String> names = new HashMap<>();
            for (JsonNode row : Conformance.JSON.readTree(new File(System.getProperty("mutls.options"))).get("options")) {
                names.put(row.get("path").asText(), row.get("names").get("java").asText());
            }
            return names;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The builder has no way to say it. */
    private static final class Unsayable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unsayable(String what) {
            super(what);
        }
    }

    static MutlsClient make(JsonNode config, Map<String, byte[]> attachments) throws IOException {
        if (!Conformance.async) {
            MutlsClient.Builder builder = MutlsClient.builder();
            try {
                fill(builder, "", config, attachments);
                built.incrementAndGet();
                return builder.build();
            } catch (Unsayable e) {
                built.addAndGet(0);
            }
        }
        parsed.incrementAndGet();
        return MutlsClient.fromJson(config.toString(), attachments);
    }

    static void fill(Object target, String path, JsonNode object, Map<String, byte[]> attachments) {
        if (!object.isObject()) {
            throw new Unsayable(path);
        }
        object.properties().forEach(member -> {
            String at = path.isEmpty() ? member.getKey() : path + "." + member.getKey();
            String name = NAMES.get(at);
            if (name == null) {
                throw new Unsayable(at);
            }
            set(target, at, name, member.getValue(), attachments);
        });
    }

    private static void set(Object target, String path, String name, JsonNode value, Map<String, byte[]> attachments) {
        if (path.equals("headers") || path.equals("resolve")) {
            call(target, name, Map.class, Conformance.JSON.convertValue(value, Map.class));
        } else if (value.isArray() && value.isEmpty()) {
            throw new Unsayable(path);
        } else if (value.isArray() && !path.equals("identity") && has(target, name, String[].class)) {
            List<String> texts = new ArrayList<>();
            value.forEach(one -> texts.add(text(path, one)));
            call(target, name, String[].class, texts.toArray(new String[0]));
        } else if (value.isArray()) {
            value.forEach(one -> set(target, path, name, one, attachments));
        } else if (value.isObject() && value.size() == 1 && value.hasNonNull("ref")) {
            byte[] bytes = attachments.get(value.get("ref").asText());
            if (bytes == null) {
                throw new Unsayable(path);
            }
            if (has(target, name, byte[].class)) {
                call(target, name, byte[].class, bytes);
            } else {
                call(target, name, char[].class, new String(bytes, StandardCharsets.UTF_8).toCharArray());
            }
        } else if (value.isObject()) {
            Consumer<Object> fill = part -> fill(part, path, value, attachments);
            call(target, name, Consumer.class, fill);
        } else {
            plain(target, path, name, value);
        }
    }

    private static void plain(Object target, String path, String name, JsonNode value) {
        if (has(target, name, Duration.class) && (value.isNull() || value.isIntegralNumber() && value.asLong() >= 0)) {
            call(target, name, Duration.class, value.isNull() ? null : Duration.ofMillis(value.asLong()));
        } else if (value.isBoolean()) {
            call(target, name, boolean.class, value.asBoolean());
        } else if (value.isInt() && has(target, name, int.class)) {
            call(target, name, int.class, value.asInt());
        } else if (value.isIntegralNumber() && has(target, name, long.class)) {
            call(target, name, long.class, value.asLong());
        } else if (has(target, name, String[].class)) {
            call(target, name, String[].class, new String[] {text(path, value)});
        } else {
            call(target, name, String.class, text(path, value));
        }
    }

    private static String text(String path, JsonNode value) {
        if (!value.isTextual()) {
            throw new Unsayable(path);
        }
        return value.asText();
    }

    private static boolean has(Object target, String name, Class<?> parameter) {
        return method(target, name, parameter) != null;
    }

    private static Method method(Object target, String name, Class<?> parameter) {
        for (Method method : target.getClass().getMethods()) {
            if (method.getName().equals(name) && method.getParameterCount() == 1 && method.getParameterTypes()[0] == parameter) {
                return method;
            }
        }
        return null;
    }

    private static void call(Object target, String name, Class<?> parameter, Object value) {
        Method method = method(target, name, parameter);
        if (method == null) {
            throw new Unsayable(name);
        }
        try {
            method.invoke(target, value);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException) {
                throw (RuntimeException) e.getCause();
            }
            throw new IllegalStateException(e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
