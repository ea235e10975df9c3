// Generated from core/src/error/catalogue.rs by `make generate`.

package io.github.mutls;

/**
 * No connection, or it was lost.
 *
 * <p>Codes:
 * <ul>
 *   <li>{@link Code#HOST_NOT_FOUND}: The host name does not resolve to an address.
 *   <li>{@link Code#CONNECT_REFUSED}: Nothing listens at that address and port.
 *   <li>{@link Code#UNREACHABLE}: There is no route to the address.
 *   <li>{@link Code#PROXY_REFUSED}: The proxy did not open a tunnel.
 *   <li>{@link Code#CONNECTION_RESET}: The connection was closed or reset before the answer was complete.
 * </ul>
 */
public final class MutlsConnectException extends MutlsException {
    private static final long serialVersionUID = 1L;

    MutlsConnectException(Failure failure) {
        super(failure);
    }
}
