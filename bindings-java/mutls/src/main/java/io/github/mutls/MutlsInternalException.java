// Generated from core/src/error/catalogue.rs by `make generate`.

package io.github.mutls;

/**
 * A fault in mutls.
 *
 * <p>Codes:
 * <ul>
 *   <li>{@link Code#INTERNAL}: A fault in mutls.
 * </ul>
 */
public final class MutlsInternalException extends MutlsException {
    private static final long serialVersionUID = 1L;

    MutlsInternalException(Failure failure) {
        super(failure);
    }
}
