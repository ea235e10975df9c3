// Generated from core/src/error/catalogue.rs by `make generate`.

package io.github.mutls;

/**
 * A body is cut short, too large or could not be produced.
 *
 * <p>Codes:
 * <ul>
 *   <li>{@link Code#BODY_TRUNCATED}: The response ended before it was complete.
 *   <li>{@link Code#BODY_TOO_LARGE}: The response is larger than {@code max_body_bytes}.
 *   <li>{@link Code#BODY_SOURCE_FAILED}: The request body could not be produced: its source failed or has another length than announced.
 * </ul>
 */
public final class MutlsBodyException extends MutlsException {
    private static final long serialVersionUID = 1L;

    MutlsBodyException(Failure failure) {
        super(failure);
    }
}
