package io.github.mutls;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** An object of the config document, filled in by its option's names. */
abstract class Part<T> {
    private final Map<String, Object> values = new LinkedHashMap<>();

    Part() {}

    @SuppressWarnings("unchecked")
    private T self() {
        return (T) this;
    }

    T set(String key, Object value) {
        if (value != null) {
            values.put(key, value);
        }
        return self();
    }

    /** A duration; none is no limit. */
    T limit(String key, Duration value) {
        values.put(key, value == null ? null : (Object) milliseconds(value));
        return self();
    }

    T add(String key, Object value) {
        if (value != null) {
            elements(key).add(value);
        }
        return self();
    }

    T list(String key, String... more) {
        elements(key).addAll(Arrays.asList(more));
        return self();
    }

    T entries(String key, Map<String, ?> more) {
        more.forEach((name, value) -> entry(key, name, value));
        return self();
    }

    T entry(String key, String name, Object value) {
        Map<String, Object> map = Json.object(values.computeIfAbsent(key, k -> new LinkedHashMap<String, Object>()));
        map.put(name, value);
        return self();
    }

    T append(String key, Part<?> part, Consumer<?> fill) {
        elements(key).add(filled(part, fill));
        return self();
    }

    T part(String key, Class<?> kind, Supplier<? extends Part<?>> make, Consumer<?> fill) {
        Object there = values.get(key);
        values.put(key, filled(kind.isInstance(there) ? (Part<?>) there : make.get(), fill));
        return self();
    }

    @SuppressWarnings("unchecked")
    private static Part<?> filled(Part<?> part, Consumer<?> fill) {
        ((Consumer<Part<?>>) fill).accept(part);
        return part;
    }

    private List<Object> elements(String key) {
        return Json.list(values.computeIfAbsent(key, k -> new ArrayList<Object>()));
    }

    /** Whole milliseconds, rounded up. */
    static long milliseconds(Duration value) {
        try {
            long whole = value.toMillis();
            return value.toNanosPart() % 1_000_000 == 0 ? whole : whole + 1;
        } catch (ArithmeticException e) {
            return value.isNegative() ? -1 : Long.MAX_VALUE;
        }
    }

    static String text(Path file) {
        return file == null ? null : file.toString();
    }

    /** The flat short forms name a file or hold PEM text. */
    static Object pathOrText(String value) {
        return value != null && value.contains("-----BEGIN") ? secret(value) : value;
    }

    static Secret secret(String value) {
        return value == null ? null : new Secret(value.getBytes(StandardCharsets.UTF_8));
    }

    static Secret secret(byte[] value) {
        return value == null ? null : new Secret(value.clone());
    }

    static Secret secret(char[] value) {
        if (value == null) {
            return null;
        }
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(value));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        Arrays.fill(encoded.array(), (byte) 0);
        return new Secret(bytes);
    }

    /** As plain values; secrets become attachments under the names of their options. */
    Map<String, Object> document(String path, Map<String, byte[]> attachments) {
        Map<String, Object> plain = new LinkedHashMap<>();
        values.forEach((key, value) -> plain.put(key, plain(path.isEmpty() ? key : path + "." + key, value, attachments)));
        return plain;
    }

    private static Object plain(String path, Object value, Map<String, byte[]> attachments) {
        if (value instanceof Part) {
            return ((Part<?>) value).document(path, attachments);
        }
        if (value instanceof Secret) {
            attachments.put(path, ((Secret) value).bytes);
            return Map.of("ref", path);
        }
        if (value instanceof List) {
            List<Object> plain = new ArrayList<>();
            for (Object one : (List<?>) value) {
                plain.add(plain(path + "[" + plain.size() + "]", one, attachments));
            }
            return plain;
        }
        return value;
    }

    /** Without its values: there are secrets among them. */
    @Override
    public String toString() {
        return getClass().getSimpleName() + values.keySet();
    }

    /** Bytes that are attached, and are no part of the document. */
    static final class Secret {
        final byte[] bytes;

        Secret(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public String toString() {
            return "(secret)";
        }
    }
}
