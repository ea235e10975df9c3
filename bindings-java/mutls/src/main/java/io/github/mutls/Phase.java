// Generated from core/src/error/catalogue.rs by `make generate`.

package io.github.mutls;

/** Where in the life of a call something happened. */
public enum Phase {
    /** {@code config}. */
    CONFIG,

    /** {@code queue}. */
    QUEUE,

    /** {@code dns}. */
    DNS,

    /** {@code connect}. */
    CONNECT,

    /** {@code proxy}. */
    PROXY,

    /** {@code handshake}. */
    HANDSHAKE,

    /** {@code send}. */
    SEND,

    /** {@code receive}. */
    RECEIVE,

    /** {@code body}. */
    BODY;

    /**
     * The stable name in the catalogue.
     *
     * @return in lower case
     */
    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
