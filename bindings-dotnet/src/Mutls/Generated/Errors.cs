// Generated from core/src/error/catalogue.rs by `make generate`; docs/errors.md says more about each code.

namespace Mutls
{
    /// <summary>What went wrong. Numbers and names are the same in every language that mutls speaks, and never reused.</summary>
    public enum MutlsErrorCode
    {
        /// <summary>An option is unknown, of the wrong type, out of range or contradicts another.</summary>
        BadOption = 101,
        /// <summary>The URL cannot be used: not absolute and no base_url, not http or https, or malformed.</summary>
        BadUrl = 102,
        /// <summary>A header name or value holds bytes that HTTP does not allow, or a header that mutls sets itself.</summary>
        BadHeader = 103,
        /// <summary>The request would carry this client's credentials to a host outside their scope.</summary>
        ScopeRefused = 104,
        /// <summary>No certificate or no private key was found where one was expected.</summary>
        IdentityNotFound = 201,
        /// <summary>A certificate or key file cannot be read or is damaged.</summary>
        IdentityUnreadable = 202,
        /// <summary>The private key is encrypted and no passphrase was given.</summary>
        PassphraseRequired = 203,
        /// <summary>The passphrase does not open the private key.</summary>
        PassphraseWrong = 204,
        /// <summary>The private key does not belong to the certificate.</summary>
        KeyMismatch = 205,
        /// <summary>Our own certificate has expired.</summary>
        IdentityExpired = 206,
        /// <summary>Our own certificate is not valid yet.</summary>
        IdentityNotYetValid = 207,
        /// <summary>The key, certificate or store is of a kind that mutls does not read or TLS does not allow.</summary>
        IdentityUnsupported = 208,
        /// <summary>The CA bundle cannot be read or holds a damaged certificate.</summary>
        CaUnreadable = 301,
        /// <summary>The CA bundle holds no certificate.</summary>
        CaEmpty = 302,
        /// <summary>A revocation list cannot be read, is damaged, or is not signed by the CA it speaks for.</summary>
        CrlUnreadable = 303,
        /// <summary>A revocation list is out of date: the next one was due.</summary>
        CrlExpired = 304,
        /// <summary>The server's certificate was issued by a CA that is not trusted here.</summary>
        ServerUntrustedIssuer = 310,
        /// <summary>The server does not send the intermediate certificate that links it to a trusted CA.</summary>
        ServerMissingIntermediate = 311,
        /// <summary>The server's certificate is for other host names.</summary>
        ServerWrongHost = 312,
        /// <summary>The server's certificate has expired.</summary>
        ServerExpired = 313,
        /// <summary>The server's certificate is not valid yet.</summary>
        ServerNotYetValid = 314,
        /// <summary>The server's certificate has been revoked.</summary>
        ServerRevoked = 315,
        /// <summary>The server showed neither a pinned key nor a pinned certificate.</summary>
        ServerPinMismatch = 316,
        /// <summary>The server's certificate breaks a rule that this client enforces.</summary>
        ServerCertUnsupported = 317,
        /// <summary>No revocation list says whether a certificate of the server's chain was revoked.</summary>
        ServerRevocationUnknown = 318,
        /// <summary>The host name does not resolve to an address.</summary>
        HostNotFound = 401,
        /// <summary>Nothing listens at that address and port.</summary>
        ConnectRefused = 402,
        /// <summary>There is no route to the address.</summary>
        Unreachable = 404,
        /// <summary>The proxy did not open a tunnel.</summary>
        ProxyRefused = 405,
        /// <summary>The connection was closed or reset before the answer was complete.</summary>
        ConnectionReset = 406,
        /// <summary>The server demands a client certificate and none was sent.</summary>
        ClientCertRequired = 501,
        /// <summary>The server refused our certificate.</summary>
        ClientCertRejected = 502,
        /// <summary>The server asked for a certificate, one is configured, but it could not be used.</summary>
        ClientCertNotSent = 503,
        /// <summary>The server asks for the certificate by TLS 1.2 renegotiation, which is not supported.</summary>
        RenegotiationRequired = 504,
        /// <summary>The server speaks none of the TLS versions that are allowed here.</summary>
        NoCommonVersion = 505,
        /// <summary>The server and this client share no cipher suite, group or signature scheme.</summary>
        NoCommonCipher = 506,
        /// <summary>The TLS handshake failed in another way.</summary>
        HandshakeFailed = 507,
        /// <summary>A deadline passed; the phase says which.</summary>
        Timeout = 601,
        /// <summary>All workers are busy and the queue is full.</summary>
        Overloaded = 602,
        /// <summary>No address answered in time.</summary>
        ConnectTimeout = 603,
        /// <summary>The peer's answer is not HTTP as it should be.</summary>
        ProtocolError = 701,
        /// <summary>A redirect was not followed: another origin, too many, or it cannot be repeated.</summary>
        RedirectRefused = 702,
        /// <summary>The response ended before it was complete.</summary>
        BodyTruncated = 801,
        /// <summary>The response is larger than <c>max_body_bytes</c>.</summary>
        BodyTooLarge = 802,
        /// <summary>The request body could not be produced: its source failed or has another length than announced.</summary>
        BodySourceFailed = 803,
        /// <summary>The caller cancelled the call.</summary>
        Cancelled = 901,
        /// <summary>The client or the handle has been closed.</summary>
        Closed = 902,
        /// <summary>A fault in mutls.</summary>
        Internal = 1001,
    }

    /// <summary>Where in the life of a call it happened.</summary>
    public enum MutlsPhase
    {
        /// <summary>The client was made, or the request put together.</summary>
        Config = 1,
        /// <summary>Waiting for a worker.</summary>
        Queue = 2,
        /// <summary>Name lookup.</summary>
        Dns = 3,
        /// <summary>The TCP connection.</summary>
        Connect = 4,
        /// <summary>The proxy's tunnel.</summary>
        Proxy = 5,
        /// <summary>The TLS handshake.</summary>
        Handshake = 6,
        /// <summary>Sending the request.</summary>
        Send = 7,
        /// <summary>Waiting for the head of the answer.</summary>
        Receive = 8,
        /// <summary>Reading the body of the answer.</summary>
        Body = 9,
    }

    /// <summary>Who ended it.</summary>
    public enum MutlsOrigin
    {
        /// <summary>We refused.</summary>
        Local = 1,
        /// <summary>The server or the proxy refused.</summary>
        Peer = 2,
        /// <summary>Something in between.</summary>
        Network = 3,
        /// <summary>The caller cancelled, or gave what cannot be used.</summary>
        Caller = 4,
    }

    /// <summary>The group that a code belongs to; each has an exception of its own.</summary>
    public enum MutlsFamily
    {
        /// <summary>An option, URL or header cannot be used.</summary>
        Config = 1,
        /// <summary>Our certificate or key.</summary>
        Identity = 2,
        /// <summary>Our verdict on the server's certificate, or the CA bundle it rests on.</summary>
        Trust = 3,
        /// <summary>No connection, or it was lost.</summary>
        Connect = 4,
        /// <summary>The TLS handshake failed; often the server's verdict on our certificate.</summary>
        Handshake = 5,
        /// <summary>A deadline passed, or no worker was free.</summary>
        Timeout = 6,
        /// <summary>The peer does not speak HTTP as it should.</summary>
        Protocol = 7,
        /// <summary>A body is cut short, too large or could not be produced.</summary>
        Body = 8,
        /// <summary>The caller cancelled or closed.</summary>
        Cancelled = 9,
        /// <summary>A fault in mutls.</summary>
        Internal = 10,
    }

    /// <summary>An option, URL or header cannot be used.</summary>
    /// <remarks><see cref="MutlsErrorCode.BadOption"/>, <see cref="MutlsErrorCode.BadUrl"/>, <see cref="MutlsErrorCode.BadHeader"/>, <see cref="MutlsErrorCode.ScopeRefused"/>.</remarks>
    public sealed class MutlsConfigException : MutlsException
    {
        internal MutlsConfigException(ErrorFacts facts, System.Exception inner) : base(facts, inner) { }
    }

    /// <summary>Our certificate or key.</summary>
    /// <remarks><see cref="MutlsErrorCode.IdentityNotFound"/>, <see cref="MutlsErrorCode.IdentityUnreadable"/>, <see cref="MutlsErrorCode.PassphraseRequired"/>, <see cref="MutlsErrorCode.PassphraseWrong"/>, <see cref="MutlsErrorCode.KeyMismatch"/>, <see cref="MutlsErrorCode.IdentityExpired"/>, <see cref="MutlsErrorCode.IdentityNotYetValid"/>, <see cref="MutlsErrorCode.IdentityUnsupported"/>.</remarks>
    public sealed class MutlsIdentityException : MutlsException
    {
        internal MutlsIdentityException(ErrorFacts facts, System.Exception inner) : base(facts, inner) { }
    }

    /// <summary>Our verdict on the server's certificate, or the CA bundle it rests on.</summary>
    /// <remarks><see cref="MutlsErrorCode.CaUnreadable"/>, <see cref="MutlsErrorCode.CaEmpty"/>, <see cref="MutlsErrorCode.CrlUnreadable"/>, <see cref="MutlsErrorCode.CrlExpired"/>, <see cref="MutlsErrorCode.ServerUntrustedIssuer"/>, <see cref="MutlsErrorCode.ServerMissingIntermediate"/>, <see cref="MutlsErrorCode.ServerWrongHost"/>, <see cref="MutlsErrorCode.ServerExpired"/>, <see cref="MutlsErrorCode.ServerNotYetValid"/>, <see cref="MutlsErrorCode.ServerRevoked"/>, <see cref="MutlsErrorCode.ServerPinMismatch"/>, <see cref="MutlsErrorCode.ServerCertUnsupported"/>, <see cref="MutlsErrorCode.ServerRevocationUnknown"/>.</remarks>
    public sealed class MutlsTrustException : MutlsException
    {
        internal MutlsTrustException(ErrorFacts facts, System.Exception inner) : base(facts, inner) { }
    }

    /// <summary>No connection, or it was lost.</summary>
    /// <remarks><see cref="MutlsErrorCode.HostNotFound"/>, <see cref="MutlsErrorCode.ConnectRefused"/>, <see cref="MutlsErrorCode.Unreachable"/>, <see cref="MutlsErrorCode.ProxyRefused"/>, <see cref="MutlsErrorCode.ConnectionReset"/>.</remarks>
    public sealed class MutlsConnectException : MutlsException
    {
        internal MutlsConnectException(ErrorFacts facts, System.Exception inner) : base(facts, inner) { }
    }

    /// <summary>The TLS handshake failed; often the server's verdict on our certificate.</summary>
    /// <remarks><see cref="MutlsErrorCode.ClientCertRequired"/>, <see cref="MutlsErrorCode.ClientCertRejected"/>, <see cref="MutlsErrorCode.ClientCertNotSent"/>, <see cref="MutlsErrorCode.RenegotiationRequired"/>, <see cref="MutlsErrorCode.NoCommonVersion"/>, <see cref="MutlsErrorCode.NoCommonCipher"/>, <see cref="MutlsErrorCode.HandshakeFailed"/>.</remarks>
    public sealed class MutlsHandshakeException : MutlsException
    {
        internal MutlsHandshakeException(ErrorFacts facts, System.Exception inner) : base(facts, inner) { }
    }

    /// <summary>A deadline passed, or no worker was free.</summary>
    /// <remarks><see cref="MutlsErrorCode.Timeout"/>, <see cref="MutlsErrorCode.Overloaded"/>, <see cref="MutlsErrorCode.ConnectTimeout"/>.</remarks>
    public sealed class MutlsTimeoutException : MutlsException
    {
        internal MutlsTimeoutException(ErrorFacts facts, System.Exception inner) : base(facts, inner) { }
    }

    /// <summary>The peer does not speak HTTP as it should.</summary>
    /// <remarks><see cref="MutlsErrorCode.ProtocolError"/>, <see cref="MutlsErrorCode.RedirectRefused"/>.</remarks>
    public sealed class MutlsProtocolException : MutlsException
    {
        internal MutlsProtocolException(ErrorFacts facts, System.Exception inner) : base(facts, inner) { }
    }

    /// <summary>A body is cut short, too large or could not be produced.</summary>
    /// <remarks><see cref="MutlsErrorCode.BodyTruncated"/>, <see cref="MutlsErrorCode.BodyTooLarge"/>, <see cref="MutlsErrorCode.BodySourceFailed"/>.</remarks>
    public sealed class MutlsBodyException : MutlsException
    {
        internal MutlsBodyException(ErrorFacts facts, System.Exception inner) : base(facts, inner) { }
    }

    /// <summary>The caller cancelled or closed.</summary>
    /// <remarks><see cref="MutlsErrorCode.Cancelled"/>, <see cref="MutlsErrorCode.Closed"/>.</remarks>
    public sealed class MutlsCancelledException : MutlsException
    {
        internal MutlsCancelledException(ErrorFacts facts, System.Exception inner) : base(facts, inner) { }
    }

    /// <summary>A fault in mutls.</summary>
    /// <remarks><see cref="MutlsErrorCode.Internal"/>.</remarks>
    public sealed class MutlsInternalException : MutlsException
    {
        internal MutlsInternalException(ErrorFacts facts, System.Exception inner) : base(facts, inner) { }
    }

    internal static class Catalogue
    {
        internal static string NameOf(MutlsErrorCode code)
        {
            switch (code)
            {
                case MutlsErrorCode.BadOption: return "bad_option";
                case MutlsErrorCode.BadUrl: return "bad_url";
                case MutlsErrorCode.BadHeader: return "bad_header";
                case MutlsErrorCode.ScopeRefused: return "scope_refused";
                case MutlsErrorCode.IdentityNotFound: return "identity_not_found";
                case MutlsErrorCode.IdentityUnreadable: return "identity_unreadable";
                case MutlsErrorCode.PassphraseRequired: return "passphrase_required";
                case MutlsErrorCode.PassphraseWrong: return "passphrase_wrong";
                case MutlsErrorCode.KeyMismatch: return "key_mismatch";
                case MutlsErrorCode.IdentityExpired: return "identity_expired";
                case MutlsErrorCode.IdentityNotYetValid: return "identity_not_yet_valid";
                case MutlsErrorCode.IdentityUnsupported: return "identity_unsupported";
                case MutlsErrorCode.CaUnreadable: return "ca_unreadable";
                case MutlsErrorCode.CaEmpty: return "ca_empty";
                case MutlsErrorCode.CrlUnreadable: return "crl_unreadable";
                case MutlsErrorCode.CrlExpired: return "crl_expired";
                case MutlsErrorCode.ServerUntrustedIssuer: return "server_untrusted_issuer";
                case MutlsErrorCode.ServerMissingIntermediate: return "server_missing_intermediate";
                case MutlsErrorCode.ServerWrongHost: return "server_wrong_host";
                case MutlsErrorCode.ServerExpired: return "server_expired";
                case MutlsErrorCode.ServerNotYetValid: return "server_not_yet_valid";
                case MutlsErrorCode.ServerRevoked: return "server_revoked";
                case MutlsErrorCode.ServerPinMismatch: return "server_pin_mismatch";
                case MutlsErrorCode.ServerCertUnsupported: return "server_cert_unsupported";
                case MutlsErrorCode.ServerRevocationUnknown: return "server_revocation_unknown";
                case MutlsErrorCode.HostNotFound: return "host_not_found";
                case MutlsErrorCode.ConnectRefused: return "connect_refused";
                case MutlsErrorCode.Unreachable: return "unreachable";
                case MutlsErrorCode.ProxyRefused: return "proxy_refused";
                case MutlsErrorCode.ConnectionReset: return "connection_reset";
                case MutlsErrorCode.ClientCertRequired: return "client_cert_required";
                case MutlsErrorCode.ClientCertRejected: return "client_cert_rejected";
                case MutlsErrorCode.ClientCertNotSent: return "client_cert_not_sent";
                case MutlsErrorCode.RenegotiationRequired: return "renegotiation_required";
                case MutlsErrorCode.NoCommonVersion: return "no_common_version";
                case MutlsErrorCode.NoCommonCipher: return "no_common_cipher";
                case MutlsErrorCode.HandshakeFailed: return "handshake_failed";
                case MutlsErrorCode.Timeout: return "timeout";
                case MutlsErrorCode.Overloaded: return "overloaded";
                case MutlsErrorCode.ConnectTimeout: return "connect_timeout";
                case MutlsErrorCode.ProtocolError: return "protocol_error";
                case MutlsErrorCode.RedirectRefused: return "redirect_refused";
                case MutlsErrorCode.BodyTruncated: return "body_truncated";
                case MutlsErrorCode.BodyTooLarge: return "body_too_large";
                case MutlsErrorCode.BodySourceFailed: return "body_source_failed";
                case MutlsErrorCode.Cancelled: return "cancelled";
                case MutlsErrorCode.Closed: return "closed";
                case MutlsErrorCode.Internal: return "internal";
                default: return "code " + (int)code;
            }
        }

        internal static MutlsFamily FamilyOf(MutlsErrorCode code)
        {
            switch (code)
            {
                case MutlsErrorCode.BadOption:
                case MutlsErrorCode.BadUrl:
                case MutlsErrorCode.BadHeader:
                case MutlsErrorCode.ScopeRefused:
                    return MutlsFamily.Config;
                case MutlsErrorCode.IdentityNotFound:
                case MutlsErrorCode.IdentityUnreadable:
                case MutlsErrorCode.PassphraseRequired:
                case MutlsErrorCode.PassphraseWrong:
                case MutlsErrorCode.KeyMismatch:
                case MutlsErrorCode.IdentityExpired:
                case MutlsErrorCode.IdentityNotYetValid:
                case MutlsErrorCode.IdentityUnsupported:
                    return MutlsFamily.Identity;
                case MutlsErrorCode.CaUnreadable:
                case MutlsErrorCode.CaEmpty:
                case MutlsErrorCode.CrlUnreadable:
                case MutlsErrorCode.CrlExpired:
                case MutlsErrorCode.ServerUntrustedIssuer:
                case MutlsErrorCode.ServerMissingIntermediate:
                case MutlsErrorCode.ServerWrongHost:
                case MutlsErrorCode.ServerExpired:
                case MutlsErrorCode.ServerNotYetValid:
                case MutlsErrorCode.ServerRevoked:
                case MutlsErrorCode.ServerPinMismatch:
                case MutlsErrorCode.ServerCertUnsupported:
                case MutlsErrorCode.ServerRevocationUnknown:
                    return MutlsFamily.Trust;
                case MutlsErrorCode.HostNotFound:
                case MutlsErrorCode.ConnectRefused:
                case MutlsErrorCode.Unreachable:
                case MutlsErrorCode.ProxyRefused:
                case MutlsErrorCode.ConnectionReset:
                    return MutlsFamily.Connect;
                case MutlsErrorCode.ClientCertRequired:
                case MutlsErrorCode.ClientCertRejected:
                case MutlsErrorCode.ClientCertNotSent:
                case MutlsErrorCode.RenegotiationRequired:
                case MutlsErrorCode.NoCommonVersion:
                case MutlsErrorCode.NoCommonCipher:
                case MutlsErrorCode.HandshakeFailed:
                    return MutlsFamily.Handshake;
                case MutlsErrorCode.Timeout:
                case MutlsErrorCode.Overloaded:
                case MutlsErrorCode.ConnectTimeout:
                    return MutlsFamily.Timeout;
                case MutlsErrorCode.ProtocolError:
                case MutlsErrorCode.RedirectRefused:
                    return MutlsFamily.Protocol;
                case MutlsErrorCode.BodyTruncated:
                case MutlsErrorCode.BodyTooLarge:
                case MutlsErrorCode.BodySourceFailed:
                    return MutlsFamily.Body;
                case MutlsErrorCode.Cancelled:
                case MutlsErrorCode.Closed:
                    return MutlsFamily.Cancelled;
                case MutlsErrorCode.Internal:
                    return MutlsFamily.Internal;
                default: return MutlsFamily.Internal;
            }
        }

        internal static MutlsException Make(ErrorFacts facts, System.Exception inner)
        {
            switch (facts.Family)
            {
                case MutlsFamily.Config: return new MutlsConfigException(facts, inner);
                case MutlsFamily.Identity: return new MutlsIdentityException(facts, inner);
                case MutlsFamily.Trust: return new MutlsTrustException(facts, inner);
                case MutlsFamily.Connect: return new MutlsConnectException(facts, inner);
                case MutlsFamily.Handshake: return new MutlsHandshakeException(facts, inner);
                case MutlsFamily.Timeout: return new MutlsTimeoutException(facts, inner);
                case MutlsFamily.Protocol: return new MutlsProtocolException(facts, inner);
                case MutlsFamily.Body: return new MutlsBodyException(facts, inner);
                case MutlsFamily.Cancelled: return new MutlsCancelledException(facts, inner);
                case MutlsFamily.Internal: return new MutlsInternalException(facts, inner);
                default: return new MutlsInternalException(facts, inner);
            }
        }
    }
}
