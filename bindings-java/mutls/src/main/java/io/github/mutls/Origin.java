// Generated from core/src/error/catalogue.rs by `make generate`.

package io.github.mutls;

/** Who ended a call: we (local), the peer, the network or the caller. */
public enum Origin {
    /** {@code local}. */
    LOCAL,

    /** {@code peer}. */
    PEER,

    /** {@code network}. */
    NETWORK,

    /** {@code caller}. */
    CALLER;

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
