// Generated from core/src/error/catalogue.rs by `make generate`.

package io.github.mutls;

/**
 * Our verdict on the server's certificate, or the CA bundle it rests on.
 *
 * <p>Codes:
 * <ul>
 *   <li>{@link Code#CA_UNREADABLE}: The CA bundle cannot be read or holds a damaged certificate.
 *   <li>{@link Code#CA_EMPTY}: The CA bundle holds no certificate.
 *   <li>{@link Code#CRL_UNREADABLE}: A revocation list cannot be read, is damaged, or is not signed by the CA it speaks for.
 *   <li>{@link Code#CRL_EXPIRED}: A revocation list is out of date: the next one was due.
 *   <li>{@link Code#SERVER_UNTRUSTED_ISSUER}: The server's certificate was issued by a CA that is not trusted here.
 *   <li>{@link Code#SERVER_MISSING_INTERMEDIATE}: The server does not send the intermediate certificate that links it to a trusted CA.
 *   <li>{@link Code#SERVER_WRONG_HOST}: The server's certificate is for other host names.
 *   <li>{@link Code#SERVER_EXPIRED}: The server's certificate has expired.
 *   <li>{@link Code#SERVER_NOT_YET_VALID}: The server's certificate is not valid yet.
 *   <li>{@link Code#SERVER_REVOKED}: The server's certificate has been revoked.
 *   <li>{@link Code#SERVER_PIN_MISMATCH}: The server showed neither a pinned key nor a pinned certificate.
 *   <li>{@link Code#SERVER_CERT_UNSUPPORTED}: The server's certificate breaks a rule that this client enforces.
 *   <li>{@link Code#SERVER_REVOCATION_UNKNOWN}: No revocation list says whether a certificate of the server's chain was revoked.
 * </ul>
 */
public final class MutlsTrustException extends MutlsException {
    private static final long serialVersionUID = 1L;

    MutlsTrustException(Failure failure) {
        super(failure);
    }
}
