// Code generated from core/src/error/catalogue.rs by `make generate`. DO NOT EDIT.

package mutls

// Codes: what went wrong. Each is an error, to be compared with errors.Is.
const (
	// An option is unknown, of the wrong type, out of range or contradicts another.
	ErrBadOption Code = 101
	// The URL cannot be used: not absolute and no base_url, not http or https, or malformed.
	ErrBadURL Code = 102
	// A header name or value holds bytes that HTTP does not allow, or a header that mutls sets itself.
	ErrBadHeader Code = 103
	// The request would carry this client's credentials to a host outside their scope.
	ErrScopeRefused Code = 104
	// No certificate or no private key was found where one was expected.
	ErrIdentityNotFound Code = 201
	// A certificate or key file cannot be read or is damaged.
	ErrIdentityUnreadable Code = 202
	// The private key is encrypted and no passphrase was given.
	ErrPassphraseRequired Code = 203
	// The passphrase does not open the private key.
	ErrPassphraseWrong Code = 204
	// The private key does not belong to the certificate.
	ErrKeyMismatch Code = 205
	// Our own certificate has expired.
	ErrIdentityExpired Code = 206
	// Our own certificate is not valid yet.
	ErrIdentityNotYetValid Code = 207
	// The key, certificate or store is of a kind that mutls does not read or TLS does not allow.
	ErrIdentityUnsupported Code = 208
	// The CA bundle cannot be read or holds a damaged certificate.
	ErrCAUnreadable Code = 301
	// The CA bundle holds no certificate.
	ErrCAEmpty Code = 302
	// A revocation list cannot be read, is damaged, or is not signed by the CA it speaks for.
	ErrCRLUnreadable Code = 303
	// A revocation list is out of date: the next one was due.
	ErrCRLExpired Code = 304
	// The server's certificate was issued by a CA that is not trusted here.
	ErrServerUntrustedIssuer Code = 310
	// The server does not send the intermediate certificate that links it to a trusted CA.
	ErrServerMissingIntermediate Code = 311
	// The server's certificate is for other host names.
	ErrServerWrongHost Code = 312
	// The server's certificate has expired.
	ErrServerExpired Code = 313
	// The server's certificate is not valid yet.
	ErrServerNotYetValid Code = 314
	// The server's certificate has been revoked.
	ErrServerRevoked Code = 315
	// The server showed neither a pinned key nor a pinned certificate.
	ErrServerPinMismatch Code = 316
	// The server's certificate breaks a rule that this client enforces.
	ErrServerCertUnsupported Code = 317
	// No revocation list says whether a certificate of the server's chain was revoked.
	ErrServerRevocationUnknown Code = 318
	// The host name does not resolve to an address.
	ErrHostNotFound Code = 401
	// Nothing listens at that address and port.
	ErrConnectRefused Code = 402
	// There is no route to the address.
	ErrUnreachable Code = 404
	// The proxy did not open a tunnel.
	ErrProxyRefused Code = 405
	// The connection was closed or reset before the answer was complete.
	ErrConnectionReset Code = 406
	// The server demands a client certificate and none was sent.
	ErrClientCertRequired Code = 501
	// The server refused our certificate.
	ErrClientCertRejected Code = 502
	// The server asked for a certificate, one is configured, but it could not be used.
	ErrClientCertNotSent Code = 503
	// The server asks for the certificate by TLS 1.2 renegotiation, which is not supported.
	ErrRenegotiationRequired Code = 504
	// The server speaks none of the TLS versions that are allowed here.
	ErrNoCommonVersion Code = 505
	// The server and this client share no cipher suite, group or signature scheme.
	ErrNoCommonCipher Code = 506
	// The TLS handshake failed in another way.
	ErrHandshakeFailed Code = 507
	// A deadline passed; the phase says which.
	ErrTimeout Code = 601
	// All workers are busy and the queue is full.
	ErrOverloaded Code = 602
	// No address answered in time.
	ErrConnectTimeout Code = 603
	// The peer's answer is not HTTP as it should be.
	ErrProtocolError Code = 701
	// A redirect was not followed: another origin, too many, or it cannot be repeated.
	ErrRedirectRefused Code = 702
	// The response ended before it was complete.
	ErrBodyTruncated Code = 801
	// The response is larger than `max_body_bytes`.
	ErrBodyTooLarge Code = 802
	// The request body could not be produced: its source failed or has another length than announced.
	ErrBodySourceFailed Code = 803
	// The caller cancelled the call.
	ErrCancelled Code = 901
	// The client or the handle has been closed.
	ErrClosed Code = 902
	// A fault in mutls.
	ErrInternal Code = 1001
)

var codeNames = map[Code]string{
	ErrBadOption:                 "bad_option",
	ErrBadURL:                    "bad_url",
	ErrBadHeader:                 "bad_header",
	ErrScopeRefused:              "scope_refused",
	ErrIdentityNotFound:          "identity_not_found",
	ErrIdentityUnreadable:        "identity_unreadable",
	ErrPassphraseRequired:        "passphrase_required",
	ErrPassphraseWrong:           "passphrase_wrong",
	ErrKeyMismatch:               "key_mismatch",
	ErrIdentityExpired:           "identity_expired",
	ErrIdentityNotYetValid:       "identity_not_yet_valid",
	ErrIdentityUnsupported:       "identity_unsupported",
	ErrCAUnreadable:              "ca_unreadable",
	ErrCAEmpty:                   "ca_empty",
	ErrCRLUnreadable:             "crl_unreadable",
	ErrCRLExpired:                "crl_expired",
	ErrServerUntrustedIssuer:     "server_untrusted_issuer",
	ErrServerMissingIntermediate: "server_missing_intermediate",
	ErrServerWrongHost:           "server_wrong_host",
	ErrServerExpired:             "server_expired",
	ErrServerNotYetValid:         "server_not_yet_valid",
	ErrServerRevoked:             "server_revoked",
	ErrServerPinMismatch:         "server_pin_mismatch",
	ErrServerCertUnsupported:     "server_cert_unsupported",
	ErrServerRevocationUnknown:   "server_revocation_unknown",
	ErrHostNotFound:              "host_not_found",
	ErrConnectRefused:            "connect_refused",
	ErrUnreachable:               "unreachable",
	ErrProxyRefused:              "proxy_refused",
	ErrConnectionReset:           "connection_reset",
	ErrClientCertRequired:        "client_cert_required",
	ErrClientCertRejected:        "client_cert_rejected",
	ErrClientCertNotSent:         "client_cert_not_sent",
	ErrRenegotiationRequired:     "renegotiation_required",
	ErrNoCommonVersion:           "no_common_version",
	ErrNoCommonCipher:            "no_common_cipher",
	ErrHandshakeFailed:           "handshake_failed",
	ErrTimeout:                   "timeout",
	ErrOverloaded:                "overloaded",
	ErrConnectTimeout:            "connect_timeout",
	ErrProtocolError:             "protocol_error",
	ErrRedirectRefused:           "redirect_refused",
	ErrBodyTruncated:             "body_truncated",
	ErrBodyTooLarge:              "body_too_large",
	ErrBodySourceFailed:          "body_source_failed",
	ErrCancelled:                 "cancelled",
	ErrClosed:                    "closed",
	ErrInternal:                  "internal",
}

// Phases: where in the life of a call.
const (
	PhaseConfig    Phase = "config"
	PhaseQueue     Phase = "queue"
	PhaseDNS       Phase = "dns"
	PhaseConnect   Phase = "connect"
	PhaseProxy     Phase = "proxy"
	PhaseHandshake Phase = "handshake"
	PhaseSend      Phase = "send"
	PhaseReceive   Phase = "receive"
	PhaseBody      Phase = "body"
)

// Origins: who ended it.
const (
	OriginLocal   Origin = "local"
	OriginPeer    Origin = "peer"
	OriginNetwork Origin = "network"
	OriginCaller  Origin = "caller"
)
