// Generated from core/src/error/catalogue.rs by `make generate`.

package io.github.mutls;

/**
 * What went wrong. Names and numbers are the same in every language that mutls speaks; docs/errors.md says more about each.
 */
public enum Code {
    /** An option is unknown, of the wrong type, out of range or contradicts another. */
    BAD_OPTION(101, Family.CONFIG),

    /** The URL cannot be used: not absolute and no base_url, not http or https, or malformed. */
    BAD_URL(102, Family.CONFIG),

    /** A header name or value holds bytes that HTTP does not allow, or a header that mutls sets itself. */
    BAD_HEADER(103, Family.CONFIG),

    /** The request would carry this client's credentials to a host outside their scope. */
    SCOPE_REFUSED(104, Family.CONFIG),

    /** No certificate or no private key was found where one was expected. */
    IDENTITY_NOT_FOUND(201, Family.IDENTITY),

    /** A certificate or key file cannot be read or is damaged. */
    IDENTITY_UNREADABLE(202, Family.IDENTITY),

    /** The private key is encrypted and no passphrase was given. */
    PASSPHRASE_REQUIRED(203, Family.IDENTITY),

    /** The passphrase does not open the private key. */
    PASSPHRASE_WRONG(204, Family.IDENTITY),

    /** The private key does not belong to the certificate. */
    KEY_MISMATCH(205, Family.IDENTITY),

    /** Our own certificate has expired. */
    IDENTITY_EXPIRED(206, Family.IDENTITY),

    /** Our own certificate is not valid yet. */
    IDENTITY_NOT_YET_VALID(207, Family.IDENTITY),

    /** The key, certificate or store is of a kind that mutls does not read or TLS does not allow. */
    IDENTITY_UNSUPPORTED(208, Family.IDENTITY),

    /** The CA bundle cannot be read or holds a damaged certificate. */
    CA_UNREADABLE(301, Family.TRUST),

    /** The CA bundle holds no certificate. */
    CA_EMPTY(302, Family.TRUST),

    /** A revocation list cannot be read, is damaged, or is not signed by the CA it speaks for. */
    CRL_UNREADABLE(303, Family.TRUST),

    /** A revocation list is out of date: the next one was due. */
    CRL_EXPIRED(304, Family.TRUST),

    /** The server's certificate was issued by a CA that is not trusted here. */
    SERVER_UNTRUSTED_ISSUER(310, Family.TRUST),

    /** The server does not send the intermediate certificate that links it to a trusted CA. */
    SERVER_MISSING_INTERMEDIATE(311, Family.TRUST),

    /** The server's certificate is for other host names. */
    SERVER_WRONG_HOST(312, Family.TRUST),

    /** The server's certificate has expired. */
    SERVER_EXPIRED(313, Family.TRUST),

    /** The server's certificate is not valid yet. */
    SERVER_NOT_YET_VALID(314, Family.TRUST),

    /** The server's certificate has been revoked. */
    SERVER_REVOKED(315, Family.TRUST),

    /** The server showed neither a pinned key nor a pinned certificate. */
    SERVER_PIN_MISMATCH(316, Family.TRUST),

    /** The server's certificate breaks a rule that this client enforces. */
    SERVER_CERT_UNSUPPORTED(317, Family.TRUST),

    /** No revocation list says whether a certificate of the server's chain was revoked. */
    SERVER_REVOCATION_UNKNOWN(318, Family.TRUST),

    /** The host name does not resolve to an address. */
    HOST_NOT_FOUND(401, Family.CONNECT),

    /** Nothing listens at that address and port. */
    CONNECT_REFUSED(402, Family.CONNECT),

    /** There is no route to the address. */
    UNREACHABLE(404, Family.CONNECT),

    /** The proxy did not open a tunnel. */
    PROXY_REFUSED(405, Family.CONNECT),

    /** The connection was closed or reset before the answer was complete. */
    CONNECTION_RESET(406, Family.CONNECT),

    /** The server demands a client certificate and none was sent. */
    CLIENT_CERT_REQUIRED(501, Family.HANDSHAKE),

    /** The server refused our certificate. */
    CLIENT_CERT_REJECTED(502, Family.HANDSHAKE),

    /** The server asked for a certificate, one is configured, but it could not be used. */
    CLIENT_CERT_NOT_SENT(503, Family.HANDSHAKE),

    /** The server asks for the certificate by TLS 1.2 renegotiation, which is not supported. */
    RENEGOTIATION_REQUIRED(504, Family.HANDSHAKE),

    /** The server speaks none of the TLS versions that are allowed here. */
    NO_COMMON_VERSION(505, Family.HANDSHAKE),

    /** The server and this client share no cipher suite, group or signature scheme. */
    NO_COMMON_CIPHER(506, Family.HANDSHAKE),

    /** The TLS handshake failed in another way. */
    HANDSHAKE_FAILED(507, Family.HANDSHAKE),

    /** A deadline passed; the phase says which. */
    TIMEOUT(601, Family.TIMEOUT),

    /** All workers are busy and the queue is full. */
    OVERLOADED(602, Family.TIMEOUT),

    /** No address answered in time. */
    CONNECT_TIMEOUT(603, Family.TIMEOUT),

    /** The peer's answer is not HTTP as it should be. */
    PROTOCOL_ERROR(701, Family.PROTOCOL),

    /** A redirect was not followed: another origin, too many, or it cannot be repeated. */
    REDIRECT_REFUSED(702, Family.PROTOCOL),

    /** The response ended before it was complete. */
    BODY_TRUNCATED(801, Family.BODY),

    /** The response is larger than {@code max_body_bytes}. */
    BODY_TOO_LARGE(802, Family.BODY),

    /** The request body could not be produced: its source failed or has another length than announced. */
    BODY_SOURCE_FAILED(803, Family.BODY),

    /** The caller cancelled the call. */
    CANCELLED(901, Family.CANCELLED),

    /** The client or the handle has been closed. */
    CLOSED(902, Family.CANCELLED),

    /** A fault in mutls. */
    INTERNAL(1001, Family.INTERNAL);

    private final int number;
    private final Family family;

    Code(int number, Family family) {
        this.number = number;
        this.family = family;
    }

    /**
     * The stable number in the catalogue.
     *
     * @return such as 205
     */
    public int number() {
        return number;
    }

    /**
     * The group that the code belongs to.
     *
     * @return one of the ten
     */
    public Family family() {
        return family;
    }

    /**
     * The stable name in the catalogue.
     *
     * @return such as {@code key_mismatch}
     */
    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
