// Generated from core/src/error/catalogue.rs by `make generate`.

package io.github.mutls;

/**
 * An option, URL or header cannot be used.
 *
 * <p>Codes:
 * <ul>
 *   <li>{@link Code#BAD_OPTION}: An option is unknown, of the wrong type, out of range or contradicts another.
 *   <li>{@link Code#BAD_URL}: The URL cannot be used: not absolute and no base_url, not http or https, or malformed.
 *   <li>{@link Code#BAD_HEADER}: A header name or value holds bytes that HTTP does not allow, or a header that mutls sets itself.
 *   <li>{@link Code#SCOPE_REFUSED}: The request would carry this client's credentials to a host outside their scope.
 * </ul>
 */
public final class MutlsConfigException extends MutlsException {
    private static final long serialVersionUID = 1L;

    MutlsConfigException(Failure failure) {
        super(failure);
    }
}
