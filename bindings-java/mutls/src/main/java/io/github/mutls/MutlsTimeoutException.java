// Generated from core/src/error/catalogue.rs by `make generate`.

package io.github.mutls;

/**
 * A deadline passed, or no worker was free.
 *
 * <p>Codes:
 * <ul>
 *   <li>{@link Code#TIMEOUT}: A deadline passed; the phase says which.
 *   <li>{@link Code#OVERLOADED}: All workers are busy and the queue is full.
 *   <li>{@link Code#CONNECT_TIMEOUT}: No address answered in time.
 * </ul>
 */
public final class MutlsTimeoutException extends MutlsException {
    private static final long serialVersionUID = 1L;

    MutlsTimeoutException(Failure failure) {
        super(failure);
    }
}
