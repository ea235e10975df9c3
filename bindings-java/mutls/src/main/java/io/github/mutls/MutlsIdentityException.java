// Generated from core/src/error/catalogue.rs by `make generate`.

package io.github.mutls;

/**
 * Our certificate or key.
 *
 * <p>Codes:
 * <ul>
 *   <li>{@link Code#IDENTITY_NOT_FOUND}: No certificate or no private key was found where one was expected.
 *   <li>{@link Code#IDENTITY_UNREADABLE}: A certificate or key file cannot be read or is damaged.
 *   <li>{@link Code#PASSPHRASE_REQUIRED}: The private key is encrypted and no passphrase was given.
 *   <li>{@link Code#PASSPHRASE_WRONG}: The passphrase does not open the private key.
 *   <li>{@link Code#KEY_MISMATCH}: The private key does not belong to the certificate.
 *   <li>{@link Code#IDENTITY_EXPIRED}: Our own certificate has expired.
 *   <li>{@link Code#IDENTITY_NOT_YET_VALID}: Our own certificate is not valid yet.
 *   <li>{@link Code#IDENTITY_UNSUPPORTED}: The key, certificate or store is of a kind that mutls does not read or TLS does not allow.
 * </ul>
 */
public final class MutlsIdentityException extends MutlsException {
    private static final long serialVersionUID = 1L;

    MutlsIdentityException(Failure failure) {
        super(failure);
    }
}
