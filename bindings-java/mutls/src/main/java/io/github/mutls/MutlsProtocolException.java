// Generated from core/src/error/catalogue.rs by `make generate`.

package io.github.mutls;

/**
 * The peer does not speak HTTP as it should.
 *
 * <p>Codes:
 * <ul>
 *   <li>{@link Code#PROTOCOL_ERROR}: The peer's answer is not HTTP as it should be.
 *   <li>{@link Code#REDIRECT_REFUSED}: A redirect was not followed: another origin, too many, or it cannot be repeated.
 * </ul>
 */
public final class MutlsProtocolException extends MutlsException {
    private static final long serialVersionUID = 1L;

    MutlsProtocolException(Failure failure) {
        super(failure);
    }
}
