// Generated from core/src/error/catalogue.rs by `make generate`.

package io.github.mutls;

/**
 * The TLS handshake failed; often the server's verdict on our certificate.
 *
 * <p>Codes:
 * <ul>
 *   <li>{@link Code#CLIENT_CERT_REQUIRED}: The server demands a client certificate and none was sent.
 *   <li>{@link Code#CLIENT_CERT_REJECTED}: The server refused our certificate.
 *   <li>{@link Code#CLIENT_CERT_NOT_SENT}: The server asked for a certificate, one is configured, but it could not be used.
 *   <li>{@link Code#RENEGOTIATION_REQUIRED}: The server asks for the certificate by TLS 1.2 renegotiation, which is not supported.
 *   <li>{@link Code#NO_COMMON_VERSION}: The server speaks none of the TLS versions that are allowed here.
 *   <li>{@link Code#NO_COMMON_CIPHER}: The server and this client share no cipher suite, group or signature scheme.
 *   <li>{@link Code#HANDSHAKE_FAILED}: The TLS handshake failed in another way.
 * </ul>
 */
public final class MutlsHandshakeException extends MutlsException {
    private static final long serialVersionUID = 1L;

    MutlsHandshakeException(Failure failure) {
        super(failure);
    }
}
