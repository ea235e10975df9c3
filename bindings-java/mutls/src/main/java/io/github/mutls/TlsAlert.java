package io.github.mutls;

import java.io.Serializable;
import java.util.Map;

/** A TLS alert (RFC 8446 section 6) that ended a connection. */
public final class TlsAlert implements Serializable {
    private static final long serialVersionUID = 1L;

    private final int number;
    private final String name;
    private final boolean received;

    private TlsAlert(int number, String name, boolean received) {
        this.number = number;
        this.name = name;
        this.received = received;
    }

    static TlsAlert of(Map<String, Object> facts) {
        if (facts == null) {
            return null;
        }
        return new TlsAlert(
                ((Number) facts.get("number")).intValue(), String.valueOf(facts.get("name")), Boolean.TRUE.equals(facts.get("received")));
    }

    /**
     * Its number on the wire.
     *
     * @return such as 48
     */
    public int number() {
        return number;
    }

    /**
     * Its name.
     *
     * @return such as {@code unknown_ca}
     */
    public String name() {
        return name;
    }

    /**
     * Who sent it.
     *
     * @return true if the peer did, false if we did
     */
    public boolean received() {
        return received;
    }

    @Override
    public String toString() {
        return name + " (" + number + "), " + (received ? "received" : "sent");
    }
}
