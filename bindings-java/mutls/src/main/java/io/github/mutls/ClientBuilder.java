package io.github.mutls;

import java.security.KeyStore;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The options of a client, and shorter ways to say some of them.
 *
 * @param <T> what the options belong to
 */
public abstract class ClientBuilder<T extends ClientBuilder<T>> extends Options<T> {
    private static final String[] LIMITS = {
        "queue_ms", "dns_ms", "connect_ms", "handshake_ms", "send_ms", "first_byte_ms", "read_ms"
    };

    private Executor executor;
    private Consumer<? super Event> onEvent;

    ClientBuilder() {}

    @SuppressWarnings("unchecked")
    private T self() {
        return (T) this;
    }

    /**
     * Sends a header with every request within the scope.
     *
     * @param name its name
     * @param value its value
     * @return this
     */
    public T header(String name, String value) {
        return entry("headers", name, value);
    }

    /**
     * Basic authentication, by RFC 7617, with every request within the scope.
     *
     * @param username the user
     * @param password the password
     * @return this
     */
    public T basicAuth(String username, String password) {
        return auth(auth -> auth.basic(basic -> basic.username(username).password(password)));
    }

    /**
     * A bearer token, by RFC 6750, with every request within the scope.
     *
     * @param token the token
     * @return this
     */
    public T bearerAuth(String token) {
        return auth(auth -> auth.bearer(bearer -> bearer.token(token)));
    }

    /**
     * One deadline for each whole call, in place of every other limit.
     *
     * @param total from the queue to the last byte of the body
     * @return this
     */
    public T timeout(Duration total) {
        return timeouts(timeouts -> {
            for (String limit : LIMITS) {
                timeouts.limit(limit, null);
            }
            timeouts.total(total);
        });
    }

    /**
     * The identity in a key store: its one entry with a private key, and the chain that belongs to it.
     *
     * @param store a store that is open
     * @param password what protects the key in it
     * @return this
     * @throws IllegalArgumentException if there is not exactly one key, or it cannot be had
     */
    public T keyStore(KeyStore store, char[] password) {
        return identity(identity -> KeyStores.identity(store, password, identity));
    }

    /**
     * Trust in the certificates of a key store, and in no others.
     *
     * @param store a store that is open
     * @return this
     * @throws IllegalArgumentException if there is no certificate in it
     */
    public T trustStore(KeyStore store) {
        return trust(trust -> trust.caPem(KeyStores.certificates(store)));
    }

    /**
     * Where futures are completed, and the callbacks of streams run. The default makes threads as they are needed, and ends idle ones.
     *
     * @param executor one that may be waited in
     * @return this
     */
    public T executor(Executor executor) {
        this.executor = executor;
        return self();
    }

    /**
     * Is told what happens to connections and certificates: {@code onEvent(Event.to(System.getLogger("mutls")))}. It is called when a call
     * returns, on the thread of that call, or for futures on the executor. What it throws goes to the thread's handler of uncaught exceptions,
     * and breaks nothing.
     *
     * @param onEvent takes each event; null for nobody
     * @return this
     */
    public T onEvent(Consumer<? super Event> onEvent) {
        this.onEvent = onEvent;
        return self();
    }

    Consumer<? super Event> chosenOnEvent() {
        return onEvent;
    }

    Executor chosenExecutor() {
        return executor;
    }

    /** The document in JSON, and its secrets as attachments. */
    NativeConfig config() {
        return config(Map.of());
    }

    /** The same, with other options in place of what is set. */
    NativeConfig config(Map<String, Object> instead) {
        Map<String, byte[]> attachments = new LinkedHashMap<>();
        Map<String, Object> document = document("", attachments);
        document.putAll(instead);
        return new NativeConfig(Json.write(document), attachments);
    }
}
