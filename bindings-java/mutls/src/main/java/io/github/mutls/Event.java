package io.github.mutls;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Something that happened to the connections or the certificates of a client: docs/events.md. What does not apply is null or empty;
 * nothing in it is secret.
 */
public final class Event {
    private final String json;
    private final Map<String, Object> facts;

    private Event(String json) {
        this.json = json;
        facts = Json.object(Json.parse(json));
    }

    /**
     * What happened.
     *
     * @return {@code connected}, {@code connect_failed}, {@code handshake_failed}, {@code retried}, {@code identity_expiring},
     * {@code server_expiring}, or another in a later version
     */
    public String name() {
        return text("event");
    }

    /**
     * The whole of it.
     *
     * @return one line, for a log
     */
    public String message() {
        return text("message");
    }

    /**
     * The host of the URL.
     *
     * @return null where there is none
     */
    public String host() {
        return text("host");
    }

    /**
     * The port of the URL.
     *
     * @return empty where there is none
     */
    public OptionalInt port() {
        return facts.get("port") instanceof Number ? OptionalInt.of(((Number) facts.get("port")).intValue()) : OptionalInt.empty();
    }

    /**
     * The version of TLS.
     *
     * @return such as {@code TLSv1.3}
     */
    public String version() {
        return text("version");
    }

    /**
     * Whether an earlier session was resumed.
     *
     * @return false for a full handshake
     */
    public boolean resumed() {
        return Boolean.TRUE.equals(facts.get("resumed"));
    }

    /**
     * Our identity: the one that was sent, or that expires.
     *
     * @return its name
     */
    public String identity() {
        return text("identity");
    }

    /**
     * Days until our certificate, or the one that expires, ends.
     *
     * @return negative when past
     */
    public OptionalLong daysLeft() {
        return number("days_left");
    }

    /**
     * Days until the server's certificate ends.
     *
     * @return negative when past
     */
    public OptionalLong serverDaysLeft() {
        return number("server_days_left");
    }

    /**
     * Whose certificate expires.
     *
     * @return RFC 4514 text
     */
    public String subject() {
        return text("subject");
    }

    /**
     * When it expires.
     *
     * @return RFC 3339
     */
    public String notAfter() {
        return text("not_after");
    }

    /**
     * Its SHA-256.
     *
     * @return hexadecimal
     */
    public String sha256() {
        return text("sha256");
    }

    /**
     * How long it took.
     *
     * @return milliseconds
     */
    public OptionalDouble milliseconds() {
        return facts.get("duration_ms") instanceof Number
                ? OptionalDouble.of(((Number) facts.get("duration_ms")).doubleValue())
                : OptionalDouble.empty();
    }

    /**
     * The code of the error.
     *
     * @return such as {@code client_cert_required}
     */
    public String code() {
        return text("code");
    }

    /**
     * Where in the call it came up.
     *
     * @return such as {@code handshake}
     */
    public String phase() {
        return text("phase");
    }

    /**
     * Who ended it.
     *
     * @return such as {@code peer}
     */
    public String origin() {
        return text("origin");
    }

    /**
     * What to do.
     *
     * @return a sentence
     */
    public String hint() {
        return text("hint");
    }

    /**
     * How much it matters.
     *
     * @return DEBUG, INFO, WARNING or ERROR
     */
    public System.Logger.Level level() {
        switch (text("level")) {
            case "debug":
                return System.Logger.Level.DEBUG;
            case "warning":
                return System.Logger.Level.WARNING;
            case "error":
                return System.Logger.Level.ERROR;
            default:
                return System.Logger.Level.INFO;
        }
    }

    /**
     * All of it.
     *
     * @return JSON, the same in every language
     */
    public String toJson() {
        return json;
    }

    @Override
    public String toString() {
        return message();
    }

    /**
     * What hands each event to a logger: for {@link ClientBuilder#onEvent}.
     *
     * @param logger such as {@code System.getLogger("mutls")}
     * @return a consumer of events
     */
    public static Consumer<Event> to(System.Logger logger) {
        return event -> logger.log(event.level(), event.message());
    }

    /** Hands over what lies in a queue. */
    static void tell(long queue, Consumer<? super Event> consumer) {
        for (Event event = next(queue); event != null; event = next(queue)) {
            try {
                consumer.accept(event);
            } catch (RuntimeException e) {
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            }
        }
    }

    private static Event next(long queue) {
        Abi abi = Natives.abi;
        try (Scratch out = Scratch.take()) {
            if (abi.queuePop(queue, 0, out.at(Scratch.RESPONSE), 0) != 0) {
                return null;
            }
            long completion = out.take(Scratch.RESPONSE);
            if (completion == 0) {
                return null;
            }
            try {
                abi.completionBytes(completion, out.at(Scratch.VIEW), out.at(Scratch.LENGTH), 0);
                return new Event(out.text());
            } finally {
                abi.completionFree(completion);
            }
        }
    }

    private String text(String name) {
        Object value = facts.get(name);
        return value == null ? null : value.toString();
    }

    private OptionalLong number(String name) {
        Object value = facts.get(name);
        return value instanceof Number ? OptionalLong.of(((Number) value).longValue()) : OptionalLong.empty();
    }
}
