package mutls

import "encoding/json"

// A HandshakeReport is what a connection's handshake showed: where it led, what was negotiated, who showed which
// certificate, how long it took. Fields are empty or nil where the connection did not get that far.
type HandshakeReport struct {
	// The host and port of the URL.
	Host string `json:"host"`
	Port int    `json:"port"`
	// The address that the TCP connection was made to.
	Address *string `json:"address"`
	// The proxy in between, without credentials.
	Proxy *string `json:"proxy"`
	// The name sent as SNI and expected in the certificate.
	ServerName *string `json:"server_name"`
	// TLSv1.2 or TLSv1.3.
	Version *string `json:"version"`
	// Such as TLS13_AES_256_GCM_SHA384.
	CipherSuite *string `json:"cipher_suite"`
	// The key exchange group, such as X25519MLKEM768.
	Group *string `json:"group"`
	// Whether an earlier session was resumed, in which case no certificate was shown by either side.
	Resumed bool `json:"resumed"`
	// Whether the handshake completed.
	Completed bool `json:"completed"`
	// The server's certificates as it sent them, leaf first.
	ServerChain []CertificateSummary `json:"server_chain"`
	// Days until the server's own certificate ends, negative when past; known in a resumed session too.
	ServerDaysLeft *int `json:"server_days_left"`
	// Whether the server's certificate was accepted; nil if it was never judged.
	ServerVerified *bool `json:"server_verified"`
	// Why it was not accepted.
	ServerProblem *string `json:"server_problem"`
	// What was forgiven so that it was accepted: names of Trust.Allow, and "expired_crl".
	ServerExceptions []string `json:"server_exceptions"`
	// Our side of the mutual part.
	ClientCertificate ClientCertificateReport `json:"client_certificate"`
	// The alert that ended it.
	Alert *TLSAlert `json:"alert"`
	// How long it took.
	Timings Timings `json:"timings"`
}

// A ClientCertificateReport is whether the server asked for a certificate, and what it got.
type ClientCertificateReport struct {
	// Whether the server asked; nil if the handshake did not get that far or was resumed.
	Requested *bool `json:"requested"`
	// Whether a certificate was sent.
	Offered bool `json:"offered"`
	// "sent", "not requested", "requested, not offered", "resumed" or "unknown".
	Summary string `json:"summary"`
	// Why none was sent, or what is doubtful about the one that was.
	Reason *string `json:"reason"`
	// The name of the identity that was chosen.
	Identity *string `json:"identity"`
	// Days until our certificate ends, negative when past: of the one that was sent, or of the only one for this host.
	DaysLeft *int `json:"days_left"`
	// The certificates sent, leaf first.
	Chain []CertificateSummary `json:"chain"`
	// The names of the CAs that the server says it accepts.
	AcceptableCAs []string `json:"acceptable_cas"`
	// The signature schemes that the server accepts.
	AcceptableSchemes []string `json:"acceptable_schemes"`
}

// A CertificateSummary is what helps to tell a certificate from another.
type CertificateSummary struct {
	// RFC 4514 text.
	Subject string `json:"subject"`
	Issuer  string `json:"issuer"`
	// Hexadecimal.
	Serial string `json:"serial"`
	// RFC 3339, UTC.
	NotBefore string `json:"not_before"`
	NotAfter  string `json:"not_after"`
	// Days until NotAfter at the time of the handshake, negative when past.
	DaysLeft int `json:"days_left"`
	// DNS names and addresses.
	Names []string `json:"names"`
	// SHA-256 of the DER, hexadecimal.
	SHA256 string `json:"sha256"`
	// Fit for Trust.Pins.
	Pin string `json:"pin"`
}

// Timings is how long the phases took, in milliseconds; nil where one did not happen.
type Timings struct {
	// Name lookup; 0 when cached.
	DNS *float64 `json:"dns_ms"`
	// TCP connection.
	Connect *float64 `json:"connect_ms"`
	// The proxy's tunnel.
	Proxy *float64 `json:"proxy_ms"`
	// TLS handshake.
	Handshake *float64 `json:"handshake_ms"`
}

func parseReport(text []byte) *HandshakeReport {
	report := new(HandshakeReport)
	if json.Unmarshal(text, report) != nil {
		return nil
	}
	return report
}
