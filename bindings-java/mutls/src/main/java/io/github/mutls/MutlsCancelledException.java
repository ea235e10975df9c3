// Generated from core/src/error/catalogue.rs by `make generate`.

package io.github.mutls;

/**
 * The caller cancelled or closed.
 *
 * <p>Codes:
 * <ul>
 *   <li>{@link Code#CANCELLED}: The caller cancelled the call.
 *   <li>{@link Code#CLOSED}: The client or the handle has been closed.
 * </ul>
 */
public final class MutlsCancelledException extends MutlsException {
    private static final long serialVersionUID = 1L;

    MutlsCancelledException(Failure failure) {
        super(failure);
    }
}
