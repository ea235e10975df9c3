// Code generated from include/mutls-options.json by `make generate`. DO NOT EDIT.

package mutls

import (
	"fmt"
	"net/http"
	"time"
)

// Config describes a client: where it calls, who it is, whom it trusts, how long it waits. What is left at its
// zero value is as by default; pointers are where zero would mean something else, and Ptr makes one. A
// negative duration is no limit. It prints without its secrets.
type Config struct {
	// The URL that relative URLs are joined to, as RFC 3986 says: end it with a slash to keep its last segment. Its origin is the scope of the credentials.
	BaseURL string `mutls:"base_url"`
	// Further hosts (host or host:port; *.example.com for every name below it) that may see the headers, auth and identity of this client.
	Hosts []string `mutls:"hosts"`
	// Headers sent with every request within the scope, each with one value or a list.
	Headers http.Header `mutls:"headers"`
	// HTTP authentication sent with every request within the scope.
	Auth Auth `mutls:"auth"`
	// Who we are: one certificate with its key, or several, or none.
	Identity []Identity `mutls:"identity"`
	// Whom we accept.
	Trust Trust `mutls:"trust"`
	// TLS versions and names.
	TLS TLS `mutls:"tls"`
	// How long each phase may take.
	Timeouts Timeouts `mutls:"timeouts"`
	// An HTTP proxy: a URL, an object, "none", or "environment" (the default: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY in either case).
	Proxy *Proxy `mutls:"proxy"`
	// Which redirects are followed.
	Redirects Redirects `mutls:"redirects"`
	// Which connections are kept for the next request.
	Pool Pool `mutls:"pool"`
	// The threads behind asynchronous calls.
	Workers Workers `mutls:"workers"`
	// Name lookup.
	DNS DNS `mutls:"dns"`
	// Addresses to use instead of a lookup, by host:port or host, as curl's --resolve.
	Resolve map[string][]string `mutls:"resolve"`
	// Decode gzip and brotli bodies, and offer them in Accept-Encoding. Default true.
	Decompress *bool `mutls:"decompress"`
	// Keep cookies between the requests of this client. Default false.
	Cookies bool `mutls:"cookies"`
	// Refuse a response body larger than this many bytes, after decoding. Default none.
	MaxBodyBytes *int64 `mutls:"max_body_bytes"`
	// Warn of a certificate, ours or a server's, this many days before it ends: an event, once a day for each. 0 never warns. Default: 30, or the last third of its life where that is less.
	ExpiryWarningDays *int `mutls:"expiry_warning_days"`
	// The User-Agent; "" sends none. Default mutls/VERSION.
	UserAgent *string `mutls:"user_agent"`
	// Short for identity.cert_file, or identity.cert_pem where it holds PEM text.
	Cert string `mutls:"cert,secret"`
	// Short for identity.key_file, or identity.key_pem where it holds PEM text.
	Key string `mutls:"key,secret"`
	// Short for trust.ca_file, or trust.ca_pem where it holds PEM text.
	CA string `mutls:"ca,secret"`
	// Short for identity.cert_file.
	CertFile string `mutls:"cert_file"`
	// Short for identity.key_file.
	KeyFile string `mutls:"key_file"`
	// Short for identity.chain_file.
	ChainFile string `mutls:"chain_file"`
	// Short for identity.pkcs12_file.
	Pkcs12File string `mutls:"pkcs12_file"`
	// Short for identity.passphrase.
	Passphrase string `mutls:"passphrase,secret"`
	// Short for identity.passphrase_env.
	PassphraseEnv string `mutls:"passphrase_env"`
	// Short for identity.passphrase_file.
	PassphraseFile string `mutls:"passphrase_file"`
	// Short for trust.ca_file.
	CAFile string `mutls:"ca_file"`
}

// Format prints what is set, without secrets.
func (o Config) Format(s fmt.State, verb rune) { printDocument(s, "Config", o) }

// MarshalJSON gives the part of the config document, without secrets.
func (o Config) MarshalJSON() ([]byte, error) { return redacted(o) }

// Auth is HTTP authentication: one of the two.
type Auth struct {
	// RFC 7617, sent without waiting for a challenge.
	Basic *BasicAuth `mutls:"basic"`
	// RFC 6750.
	Bearer *BearerAuth `mutls:"bearer"`
}

// Format prints what is set, without secrets.
func (o Auth) Format(s fmt.State, verb rune) { printDocument(s, "Auth", o) }

// MarshalJSON gives the part of the config document, without secrets.
func (o Auth) MarshalJSON() ([]byte, error) { return redacted(o) }

// BasicAuth is RFC 7617, sent without waiting for a challenge.
type BasicAuth struct {
	// The user name; it cannot hold a colon.
	Username string `mutls:"username,always"`
	// The password.
	Password string `mutls:"password,secret,always"`
}

// Format prints what is set, without secrets.
func (o BasicAuth) Format(s fmt.State, verb rune) { printDocument(s, "BasicAuth", o) }

// MarshalJSON gives the part of the config document, without secrets.
func (o BasicAuth) MarshalJSON() ([]byte, error) { return redacted(o) }

// BearerAuth is RFC 6750.
type BearerAuth struct {
	// The token, without the word Bearer.
	Token string `mutls:"token,secret,always"`
}

// Format prints what is set, without secrets.
func (o BearerAuth) Format(s fmt.State, verb rune) { printDocument(s, "BearerAuth", o) }

// MarshalJSON gives the part of the config document, without secrets.
func (o BearerAuth) MarshalJSON() ([]byte, error) { return redacted(o) }

// Identity is a certificate chain and its private key, which may lie in one file or in several, in any order.
type Identity struct {
	// A name for reports and logs. Default: the file's name.
	Name string `mutls:"name"`
	// The certificate, PEM or DER, or a store (PKCS#12, JKS, JCEKS), or a zip archive of such files. May hold the chain and the key too.
	CertFile string `mutls:"cert_file"`
	// The intermediates, PEM, DER or PKCS#7 (.p7b), where they are not in cert_file.
	ChainFile string `mutls:"chain_file"`
	// The private key, PEM or DER. Default: cert_file.
	KeyFile string `mutls:"key_file"`
	// In-memory twin of cert_file.
	CertPEM []byte `mutls:"cert_pem,secret"`
	// In-memory twin of chain_file.
	ChainPEM []byte `mutls:"chain_pem,secret"`
	// In-memory twin of key_file.
	KeyPEM []byte `mutls:"key_pem,secret"`
	// A store with key and chain: PKCS#12 (.p12, .pfx), JKS or JCEKS.
	Pkcs12File string `mutls:"pkcs12_file"`
	// In-memory twin of pkcs12_file: an attachment.
	Pkcs12 []byte `mutls:"pkcs12,secret"`
	// Which key of a store that holds several. Case does not matter.
	Alias string `mutls:"alias"`
	// The passphrase of the private key, or of the store.
	Passphrase string `mutls:"passphrase,secret"`
	// The environment variable that holds the passphrase.
	PassphraseEnv string `mutls:"passphrase_env"`
	// The file that holds the passphrase, in its first line.
	PassphraseFile string `mutls:"passphrase_file"`
	// The passphrase of the key, where it differs from the store's.
	KeyPassphrase string `mutls:"key_passphrase,secret"`
	// The environment variable that holds the key's passphrase.
	KeyPassphraseEnv string `mutls:"key_passphrase_env"`
	// The file that holds the key's passphrase, in its first line.
	KeyPassphraseFile string `mutls:"key_passphrase_file"`
	// Refuse a key or a store that asks for more work than this to be opened: iterations of PBKDF2 and its like, rounds of scrypt. Default: ten million, which take some seconds.
	MaxKDFIterations *int `mutls:"max_kdf_iterations"`
	// The hosts that this identity is for (host, host:port, *.example.com). Default: every host within the client's scope.
	Hosts []string `mutls:"hosts"`
	// Send the certificate even outside its dates, and let the server decide.
	AllowExpired bool `mutls:"allow_expired"`
}

// Format prints what is set, without secrets.
func (o Identity) Format(s fmt.State, verb rune) { printDocument(s, "Identity", o) }

// MarshalJSON gives the part of the config document, without secrets.
func (o Identity) MarshalJSON() ([]byte, error) { return redacted(o) }

// Trust is whom we accept. A bundle means exactly that bundle; without one, the system's roots.
type Trust struct {
	// CA certificates: PEM, DER or PKCS#7; one file or several.
	CAFile []string `mutls:"ca_file"`
	// In-memory twin of ca_file.
	CAPEM []byte `mutls:"ca_pem,secret"`
	// Folders of CA certificates: those under the names that openssl rehash gives (1a2b3c4d.0), with the revocation lists beside them (1a2b3c4d.r0); where no file has such a name, every .pem, .crt, .cer and .der.
	CADir []string `mutls:"ca_dir"`
	// A truststore (PKCS#12, JKS or JCEKS).
	TruststoreFile string `mutls:"truststore_file"`
	// In-memory twin of truststore_file: an attachment.
	Truststore []byte `mutls:"truststore,secret"`
	// The truststore's passphrase.
	TruststorePassphrase string `mutls:"truststore_passphrase,secret"`
	// The environment variable that holds the truststore's passphrase.
	TruststorePassphraseEnv string `mutls:"truststore_passphrase_env"`
	// The file that holds the truststore's passphrase, in its first line.
	TruststorePassphraseFile string `mutls:"truststore_passphrase_file"`
	// Refuse a truststore that asks for more iterations than this to be opened. Default: ten million.
	MaxKDFIterations *int `mutls:"max_kdf_iterations"`
	// Trust the system's roots. Default: only when no bundle is given.
	SystemRoots *bool `mutls:"system_roots"`
	// Accept only chains that hold one of these keys: sha256/ and the base64 of the SHA-256 of the SubjectPublicKeyInfo (RFC 7469). The chain must be trusted as well.
	Pins []string `mutls:"pins"`
	// Certificates of the server itself: exactly these are accepted, whoever issued them, within their dates and for their names. They stand in place of CA certificates, not beside them.
	ServerCertFile []string `mutls:"server_cert_file"`
	// In-memory twin of server_cert_file.
	ServerCertPEM []byte `mutls:"server_cert_pem,secret"`
	// Revocation lists (CRLs), PEM or DER. A server whose certificate, or one of whose CAs, is on one is refused; so is a chain with a certificate whose issuer has no list here.
	CRLFile []string `mutls:"crl_file"`
	// In-memory twin of crl_file.
	CRLPEM []byte `mutls:"crl_pem,secret"`
	// Which certificates the lists are asked about: the server's own ("leaf"), or it and the CAs between it and the trusted one ("chain", the default).
	CRLCheck string `mutls:"crl_check"`
	// Use a revocation list even after the date by which the next one was due.
	AllowExpiredCRL bool `mutls:"allow_expired_crl"`
	// Faults of a server's certificate that are forgiven, each by its name; the handshake report says where one was. "v1" (X.509 version 1) and "ca_leaf" (marked as a CA's) want the very certificate to be given, as server_cert_file or in the CA bundle. "common_name": without alternative names, the subject's CN counts.
	Allow []string `mutls:"allow"`
}

// Format prints what is set, without secrets.
func (o Trust) Format(s fmt.State, verb rune) { printDocument(s, "Trust", o) }

// MarshalJSON gives the part of the config document, without secrets.
func (o Trust) MarshalJSON() ([]byte, error) { return redacted(o) }

// TLS is TLS versions and names.
type TLS struct {
	// The lowest version: "1.2" (default) or "1.3".
	MinVersion string `mutls:"min_version"`
	// The highest version: "1.2" or "1.3" (default).
	MaxVersion string `mutls:"max_version"`
	// The name sent as SNI and expected in the server's certificate, in place of the URL's host.
	ServerName string `mutls:"server_name"`
	// Append the session keys to this file in NSS format, for a network analyser. Who has the file can read the traffic. "SSLKEYLOGFILE" takes the path from that environment variable. Default none.
	KeyLogFile string `mutls:"key_log_file"`
}

// Format prints what is set, without secrets.
func (o TLS) Format(s fmt.State, verb rune) { printDocument(s, "TLS", o) }

// MarshalJSON gives the part of the config document, without secrets.
func (o TLS) MarshalJSON() ([]byte, error) { return redacted(o) }

// Timeouts is how long each phase may take; a negative duration is no limit.
type Timeouts struct {
	// Waiting for a worker (submitted calls).
	Queue time.Duration `mutls:"queue_ms"`
	// Name lookup. Default 5 seconds.
	DNS time.Duration `mutls:"dns_ms"`
	// TCP connection, over all addresses, and the proxy's answer. Default 10 seconds.
	Connect time.Duration `mutls:"connect_ms"`
	// TLS handshake. Default 10 seconds.
	Handshake time.Duration `mutls:"handshake_ms"`
	// Sending the whole request.
	Send time.Duration `mutls:"send_ms"`
	// From the end of the request to the head of the response. Default 30 seconds.
	FirstByte time.Duration `mutls:"first_byte_ms"`
	// Between two reads of the response body. Default 30 seconds.
	Read time.Duration `mutls:"read_ms"`
	// The whole call, from the queue to the last byte of the body.
	Total time.Duration `mutls:"total_ms"`
	// Waiting for 100 Continue before the body is sent anyway. Default 1 seconds.
	ExpectContinue *time.Duration `mutls:"expect_continue_ms"`
}

// Format prints what is set, without secrets.
func (o Timeouts) Format(s fmt.State, verb rune) { printDocument(s, "Timeouts", o) }

// MarshalJSON gives the part of the config document, without secrets.
func (o Timeouts) MarshalJSON() ([]byte, error) { return redacted(o) }

// Proxy is an HTTP proxy that tunnels by CONNECT. In place of a URL, "none" or "environment" (the default) may stand.
type Proxy struct {
	// http://host:port; user and password may be in it.
	URL string `mutls:"url"`
	// The user name, where it is not in the URL.
	Username string `mutls:"username"`
	// The password, where it is not in the URL.
	Password string `mutls:"password,secret"`
	// Hosts that are called without the proxy: names, .suffix, addresses, networks (10.0.0.0/8), *.
	NoProxy []string `mutls:"no_proxy"`
}

// Format prints what is set, without secrets.
func (o Proxy) Format(s fmt.State, verb rune) { printDocument(s, "Proxy", o) }

// MarshalJSON gives the part of the config document, without secrets.
func (o Proxy) MarshalJSON() ([]byte, error) { return redacted(o) }

// Redirects is which redirects Client.Do follows.
type Redirects struct {
	// same_origin (default), any or none. The identity and the credentials never follow to a host outside the scope.
	Follow string `mutls:"follow"`
	// How many in a row. Default 10.
	Max *int `mutls:"max"`
}

// Format prints what is set, without secrets.
func (o Redirects) Format(s fmt.State, verb rune) { printDocument(s, "Redirects", o) }

// MarshalJSON gives the part of the config document, without secrets.
func (o Redirects) MarshalJSON() ([]byte, error) { return redacted(o) }

// Pool is which connections are kept for the next request.
type Pool struct {
	// How many idle connections are kept. Default 64; 0 closes each one after its answer.
	MaxIdle *int `mutls:"max_idle"`
	// How long an idle one is kept. Default 60 seconds.
	Idle time.Duration `mutls:"idle_ms"`
	// How old a connection may become. Default no limit.
	MaxAge time.Duration `mutls:"max_age_ms"`
}

// Format prints what is set, without secrets.
func (o Pool) Format(s fmt.State, verb rune) { printDocument(s, "Pool", o) }

// MarshalJSON gives the part of the config document, without secrets.
func (o Pool) MarshalJSON() ([]byte, error) { return redacted(o) }

// Workers is the threads behind waiting calls.
type Workers struct {
	// How many calls run at once. Default 2048. Idle threads end by themselves.
	Max int `mutls:"max"`
	// How many further calls may wait; one more is overloaded. Default 65536.
	Queue *int `mutls:"queue"`
}

// Format prints what is set, without secrets.
func (o Workers) Format(s fmt.State, verb rune) { printDocument(s, "Workers", o) }

// MarshalJSON gives the part of the config document, without secrets.
func (o Workers) MarshalJSON() ([]byte, error) { return redacted(o) }

// DNS is name lookup.
type DNS struct {
	// How long an answer is kept. Default 30 seconds; 0 keeps none.
	Cache *time.Duration `mutls:"cache_ms"`
}

// Format prints what is set, without secrets.
func (o DNS) Format(s fmt.State, verb rune) { printDocument(s, "DNS", o) }

// MarshalJSON gives the part of the config document, without secrets.
func (o DNS) MarshalJSON() ([]byte, error) { return redacted(o) }
