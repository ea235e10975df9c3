//! Every failure that mutls reports, as one table.
//!
//! The table makes the [`Code`] enum, and `cargo xtask generate` makes the C constants and
//! `docs/errors.md` from it. A number is never reused: a retired row moves to [`RETIRED`].

use std::fmt;

macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $number:literal, $text:literal;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(i32)]
        pub enum $name { $($(#[$vmeta])* $variant = $number,)* }

        impl $name {
            /// Every value, in the order of the numbers.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The stable snake_case name.
            pub const fn name(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }

            /// The stable number.
            pub const fn number(self) -> i32 { self as i32 }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.name()) }
        }
    };
}

vocabulary! {
    /// Where in the life of a call a failure happened.
    Phase {
        /// Before any I/O: reading options, files, keys.
        Config = 1, "config";
        /// Waiting for a worker or a connection slot.
        Queue = 2, "queue";
        /// Looking up the host name.
        Dns = 3, "dns";
        /// Opening the TCP connection.
        Connect = 4, "connect";
        /// Talking to the proxy.
        Proxy = 5, "proxy";
        /// The TLS handshake, including a TLS 1.3 rejection that arrives just after it.
        Handshake = 6, "handshake";
        /// Writing the request.
        Send = 7, "send";
        /// Waiting for the head of the response.
        Receive = 8, "receive";
        /// Reading the body of the response.
        Body = 9, "body";
    }
}

vocabulary! {
    /// Who ended it.
    Origin {
        /// We refused: our configuration, or our verdict on what the peer showed.
        Local = 1, "local";
        /// The peer (server or proxy) refused.
        Peer = 2, "peer";
        /// The network in between.
        Network = 3, "network";
        /// The caller: cancelled, or gave what cannot be used.
        Caller = 4, "caller";
    }
}

vocabulary! {
    /// The groups that languages with exceptions give one class each.
    Family {
        /// An option, URL or header cannot be used.
        Config = 1, "config";
        /// Our certificate or key.
        Identity = 2, "identity";
        /// Our verdict on the server's certificate, or the CA bundle it rests on.
        Trust = 3, "trust";
        /// No connection, or it was lost.
        Connect = 4, "connect";
        /// The TLS handshake failed; often the server's verdict on our certificate.
        Handshake = 5, "handshake";
        /// A deadline passed.
        Timeout = 6, "timeout";
        /// The peer does not speak HTTP as it should.
        Protocol = 7, "protocol";
        /// A body is cut short, too large or could not be produced.
        Body = 8, "body";
        /// The caller cancelled or closed.
        Cancelled = 9, "cancelled";
        /// A fault in mutls.
        Internal = 10, "internal";
    }
}

macro_rules! catalogue {
    ($($number:literal $variant:ident $text:literal $family:ident $transient:literal $about:literal $cure:literal;)*) => {
        /// What went wrong. The names and numbers are stable and never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(i32)]
        #[non_exhaustive]
        pub enum Code { $(#[doc = $about] $variant = $number,)* }

        impl Code {
            /// Every code, in the order of the numbers.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The stable snake_case name.
            pub const fn name(self) -> &'static str {
                match self { $(Code::$variant => $text,)* }
            }

            /// The stable number, as in the C constants.
            pub const fn number(self) -> i32 { self as i32 }

            /// The exception class that this code belongs to.
            pub const fn family(self) -> Family {
                match self { $(Code::$variant => Family::$family,)* }
            }

            /// Whether the same call may well succeed a moment later, unless the error says otherwise.
            pub const fn usually_transient(self) -> bool {
                match self { $(Code::$variant => $transient,)* }
            }

            /// One sentence for the manual: what happened.
            pub const fn about(self) -> &'static str {
                match self { $(Code::$variant => $about,)* }
            }

            /// One sentence for the manual: what to do. An error's own hint is more precise.
            pub const fn cure(self) -> &'static str {
                match self { $(Code::$variant => $cure,)* }
            }
        }

        impl fmt::Display for Code {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.name()) }
        }
    };
}

catalogue! {
    101 BadOption "bad_option" Config false
        "An option is unknown, of the wrong type, out of range or contradicts another."
        "Correct the option that the message names; docs/config.md lists all of them.";
    102 BadUrl "bad_url" Config false
        "The URL cannot be used: not absolute and no base_url, not http or https, or malformed."
        "Give an absolute https:// URL, or set base_url and give a path.";
    103 BadHeader "bad_header" Config false
        "A header name or value holds bytes that HTTP does not allow, or a header that mutls sets itself."
        "Remove line breaks and control characters from the header.";
    104 ScopeRefused "scope_refused" Config false
        "The request would carry this client's credentials to a host outside their scope."
        "Add the host to `hosts` if the credentials are meant for it, or use another client.";

    201 IdentityNotFound "identity_not_found" Identity false
        "No certificate or no private key was found where one was expected."
        "Give the file that holds what is missing; the message lists what was found instead.";
    202 IdentityUnreadable "identity_unreadable" Identity false
        "A certificate or key file cannot be read or is damaged."
        "Check the path, the permissions, and that the download was complete.";
    203 PassphraseRequired "passphrase_required" Identity false
        "The private key is encrypted and no passphrase was given."
        "Give `passphrase`, `passphrase_env` or `passphrase_file`.";
    204 PassphraseWrong "passphrase_wrong" Identity false
        "The passphrase does not open the private key."
        "Check the passphrase, in particular a trailing newline or an unexpanded variable.";
    205 KeyMismatch "key_mismatch" Identity false
        "The private key does not belong to the certificate."
        "Use the key that the certificate was requested with.";
    206 IdentityExpired "identity_expired" Identity false
        "Our own certificate has expired."
        "Request a new certificate from the partner, or set `allow_expired` to try it all the same.";
    207 IdentityNotYetValid "identity_not_yet_valid" Identity false
        "Our own certificate is not valid yet."
        "Check this machine's clock, or wait until the certificate's start date.";
    208 IdentityUnsupported "identity_unsupported" Identity false
        "The key, certificate or store is of a kind that mutls does not read or TLS does not allow."
        "Convert it as the hint says, or ask the partner for another form.";

    301 CaUnreadable "ca_unreadable" Trust false
        "The CA bundle cannot be read or holds a damaged certificate."
        "Check the path, the permissions, and that the download was complete.";
    302 CaEmpty "ca_empty" Trust false
        "The CA bundle holds no certificate."
        "Give the partner's CA certificate chain in PEM form.";
    303 CrlUnreadable "crl_unreadable" Trust false
        "A revocation list cannot be read, is damaged, or is not signed by the CA it speaks for."
        "Fetch the current list from the CA, in PEM or DER.";
    304 CrlExpired "crl_expired" Trust false
        "A revocation list is out of date: the next one was due."
        "Fetch the current list from the CA, or set `trust.allow_expired_crl`.";
    310 ServerUntrustedIssuer "server_untrusted_issuer" Trust false
        "The server's certificate was issued by a CA that is not trusted here."
        "Give the partner's CA chain as `ca_file`; if the issuer is your company's, a proxy inspects the traffic.";
    311 ServerMissingIntermediate "server_missing_intermediate" Trust false
        "The server does not send the intermediate certificate that links it to a trusted CA."
        "Add the missing intermediate to `ca_file`, and tell the partner.";
    312 ServerWrongHost "server_wrong_host" Trust false
        "The server's certificate is for other host names."
        "Use a host name that the certificate lists, or set `tls.server_name` if you know what it should be.";
    313 ServerExpired "server_expired" Trust false
        "The server's certificate has expired."
        "Check this machine's clock; if it is right, the partner has to renew.";
    314 ServerNotYetValid "server_not_yet_valid" Trust false
        "The server's certificate is not valid yet."
        "Check this machine's clock.";
    315 ServerRevoked "server_revoked" Trust false
        "The server's certificate has been revoked."
        "Do not send anything; ask the partner.";
    316 ServerPinMismatch "server_pin_mismatch" Trust false
        "The server showed neither a pinned key nor a pinned certificate."
        "If the partner announced a new key, replace the pin; else something is in between.";
    317 ServerCertUnsupported "server_cert_unsupported" Trust false
        "The server's certificate breaks a rule that this client enforces."
        "The message names the rule; tell the partner.";
    318 ServerRevocationUnknown "server_revocation_unknown" Trust false
        "No revocation list says whether a certificate of the server's chain was revoked."
        "Give the list of each CA of the chain as `trust.crl_file`, or set `trust.crl_check` to `leaf`.";

    401 HostNotFound "host_not_found" Connect false
        "The host name does not resolve to an address."
        "Check the spelling of the host, and this machine's DNS.";
    402 ConnectRefused "connect_refused" Connect true
        "Nothing listens at that address and port."
        "Check the port, and that the server is up.";
    404 Unreachable "unreachable" Connect true
        "There is no route to the address."
        "Check the network, VPN or firewall; a partner may allow listed addresses only.";
    405 ProxyRefused "proxy_refused" Connect false
        "The proxy did not open a tunnel."
        "Check the proxy's address, user and password, and that it allows this host and port.";
    406 ConnectionReset "connection_reset" Connect true
        "The connection was closed or reset before the answer was complete."
        "Retry if the request may be repeated; if it always happens, run the doctor.";

    501 ClientCertRequired "client_cert_required" Handshake false
        "The server demands a client certificate and none was sent."
        "Configure `cert_file` and `key_file`.";
    502 ClientCertRejected "client_cert_rejected" Handshake false
        "The server refused our certificate."
        "Check that it is the certificate this partner issued, for this environment, and not revoked.";
    503 ClientCertNotSent "client_cert_not_sent" Handshake false
        "The server asked for a certificate, one is configured, but it could not be used."
        "The message says which signature schemes or CAs the server accepts.";
    504 RenegotiationRequired "renegotiation_required" Handshake false
        "The server asks for the certificate by TLS 1.2 renegotiation, which is not supported."
        "Ask the partner to negotiate the client certificate in the first handshake, or to enable TLS 1.3.";
    505 NoCommonVersion "no_common_version" Handshake false
        "The server speaks none of the TLS versions that are allowed here."
        "The server needs TLS 1.2 or 1.3; check `tls.min_version` and `tls.max_version`.";
    506 NoCommonCipher "no_common_cipher" Handshake false
        "The server and this client share no cipher suite, group or signature scheme."
        "The server needs an ECDHE suite with AES-GCM or ChaCha20.";
    507 HandshakeFailed "handshake_failed" Handshake false
        "The TLS handshake failed in another way."
        "Check that the port speaks TLS; run the doctor for more.";

    601 Timeout "timeout" Timeout true
        "A deadline passed; the phase says which."
        "Raise the option that the message names, if the server is known to be slow.";
    602 Overloaded "overloaded" Timeout true
        "All workers are busy and the queue is full."
        "Make fewer calls at once, or raise `workers.max` or `workers.queue`.";
    603 ConnectTimeout "connect_timeout" Timeout true
        "No address answered in time."
        "Check the host, port, VPN or firewall: packets are being dropped.";

    701 ProtocolError "protocol_error" Protocol false
        "The peer's answer is not HTTP as it should be."
        "Check that the URL leads to the API and not to something else.";
    702 RedirectRefused "redirect_refused" Protocol false
        "A redirect was not followed: another origin, too many, or it cannot be repeated."
        "Call the new address directly, or set `redirects`.";

    801 BodyTruncated "body_truncated" Body true
        "The response ended before it was complete."
        "Retry if the request may be repeated.";
    802 BodyTooLarge "body_too_large" Body false
        "The response is larger than `max_body_bytes`."
        "Raise `max_body_bytes`, or read the body as a stream.";
    803 BodySourceFailed "body_source_failed" Body false
        "The request body could not be produced: its source failed or has another length than announced."
        "Look at the cause; it comes from the code that supplies the body.";

    901 Cancelled "cancelled" Cancelled false
        "The caller cancelled the call."
        "Nothing to mend.";
    902 Closed "closed" Cancelled false
        "The client or the handle has been closed."
        "Make a new client, or do not close this one while it is in use.";

    1001 Internal "internal" Internal false
        "A fault in mutls."
        "Please report it with the message.";
}

/// Numbers that were given out once and must never come back.
pub const RETIRED: &[i32] = &[];
